"""Every page a person can reach: no axe violation in light and dark, and nothing wider than a phone."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from reminder_app.app import create_app
from reminder_app.config import load
from tests.browser.conftest import DEMO, NARROW, WIDE, fresh, sign_in
from tests.browser.mailed import mailed_links
from tests.browser.running import Product

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
SIGNED_OUT = ["/sign-in", "/sign-up", "/reset", "/api/docs", "/nothing-here"]
# GET endpoints that are no page of their own, each with its reason.
NO_PAGES = {
    "static": "files",
    "docs.openapi": "JSON",
    "operations.live": "JSON",
    "operations.ready": "JSON",
    "operations.read_metrics": "for Prometheus",
    "operations.of_database": "JSON",
    "operations.right_now": "a part of the operator's page",
    "deliveries.right_now": "a part of Deliveries",
    "home.progress": "a part of Today",
    "deliveries.fragment": "a part of a reminder's page",
    "deliveries.live": "a part of a delivery's page",
    "reminder_forms.find_people": "a part of a reminder's form",
    "mailbox.html": "the mail itself, in a frame of its page",
}
JSON = ("/api/v1/", "/db-monitor/")  # all of it
UNLINKED = ["/kit"]
# The same page for another row looks the same: one of each route is enough.
MOST_PAGES = 80


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    instance = str(tmp_path_factory.mktemp("routes"))
    return create_app(load({"APP_ENV": "development", "INSTANCE_PATH": instance}))


def endpoint(app: Flask, url: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(url).path, method="GET")[0])
    except HTTPException:
        return ""


@pytest.fixture(scope="module")
def mailed(browser: Browser, product: Product, demo_password: str) -> list[str]:
    """Once the demo is there, as it gets a mail too."""
    return mailed_links(browser, product)


@pytest.fixture(scope="module")
def pages(
    browser: Browser, product: Product, demo_password: str, routes: Flask, mailed: list[str]
) -> dict[str, str]:
    """One address for each page that a signed-in person can click their way to, by endpoint.

    After `mailed`: a mailbox without mails leads to none.
    """
    product.flask("accounts", "make-superuser", DEMO)  # who has a page more
    context = fresh(browser, product)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    found: dict[str, str] = {}
    waiting = ["/", *UNLINKED]
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        name = endpoint(routes, path)
        if not name or name in found or name in NO_PAGES:
            continue
        found[name] = path
        page.goto(path)
        waiting += links(page)
    context.close()
    return found


def links(page: Page) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
    return [str(href) for href in hrefs]


@pytest.mark.parametrize(("scheme", "size"), LOOKS, ids=["light", "dark", "light-390", "dark-390"])
def test_no_page_has_a_violation(browser, product, demo_password, pages, mailed, scheme, size):
    context = fresh(browser, product, viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    wrong = [told for path in [*SIGNED_OUT, *mailed] for told in look(page, path, size)]
    sign_in(page, DEMO, demo_password)
    for path in [*pages.values(), *(path for path in mailed if "/invitations/" in path)]:
        wrong += look(page, path, size)
    context.close()

    assert wrong == []


def look(page: Page, path: str, size: dict[str, int]) -> list[str]:
    page.goto(path)
    wide = int(page.evaluate("document.documentElement.scrollWidth"))
    wrong = [f"{path}: {wide} px wide"] if wide > size["width"] else []
    for violation in Axe().run(page).response["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        wrong.append(f"{path}: {violation['id']}: {nodes}")
    keep(page, path, size)
    return wrong


def keep(page: Page, path: str, size: dict[str, int]) -> None:
    """A picture of every page, for whoever wants to look: LOOK_FOLDER=… bin/test --suite browser."""
    if folder := os.environ.get("LOOK_FOLDER"):
        scheme = page.evaluate(
            "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
        )
        name = f"{path.strip('/').replace('/', '-') or 'today'}-{scheme}-{size['width']}.png"
        page.screenshot(path=Path(folder) / name, full_page=True)


def test_every_page_there_is_was_looked_at(routes, pages, mailed):
    there = {
        rule.endpoint
        for rule in routes.url_map.iter_rules()
        if "GET" in rule.methods and not rule.rule.startswith(JSON)
    }
    seen = set(pages) | {endpoint(routes, path) for path in [*SIGNED_OUT, *mailed]}

    assert there - seen - set(NO_PAGES) == set()
    assert set(NO_PAGES) <= there
