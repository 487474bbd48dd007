"""Quick add as a person uses it: chips while typing, off and on again, questions, the keyboard, and no JavaScript."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DEMO, NARROW, WIDE, fresh, listen, sign_in
from tests.browser.running import Product

CLEAR = "Water the plants every last day of the month at 9am !high #home, remind me 2 days before"
# In doubt on whatever day this runs.
DOUBTS = "Call the plumber every second monday at 7 !high #home @Nobodyknown"
VIOLATIONS = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
FOLDER = os.environ.get("SCREENSHOTS", "")  # for whoever wants to look, too
SEEN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def signed_in(page: Page, demo_password: str) -> Page:
    sign_in(page, DEMO, demo_password)
    return page


@pytest.fixture
def plain(browser: Browser, product: Product, demo_password: str) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = fresh(browser, product, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    yield page
    context.close()


def field(page: Page) -> Locator:
    return page.get_by_label("What should you be reminded of, and when?")


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="What was understood").get_by_role("button")


def chip(page: Page, words: str) -> Locator:
    return chips(page).filter(has_text=words)


def test_chips_come_while_typing_and_go_off_and_on(signed_in: Page):
    page = signed_in
    field(page).press_sequentially(CLEAR)

    expect(chips(page)).to_have_count(5)
    expect(chip(page, "every last day of the month")).to_be_visible()
    expect(page.locator(".quick-title strong")).to_have_text("Water the plants")

    chip(page, "2 days before").click()
    expect(page.locator(".part-chip.is-off")).to_have_count(1)
    expect(page.locator(".quick-title strong")).to_contain_text("remind me 2 days before")

    page.locator(".part-chip.is-off").click()
    expect(page.locator(".part-chip.is-off")).to_have_count(0)
    expect(page.locator(".quick-title strong")).to_have_text("Water the plants")

    field(page).press("Enter")
    expect(page.get_by_text("Water the plants:").first).to_be_visible()
    page.goto("/reminders?q=Water+the+plants")
    expect(page.get_by_role("link", name="Water the plants").first).to_be_visible()


def test_a_question_is_answered_before_it_is_saved(signed_in: Page):
    page = signed_in
    page.goto("/reminders")
    field(page).fill("Ring the bell tomorrow at 7")
    question = page.get_by_role("group", name="“at 7”: in the morning or in the evening?")
    expect(question).to_be_visible()

    question.get_by_role("radio", name="at 19:00").check()
    expect(page.locator(".quick-when")).to_be_visible()
    expect(question.get_by_role("radio", checked=True)).to_have_count(1)

    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Ring the bell: Tomorrow").first).to_be_visible()


def test_the_keyboard_reaches_all_of_it(signed_in: Page):
    page = signed_in
    page.keyboard.press("q")
    expect(field(page)).to_be_focused()
    page.keyboard.type("Buy flowers tomorrow at 10am !low")
    expect(chips(page)).to_have_count(3)

    # Add, More, and then the chips.
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(chips(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".part-chip.is-off")).to_have_count(1)
    expect(page.locator("#quick-add :focus")).to_have_count(1)


def test_it_all_works_without_javascript(plain: Page):
    plain.goto("/")
    field(plain).fill("Fetch the parcel tomorrow at 10am !high")
    plain.get_by_role("button", name="Add", exact=True).click()
    expect(chips(plain)).to_have_count(3)

    chip(plain, "high").click()
    expect(plain.locator(".part-chip.is-off")).to_have_count(1)
    expect(field(plain)).to_have_value("Fetch the parcel tomorrow at 10am !high")

    plain.get_by_role("button", name="Add", exact=True).click()
    plain.wait_for_url("**/")
    expect(plain.get_by_text("Fetch the parcel !high:").first).to_be_visible()


def test_more_opens_the_form_filled_in(signed_in: Page):
    page = signed_in
    field(page).fill(CLEAR)
    page.get_by_role("button", name="More", exact=True).click()

    expect(page.get_by_label("What is it about?")).to_have_value("Water the plants")
    expect(page.get_by_label("Repeat", exact=True)).to_have_value("monthly_last_day")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_violation_and_nothing_wider_than_the_page(
    browser: Browser, product: Product, demo_password: str, scheme: str, size: object
):
    context = fresh(browser, product, viewport=size, color_scheme=scheme)
    page = context.new_page()
    complaints = listen(page)
    sign_in(page, DEMO, demo_password)
    field(page).fill(DOUBTS)
    expect(page.locator(".quick-question")).to_have_count(3)
    chip(page, "high").click()
    expect(page.locator(".part-chip.is-off")).to_have_count(1)
    look_at(page)
    page.goto(f"/reminders/quick-add?text={quote(DOUBTS)}")
    expect(page.locator(".quick-question")).to_have_count(3)
    look_at(page)
    assert complaints == []
    context.close()


def look_at(page: Page) -> None:
    page.evaluate(SEEN)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(OVERFLOW) <= 0
    if FOLDER:
        taken = len(list(Path(FOLDER).glob("*.png")))
        page.screenshot(path=f"{FOLDER}/quick-add-{taken}.png")
