"""Without a net: Today as it was, and what was pressed meanwhile arrives once, from its own person."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import NARROW, PATIENCE, fresh, sign_in, until
from tests.browser.running import Product, call
from tests.browser.someone import (
    KEPT,
    PASSWORD,
    WAITING,
    Someone,
    go_offline,
    press_done,
    row,
    sign_out,
)

VIOLATIONS = (
    "axe.run({ resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id))"
)


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    context = fresh(browser, product)
    yield context
    context.close()


@pytest.fixture
def someone(product: Product) -> Callable[..., Someone]:
    return lambda *titles: Someone(product, *titles)


def test_today_is_shown_as_it_was_and_says_so(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)

    go_offline(context, page)

    said = re.compile(r"Offline: as it was at \d?\d:\d\d")
    expect(page.locator("#copy-note")).to_have_text(said, use_inner_text=True)
    expect(row(page, "Visit the dentist")).to_be_visible()
    # With its style sheets and icons.
    assert page.locator("body").evaluate("body => getComputedStyle(body).display") == "grid"

    page.goto("/contacts")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.get_by_role("link", name="Today, as it was").click()
    expect(row(page, "Visit the dentist")).to_be_visible()

    context.set_offline(False)
    expect(page.locator("#copy-note")).to_be_hidden()
    expect(row(page, "Visit the dentist")).to_be_visible()


def test_done_offline_arrives_once(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    go_offline(context, page)

    row(page, "Visit the dentist").get_by_role("button", name="Done: Visit the dentist").click()
    expect(row(page, "Visit the dentist")).to_contain_text("Done: waits to be sent.")
    page.reload()
    expect(row(page, "Visit the dentist")).to_contain_text("Done: waits to be sent.")
    assert alice.occurrences("Visit the dentist") == []

    sent: list[str] = []
    context.on("request", lambda one: one.method == "POST" and sent.append(one.url))
    context.set_offline(False)
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()

    assert [one["state"] for one in alice.occurrences("Visit the dentist")] == ["done"]
    assert page.evaluate(WAITING) == []
    assert len([url for url in sent if url.endswith("/outbox")]) == 1


def test_a_snooze_waits_with_its_words_and_arrives(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    go_offline(context, page)

    row(page, "Visit the dentist").locator("summary").click()
    page.get_by_role("button", name="An hour later").click()
    expect(row(page, "Visit the dentist")).to_contain_text("An hour later: waits to be sent.")
    expect(row(page, "Visit the dentist").get_by_role("button", name="Undo")).to_be_focused()

    context.set_offline(False)
    expect(row(page, "Visit the dentist")).to_contain_text("Snoozed from")
    [one] = alice.occurrences("Visit the dentist")
    assert (one["state"], bool(one["snoozed_until"])) == ("open", True)


def test_what_waits_can_be_taken_back(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    go_offline(context, page)
    press_done(page, "Visit the dentist")

    row(page, "Visit the dentist").get_by_role("button", name="Undo").click()
    expect(row(page, "Visit the dentist")).not_to_contain_text("waits")
    assert page.evaluate(WAITING) == []

    context.set_offline(False)
    expect(page.locator("#copy-note")).to_be_hidden()
    assert alice.occurrences("Visit the dentist") == []


def test_on_a_page_that_is_open_it_is_the_same(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    page.goto("/reminders")
    page.get_by_role("link", name="Visit the dentist").click()
    page.get_by_role("heading", name="Visit the dentist").wait_for()
    context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()

    page.locator("#main").get_by_role("button", name="Done").click()
    expect(page.locator("#outbox")).to_contain_text("Visit the dentist Done: waits to be sent.")

    context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden()
    assert [one["state"] for one in alice.occurrences("Visit the dentist")] == ["done"]


def test_what_is_refused_is_told(context, someone):
    alice, page = someone("Visit the dentist", "Call mum"), context.new_page()
    alice.enters(page)
    go_offline(context, page)
    press_done(page, "Visit the dentist")
    call(
        alice.product,
        alice.token,
        f"/api/v1/reminders/{alice.ids['Visit the dentist']}",
        method="DELETE",
    )

    context.set_offline(False)
    told = page.locator("#outbox li")
    expect(told).to_contain_text(
        "Visit the dentist Done was not saved: There is no such reminder here."
    )
    page.reload()
    expect(told).to_have_count(1)
    page.get_by_role("button", name="I have read it").click()
    expect(page.locator("#outbox")).to_be_hidden()


def test_it_arrives_without_a_page(context, someone):
    """Where the browser sends in the background, the worker does it alone."""
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    registrations: list[str] = []
    devtools = context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    go_offline(context, page)
    press_done(page, "Visit the dentist")
    page.goto("about:blank")

    context.set_offline(False)
    sync = {"registrationId": registrations[0], "tag": "outbox", "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", {"origin": alice.product.url, **sync})
    deadline = time.monotonic() + PATIENCE / 1000
    while not alice.occurrences("Visit the dentist"):
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    assert [one["state"] for one in alice.occurrences("Visit the dentist")] == ["done"]


def test_a_sign_out_leaves_nothing(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    page.goto("/")
    sign_out(page)
    page.get_by_role("heading", name="Sign in").wait_for()

    assert page.evaluate(KEPT) == ""
    context.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(page.get_by_text("Visit the dentist")).to_have_count(0)


def test_a_sign_out_offline_warns_once_and_leaves_nothing_either(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    go_offline(context, page)
    press_done(page, "Visit the dentist")

    sign_out(page)
    expect(page.get_by_text("Some of what you did is not saved.")).to_be_visible()
    assert len(page.evaluate(WAITING)) == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("you are still signed in")).to_be_visible()

    assert (page.evaluate(WAITING), page.evaluate(KEPT)) == ([], "")


def test_two_people_of_one_browser_see_and_send_their_own(context, someone):
    alice, bob = someone("Visit the dentist"), someone("Feed the cat")
    page = context.new_page()
    alice.enters(page)
    go_offline(context, page)
    press_done(page, "Visit the dentist")
    # Her session is over; that of the browser goes on.
    page.close()
    context.clear_cookies()
    context.set_offline(False)

    page = context.new_page()
    bob.enters(page)
    expect(row(page, "Feed the cat")).to_be_visible()
    assert "Visit the dentist" not in page.evaluate(KEPT)
    assert "Visit the dentist" not in str(page.evaluate(WAITING))
    go_offline(context, page)
    expect(row(page, "Feed the cat")).to_be_visible()
    expect(page.get_by_text("Visit the dentist")).to_have_count(0)
    expect(page.get_by_text("waits to be sent")).to_have_count(0)
    context.set_offline(False)
    expect(page.locator("#copy-note")).to_be_hidden()
    sign_out(page)
    page.get_by_role("heading", name="Sign in").wait_for()
    assert alice.occurrences("Visit the dentist") == []

    sign_in(page, alice.email, PASSWORD)
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    assert [one["state"] for one in alice.occurrences("Visit the dentist")] == ["done"]
    assert bob.occurrences("Feed the cat") == []


def test_a_server_beside_a_machine_without_a_net_is_used(context, someone):
    """Where the browser takes itself for offline, and is wrong."""
    context.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    page.reload()

    page.get_by_label("What should you be reminded of, and when?").fill("Sow peas tomorrow at 9am")
    expect(page.locator(".quick-when")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(row(page, "Sow peas")).to_be_visible()
    expect(page.locator("#offline-now")).to_be_hidden()


def test_what_is_typed_offline_stays(context, someone):
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    go_offline(context, page)
    words = page.get_by_label("What should you be reminded of, and when?")
    words.fill("Sow peas tomorrow at 9am")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_text("What you typed stays here")).to_be_visible()
    expect(words).to_have_value("Sow peas tomorrow at 9am")


SPOKEN = """async () => {
    const kept = await caches.match("/offline", { cacheName: "pages", ignoreVary: true });
    return kept && (await kept.text()).match(/<html lang="(..)"/)[1];
}"""


def test_without_a_net_it_speaks_the_language_of_its_person(context, someone):
    """The browser asks for English."""
    alice, page = someone("Visit the dentist"), context.new_page()
    alice.enters(page)
    until(page, f"async () => await ({SPOKEN})() === 'en'")

    page.goto("/settings")
    page.get_by_label("Language and region").select_option("de-DE")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    until(page, f"async () => await ({SPOKEN})() === 'de'")
    until(page, f"async () => (await ({KEPT})()).includes('lang=\"de\"')")
    context.set_offline(True)
    page.goto("/contacts")
    expect(page.get_by_role("heading", name="Sie sind offline")).to_be_visible()
    page.get_by_role("link", name="Heute, wie es war").click()
    expect(page.locator("#copy-note")).to_contain_text("Offline:")
    assert page.locator("html").get_attribute("lang") == "de"


def test_who_is_signed_out_chooses_the_language_of_the_offline_page(context, someone):
    page = context.new_page()
    someone().enters(page)
    sign_out(page)
    page.get_by_role("link", name="Deutsch").click()

    until(page, f"async () => await ({SPOKEN})() === 'de'")


def test_it_can_be_installed(context, someone):
    page = context.new_page()
    someone("Visit the dentist").enters(page)
    page.goto("/settings")
    expect(page.get_by_role("heading", name="Install")).to_be_visible()
    devtools = context.new_cdp_session(page)

    found = devtools.send("Page.getAppManifest")
    assert (found["errors"], found["url"].endswith("/manifest.webmanifest")) == ([], True)
    # A profile of a test is a private one, into which nothing is installed.
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in errors} <= {"in-incognito"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_while_something_waits(browser, product, someone, scheme):
    context = fresh(browser, product, viewport=NARROW, color_scheme=scheme, bypass_csp=True)
    alice, page = someone("Visit the dentist", "Call mum"), context.new_page()
    alice.enters(page)
    go_offline(context, page)
    press_done(page, "Visit the dentist")
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
