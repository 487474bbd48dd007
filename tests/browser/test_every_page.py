"""Every page a person can reach: no axe violation in light and dark, and nothing wider than a phone."""

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.exceptions import HTTPException

from reminder_app.app import create_app
from reminder_app.config import load
from tests.browser.conftest import DEMO, NARROW, WIDE, fresh, sign_in
from tests.browser.filled import fill
from tests.browser.mailed import mailed_links
from tests.browser.running import Product

Scheme = Literal["light", "dark"]
LOOKS: list[tuple[Scheme, ViewportSize]] = [
    ("light", WIDE),
    ("dark", WIDE),
    ("light", NARROW),
    ("dark", NARROW),
]
# Two frames later the page is drawn in its width.
SEEN = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    done([matchMedia("(prefers-color-scheme: dark)").matches, innerWidth]))))"""
# A colour on its way from light to dark is neither.
SETTLED = """() => Promise.race([new Promise(done => setTimeout(done, 5000)), Promise.allSettled(
    document.getAnimations().filter(one => one instanceof CSSTransition).map(one => one.finished)
)]).then(() => null)"""
VIOLATIONS = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"
SIGNED_OUT = ["/sign-in", "/sign-up", "/reset", "/api/docs", "/offline", "/nothing-here"]
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
    "finding.options": "what the palette finds",
    "home.progress": "a part of Today",
    "deliveries.fragment": "a part of a reminder's page",
    "deliveries.live": "a part of a delivery's page",
    "contact_exports.export": "a file",
    "contact_imports.report": "a file",
    "contact_imports.progress": "a part of an import's page",
    "contact_imports.show": "of a file that was sent: test_clients.py",
    "contact_merges.compare": "of contacts that were chosen: test_clients.py",
    "notifications.stats": "JSON",
    "users.index": "JSON",
    "workspaces.open_in": "leads on to a page of the workspace",
    "reminder_templates.use_starter": "the form of a new reminder, filled in",
    "settings.show_zone": "a part of the profile",
    "proofs.as_paper": "a file",
    "proofs.as_table": "a file",
    "reminder_files.content": "a file",
    "recipients.progress": "a part of a reminder's page",
    "links.file": "a file",
    "reminder_forms.find_people": "a part of a reminder's form",
    "calendar_links.show": "a calendar, for programs",
    "installing.manifest": "JSON",
    "outbox.session": "JSON",
    "installing.worker": "the worker of the pages",
    "mailbox.html": "the mail itself, in a frame of its page",
}
JSON = ("/api/v1/", "/db-monitor/")  # all of it
UNLINKED = ["/kit", "/reminders/quick-add?text=call+@Zed+next+friday+at+7+!high+%23home"]
# The same page for another row looks the same: one of each route is enough.
MOST_PAGES = 120


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
def filled(
    browser: Browser, product: Product, operator_password: str
) -> tuple[list[str], list[str]]:
    """Paths that nothing in the demo leads to, and what was wrong with what is shown once."""
    context = fresh(browser, product, bypass_csp=True)
    page = context.new_page()
    sign_in(page, DEMO, operator_password)
    wrong: list[str] = []
    paths = fill(page, lambda page, name: wrong.extend(looks_again(page, name)))
    context.close()
    return paths, wrong


@pytest.fixture(scope="module")
def pages(
    browser: Browser,
    product: Product,
    operator_password: str,
    routes: Flask,
    mailed: list[str],
    filled: tuple[list[str], list[str]],
) -> dict[str, str]:
    """One address for each page that an operator can click their way to, by endpoint.

    After `mailed`: a mailbox without mails leads to none.
    """
    context = fresh(browser, product)
    page = context.new_page()
    sign_in(page, DEMO, operator_password)
    found: dict[str, str] = {}
    waiting = [*filled[0], "/", *UNLINKED]
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


def test_no_page_has_a_violation(browser, product, operator_password, pages, mailed, filled):
    context = fresh(browser, product, bypass_csp=True)
    page = context.new_page()
    wrong = [told for path in [*SIGNED_OUT, *mailed] for told in looks(page, path)]
    sign_in(page, DEMO, operator_password)
    for path in [*pages.values(), *(path for path in mailed if "/invitations/" in path)]:
        wrong += looks(page, path)
    context.close()

    assert wrong + filled[1] == []


def looks(page: Page, path: str) -> list[str]:
    """Loaded anew for each: what a page does when it is loaded may depend on both."""
    wrong: list[str] = []
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        page.goto(path)
        page.evaluate(AXE_SCRIPT)
        wrong += look(page, path, scheme, size)
    return wrong


def looks_again(page: Page, name: str) -> list[str]:
    """For what is shown once: as it is loaded, in all of them."""
    page.evaluate(AXE_SCRIPT)
    wrong: list[str] = []
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        wrong += look(page, name, scheme, size)
    return wrong


def look(page: Page, path: str, scheme: Scheme, size: ViewportSize) -> list[str]:
    assert page.evaluate(SEEN) == [scheme == "dark", size["width"]]
    page.evaluate(SETTLED)
    where = f"{path} {scheme} {size['width']}"
    wide = int(page.evaluate("document.documentElement.scrollWidth"))
    wrong = [f"{where}: {wide} px wide"] if wide > size["width"] else []
    for violation in page.evaluate(VIOLATIONS):
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        wrong.append(f"{where}: {violation['id']}: {nodes}")
    keep(page, path, scheme, size)
    return wrong


def keep(page: Page, path: str, scheme: Scheme, size: ViewportSize) -> None:
    """A picture of every page, for whoever wants to look: LOOK_FOLDER=… bin/test --suite browser."""
    if folder := os.environ.get("LOOK_FOLDER"):
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
