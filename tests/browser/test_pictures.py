"""The pictures of the README and the docs, taken from the running product: TAKE_PICTURES=1 bin/test --suite browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.browser.conftest import DEMO, NARROW, fresh, sign_in, until
from tests.browser.running import ROOT, Product

FOLDER = ROOT / "docs" / "pictures"
LINE = "Pay the rent every last day of the month at 9am #home, remind me 2 days before"
TOP: FloatRect = {"x": 0, "y": 0, "width": 1180, "height": 480}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Beside the docs when they are wanted; otherwise only proven to be takeable."""
    if os.environ.get("TAKE_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        return FOLDER
    return tmp_path


@pytest.fixture
def desk(browser: Browser, product: Product, demo_password: str) -> Iterator[Page]:
    context = fresh(browser, product, viewport={"width": 1180, "height": 760}, color_scheme="light")
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser, product: Product, demo_password: str) -> Iterator[Page]:
    context = fresh(browser, product, viewport=NARROW, color_scheme="dark")
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    yield page
    context.close()


def test_of_what_one_has_to_do(desk: Page, folder: Path):
    desk.screenshot(path=folder / "today.png")
    desk.goto("/calendar")
    desk.screenshot(path=folder / "calendar.png")
    desk.goto("/settings/channels")
    desk.screenshot(path=folder / "channels.png")


def test_of_a_new_reminder(desk: Page, folder: Path):
    desk.get_by_label("What should you be reminded of, and when?").fill(LINE)
    expect(desk.locator(".quick-when")).to_be_visible()
    desk.screenshot(path=folder / "quick-add.png", clip=TOP)
    desk.goto("/reminders/new")
    desk.get_by_label("What is it about?").fill("Pay the rent")
    desk.get_by_label("Day", exact=True).fill("2027-01-31")
    desk.get_by_label("Time", exact=True).fill("09:00")
    desk.get_by_label("Repeat", exact=True).select_option("monthly_day")
    expect(desk.locator("#next li")).to_have_count(5)
    desk.screenshot(path=folder / "reminder.png")


def test_of_the_search(desk: Page, folder: Path):
    desk.keyboard.press("Control+k")
    desk.keyboard.type("re")
    expect(desk.get_by_role("group", name="Do")).to_contain_text("“re”")
    desk.screenshot(path=folder / "search.png")


def test_of_the_ledger(desk: Page, folder: Path):
    desk.goto("/deliveries")
    desk.screenshot(path=folder / "deliveries.png")
    desk.locator("main a[href^='/deliveries/']:not([href*='balance'])").first.click()
    desk.wait_for_url(re.compile(r"/deliveries/[0-9a-f-]{36}"))
    desk.screenshot(path=folder / "delivery.png")


def test_on_a_phone(phone: Page, folder: Path):
    phone.screenshot(path=folder / "today-phone-dark.png")
    until(phone, "async () => Boolean(await caches.match('/', { ignoreVary: true }))")
    until(phone, "() => navigator.serviceWorker.controller !== null")
    phone.context.set_offline(True)
    phone.goto("/")
    phone.get_by_role("button", name="Done: ").first.click()
    expect(phone.get_by_text("Done: waits to be sent.")).to_be_visible()
    phone.locator(".toast-note").get_by_role("button", name="Close").click()
    phone.screenshot(path=folder / "offline-phone-dark.png")
    phone.get_by_role("button", name="Undo").first.click()
    expect(phone.get_by_text("Done: waits to be sent.")).to_have_count(0)


def test_of_what_a_client_was_told(desk: Page, folder: Path):
    """Last: it leads into another workspace."""
    here = desk.locator(".sidebar .workspace-button")
    here.click()
    desk.locator("#workspaces").get_by_role("button", name="Miller Tax Advisers").click()
    expect(here).to_contain_text("Miller Tax Advisers")
    desk.goto("/contacts")
    paths = desk.locator(".row-title a").evaluate_all("all => all.map(a => a.pathname)")
    for path in paths:
        desk.goto(f"{path}/history")
        if desk.locator("h2.card-title a").count():
            break
    expect(desk.locator("h2.card-title a").first).to_be_visible()
    desk.screenshot(path=folder / "client-history.png")
