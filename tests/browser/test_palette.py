"""The palette and the keys, as somebody without a mouse uses them."""

import re
import secrets

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DEMO, NARROW, WIDE, fresh, listen, sign_in
from tests.browser.running import Product

VIOLATIONS = (
    "axe.run({ resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id))"
)
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def signed_in(page: Page, demo_password: str) -> Page:
    sign_in(page, DEMO, demo_password)
    return page


def add(page: Page) -> str:
    """A reminder of its own, so that no test waits for another's."""
    title = "Thing " + "".join(secrets.choice("bcdfghkl") for _ in range(9))
    page.get_by_label("What should you be reminded of, and when?").fill(f"{title} tomorrow at 10am")
    expect(page.locator(".quick-when")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(row(page, title)).to_be_visible()
    return title


def row(page: Page, title: str) -> Locator:
    return page.locator(".row-item").filter(has_text=title)


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search, and go anywhere")


def chosen(page: Page) -> Locator:
    return page.locator("[role=option][aria-selected=true]")


def test_it_goes_to_a_page_by_a_few_letters(signed_in: Page):
    page = signed_in
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.type("quiet")
    expect(chosen(page)).to_have_text(re.compile("Settings: quiet hours"))
    assert field(page).get_attribute("aria-activedescendant") == chosen(page).get_attribute("id")

    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/quiet")


def test_enter_waits_for_what_was_typed(signed_in: Page):
    page = signed_in
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_have_count(1)
    page.keyboard.type("calendar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar")


def test_arrows_move_and_escape_gives_back_the_focus(signed_in: Page):
    page = signed_in
    page.get_by_role("link", name="Search").focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    first = chosen(page).get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).not_to_have_id(str(first))
    page.keyboard.press("ArrowUp")
    expect(chosen(page)).to_have_id(str(first))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.get_by_role("link", name="Search")).to_be_focused()


def test_it_finds_a_reminder_and_adds_a_new_one(signed_in: Page):
    page = signed_in
    title = add(page)
    page.keyboard.press("Control+k")
    page.keyboard.type(title)
    expect(page.get_by_role("group", name="Reminders")).to_contain_text(title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title)).to_be_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("Buy stamps tomorrow at 9am")
    expect(chosen(page)).to_have_text(re.compile("Quick add: “Buy stamps"))
    page.keyboard.press("Enter")
    expect(page.locator(".quick-title strong")).to_have_text("Buy stamps")


def test_without_javascript_it_is_a_page(browser: Browser, product: Product, demo_password: str):
    context = fresh(browser, product, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("quiet")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Settings: quiet hours").click()
    page.wait_for_url("**/settings/quiet")
    page.goto("/shortcuts")
    expect(page.locator("#main").get_by_text("The next one in a list")).to_be_visible()
    context.close()


def test_keys_walk_a_list_and_act_on_the_row_they_are_at(signed_in: Page):
    page = signed_in
    title = add(page)
    page.goto(f"/reminders?q={title.replace(' ', '+')}")
    # Nobody has chosen a row yet.
    page.keyboard.press("d")
    expect(row(page, title).get_by_role("button", name=f"Done: {title}")).to_be_visible()

    page.keyboard.press("j")
    expect(row(page, title).get_by_role("link", name=title)).to_be_focused()
    page.keyboard.press("s")
    expect(row(page, title).locator("[data-key=s]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(
        row(page, title).get_by_role("button", name=f"Not done after all: {title}")
    ).to_be_visible()

    page.keyboard.press("z")
    expect(row(page, title).get_by_role("button", name=f"Done: {title}")).to_be_visible()
    row(page, title).get_by_role("link", name=title).focus()
    page.keyboard.press("e")
    page.wait_for_url("**/edit")


@pytest.mark.parametrize(
    ("keys", "leads"),
    [
        ("n", "/reminders/new"),
        ("gt", "/"),
        ("gr", "/reminders"),
        ("gk", "/calendar"),
        ("gc", "/contacts"),
        ("gd", "/deliveries"),
        ("gp", "/members"),
        ("gs", "/settings"),
    ],
)
def test_keys_lead_to_pages(signed_in: Page, keys: str, leads: str):
    page = signed_in
    page.goto("/find")
    page.locator("body").focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(f"**{leads}")


KEY = """(init) => {
    const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
}"""


def test_no_key_acts_while_one_types_composes_or_holds_another(signed_in: Page):
    page = signed_in
    for held in ("isComposing", "ctrlKey", "altKey", "metaKey", "repeat"):
        for key in "nqdsez/?":
            assert page.evaluate(KEY, {"key": key, held: True}) is False, (key, held)
    assert page.evaluate(KEY, {"key": "j", "repeat": True}) is True

    page.get_by_label("What should you be reminded of, and when?").focus()
    page.keyboard.type("nqjkdsez/?gt")
    expect(page.locator("#quick-text")).to_have_value("nqjkdsez/?gt")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.locator("#quick-text")).to_be_focused()


def test_what_an_input_method_chooses_from_is_not_the_palette(signed_in: Page):
    page = signed_in
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_have_count(1)
    first = chosen(page).get_attribute("id")
    field(page).dispatch_event("keydown", {"key": "ArrowDown", "isComposing": True})
    expect(chosen(page)).to_have_id(str(first))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_violation_and_nothing_wider_than_the_page(
    browser: Browser, product: Product, demo_password: str, scheme: str, size: object
):
    context = fresh(browser, product, viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    complaints = listen(page)
    sign_in(page, DEMO, demo_password)
    page.locator("[data-palette]").locator("visible=true").click()
    page.keyboard.type("re")
    expect(page.get_by_role("option").first).to_contain_text("Re", ignore_case=True)
    expect(page.get_by_role("group", name="Do")).to_contain_text("Quick add: “re”")
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate("document.querySelector('#palette').scrollWidth - innerWidth") <= 0
    context.close()
    assert complaints == []
