"""Sending, watched and paused in the browser: live, by keyboard, and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DEMO, NARROW, fresh, sign_in
from tests.browser.running import Product


@pytest.fixture
def operator(browser: Browser, product: Product, operator_password: str) -> Iterator[Page]:
    context = fresh(browser, product)
    page = context.new_page()
    sign_in(page, DEMO, operator_password)
    yield page
    context.close()


def paused(page: Page) -> Locator:
    """The operator's pause: that of an account of the workspace's own says through which."""
    return page.locator("#now strong").filter(has_text=re.compile(r"has paused sending$"))


def test_a_pause_shows_by_itself_on_pages_that_are_open_and_ends(
    operator: Page, page: Page, demo_password: str
):
    sign_in(page, DEMO, demo_password)
    page.goto("/deliveries")
    expect(paused(page)).to_have_count(0)

    operator.goto("/operations")
    operator.get_by_role("button", name="Pause sending through Email").focus()
    operator.keyboard.press("Enter")
    expect(paused(operator)).to_be_visible()
    expect(paused(page)).to_be_visible()

    operator.get_by_role("button", name="Undo").click()  # which is resuming

    expect(operator.get_by_text("Sending goes on.")).to_be_visible()
    expect(paused(page)).to_have_count(0)


def test_what_has_the_focus_keeps_it_when_the_figures_change(
    operator: Page, page: Page, demo_password: str
):
    sign_in(page, DEMO, demo_password)
    page.goto("/deliveries")
    page.locator("#see-failed").focus()

    operator.goto("/operations")
    operator.get_by_role("button", name="Pause sending through Email").click()
    expect(paused(page)).to_be_visible()
    operator.get_by_role("button", name="Resume sending through Email").click()

    expect(page.locator("#see-failed")).to_be_focused()


def test_the_figures_are_there_without_scripts(
    browser: Browser, product: Product, demo_password: str
):
    context = fresh(browser, product, java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)

    page.goto("/deliveries")

    expect(page.locator("#now")).to_contain_text("Sent, last minute")
    expect(page.get_by_role("img", name=re.compile("Mails a minute"))).to_be_visible()
    page.locator("#see-failed").click()
    page.wait_for_url("**/deliveries?state=failed")
    page.get_by_text("Send all of these again").click()
    expect(page.get_by_role("button", name="Send them again")).to_be_visible()
    context.close()
