"""The pictures of the README, taken from the running product: TAKE_PICTURES=1 bin/test --suite browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DEMO, NARROW, fresh, sign_in
from tests.browser.running import ROOT, Product

FOLDER = ROOT / "docs" / "pictures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Beside the docs when they are wanted; otherwise only proven to be takeable."""
    if os.environ.get("TAKE_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        return FOLDER
    return tmp_path


def test_the_pictures_of_the_readme_can_be_taken(
    browser: Browser, product: Product, demo_password: str, folder: Path
):
    wide = fresh(browser, product, viewport={"width": 1180, "height": 760}, color_scheme="light")
    page = wide.new_page()
    sign_in(page, DEMO, demo_password)
    page.screenshot(path=folder / "today.png")
    page.goto("/deliveries")
    page.screenshot(path=folder / "deliveries.png")
    page.locator("main a[href^='/deliveries/']").first.click()
    page.wait_for_load_state()
    page.screenshot(path=folder / "delivery.png")
    page.goto("/reminders/new")
    page.get_by_label("What is it about?").fill("Pay the rent")
    page.get_by_label("Day", exact=True).fill("2027-01-31")
    page.get_by_label("Time", exact=True).fill("09:00")
    page.get_by_label("Repeat", exact=True).select_option("monthly_day")
    expect(page.locator("#next li")).to_have_count(5)
    page.screenshot(path=folder / "reminder.png")
    wide.close()

    narrow = fresh(browser, product, viewport=NARROW, color_scheme="dark")
    page = narrow.new_page()
    sign_in(page, DEMO, demo_password)
    page.screenshot(path=folder / "today-phone-dark.png")
    narrow.close()

    taken = {path.name for path in folder.glob("*.png")}
    assert taken >= {"today.png", "deliveries.png", "delivery.png", "reminder.png"}
