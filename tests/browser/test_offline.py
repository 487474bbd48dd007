"""Without a net: Today as it was, and what was pressed meanwhile arrives once, from its own person."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import PATIENCE, fresh, sign_in
from tests.browser.running import Product, call

PASSWORD = "a long enough password"
# The worker keeps Today once it is there: what it has is the event that all of this waits for.
KEPT = """async () => {
    const kept = await caches.match("/", { cacheName: "pages", ignoreVary: true });
    return kept ? kept.text() : "";
}"""
WAITING = """() => new Promise(done => {
    indexedDB.open("outbox", 1).onsuccess = ({ target: { result } }) => {
        if (!result.objectStoreNames.length) return done([]);
        result.transaction("acts").objectStore("acts").getAll().onsuccess = ({ target }) => {
            result.close();
            done(target.result);
        };
    };
})"""
VIOLATIONS = (
    "axe.run({ resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id))"
)


class Someone:
    """A person with a browser of theirs, and their own word for what the server holds."""

    def __init__(self, product: Product, *titles: str) -> None:
        self.product = product
        self.email = f"offline-{uuid4().hex}@example.org"
        product.flask("accounts", "create-user", self.email, "--password-stdin", typed=PASSWORD)
        told = product.flask("accounts", "create-token", self.email)
        self.token = told.strip().splitlines()[-1]
        self.ids = {title: self.remind(title) for title in titles}

    def remind(self, title: str) -> str:
        later = datetime.now(UTC) + timedelta(hours=20)
        asked = {
            "title": title,
            "starts_at": later.replace(microsecond=0, tzinfo=None).isoformat(),
            "time_zone": "UTC",
        }
        return str(call(self.product, self.token, "/api/v1/reminders", asked)["id"])

    def occurrences(self, title: str) -> list[dict[str, Any]]:
        path = f"/api/v1/reminders/{self.ids[title]}/occurrences"
        found: list[dict[str, Any]] = call(self.product, self.token, path)["items"]
        return found

    def enters(self, page: Page) -> None:
        """Until Today is kept, with all that is on it."""
        sign_in(page, self.email, PASSWORD)
        until(
            page,
            f"async () => {{ const html = await ({KEPT})(); return {list(self.ids)}.every(one => html.includes(one)); }}",
        )
        until(page, "() => navigator.serviceWorker.controller !== null")


def until(page: Page, script: str) -> None:
    """wait_for_function takes the promise of an answer for the answer."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(20)


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    context = fresh(browser, product)
    yield context
    context.close()


@pytest.fixture
def someone(product: Product) -> Callable[..., Someone]:
    return lambda *titles: Someone(product, *titles)


def row(page: Page, title: str) -> Locator:
    return page.locator(".row-item").filter(has_text=title)


def go_offline(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.goto("/")
    expect(page.locator("#copy-note")).to_be_visible()


def test_today_is_shown_as_it_was_and_says_so(context, someone):
    alice, page = someone("Pay the rent"), context.new_page()
    alice.enters(page)

    go_offline(context, page)

    said = re.compile(r"Offline: as it was at \d?\d:\d\d")
    expect(page.locator("#copy-note")).to_have_text(said, use_inner_text=True)
    expect(row(page, "Pay the rent")).to_be_visible()
    # With its style sheets and icons.
    assert page.locator("body").evaluate("body => getComputedStyle(body).display") == "grid"

    page.goto("/contacts")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.get_by_role("link", name="Today, as it was").click()
    expect(row(page, "Pay the rent")).to_be_visible()

    context.set_offline(False)
    expect(page.locator("#copy-note")).to_be_hidden()
    expect(row(page, "Pay the rent")).to_be_visible()


def test_done_offline_arrives_once(context, someone):
    alice, page = someone("Pay the rent"), context.new_page()
    alice.enters(page)
    go_offline(context, page)

    row(page, "Pay the rent").get_by_role("button", name="Done: Pay the rent").click()
    expect(row(page, "Pay the rent")).to_contain_text("Done: waits to be sent.")
    page.reload()
    expect(row(page, "Pay the rent")).to_contain_text("Done: waits to be sent.")
    assert alice.occurrences("Pay the rent") == []

    sent: list[str] = []
    context.on("request", lambda one: one.method == "POST" and sent.append(one.url))
    context.set_offline(False)
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()

    assert [one["state"] for one in alice.occurrences("Pay the rent")] == ["done"]
    assert page.evaluate(WAITING) == []
    assert len([url for url in sent if url.endswith("/outbox")]) == 1
