"""The worker that shows pushes, in a browser: what it shows, and what its buttons do."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Worker

from reminder_app.delivery.endpoints.push_channel import buttons
from tests.browser.conftest import DEMO, fresh, sign_in, until
from tests.browser.running import Product

PAGE = "/settings/channels"
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(one => [one.title, one.body, one.tag, one.actions.map(a => a.action)])"""
SUBSCRIBED = """async () => Boolean(await (await navigator.serviceWorker.ready).pushManager.getSubscription())"""
# Chromium shows notifications to no test: the worker is told of the press that one would be.
PRESS = """async (action) => {
    const [notification] = await self.registration.getNotifications();
    const pressed = new NotificationEvent("notificationclick", { notification, action });
    const waits = [];
    pressed.waitUntil = (promise) => waits.push(promise);
    self.dispatchEvent(pressed);
    await Promise.all(waits);
}"""


def ready(context: BrowserContext, page: Page) -> Worker:
    context.grant_permissions(["notifications"])
    page.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
    )
    return context.service_workers[0]


def deliver(context: BrowserContext, page: Page, product: Product, said: dict[str, Any]) -> None:
    """As the browser's own push service would."""
    devtools = context.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(20)
    origin = product.url.rstrip("/")
    push = {"origin": origin, "registrationId": found[0], "data": json.dumps(said)}
    devtools.send("ServiceWorker.deliverPushMessage", push)
    until(page, f"async () => ({SHOWN})().then(all => all.length > 0)")


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """A browser that nobody has used before."""
    context = fresh(browser, product)
    yield context
    context.close()


@pytest.fixture
def channels(context: BrowserContext, demo_password: str) -> Page:
    """Settings, Channels in it."""
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    page.goto(PAGE)
    return page


def test_a_push_is_shown_and_its_button_acts_on_its_link(
    context: BrowserContext, channels: Page, product: Product
) -> None:
    page, worker = channels, ready(context, channels)
    said = {
        "title": "Pay the rent",
        "body": "Today at 9:00",
        "path": "/reminders",
        "act": "/d/x",
        "tag": "t",
        **buttons("Pay the rent", "/d/x"),
    }
    deliver(context, page, product, said)
    assert page.evaluate(SHOWN) == [["Pay the rent", "Today at 9:00", "t", ["done", "60"]]]

    asked = []
    context.on("request", lambda one: asked.append((one.method, one.url, one.post_data)))
    worker.evaluate(PRESS, "done")
    # That link is nobody's: it says so instead of being silent.
    until(page, f"async () => ({SHOWN})().then(all => all[0]?.[0] === 'That was not saved')")
    assert ("POST", f"{product.url.rstrip('/')}/d/x", "act=done") in asked


def test_push_is_asked_for_by_a_press_alone(channels: Page) -> None:
    channels.get_by_role("button", name="Switch push on").wait_for()
    assert channels.evaluate(SUBSCRIBED) is False
