import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.running import Product

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
# A bound on what never comes; a slow machine takes many seconds for what does.
PATIENCE = 120_000  # ms
expect.set_options(timeout=PATIENCE)
DEMO = "demo@demo.example.org"
SIGNED_IN: dict[str, list[Any]] = {}  # the cookies, by the address of the product


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        raise FileNotFoundError(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """bin/up with the demo, on embedded parts."""
    running = Product(tmp_path_factory.mktemp("up") / "instance")
    try:
        yield running.start("--demo")
    finally:
        running.stop()


@pytest.fixture(scope="session")
def demo_password(product: Product) -> str:
    """Shown once, at the start that loaded the demo."""
    return product.told().split("with the password ")[1].split()[0]


@pytest.fixture(scope="session")
def operator_password(product: Product, demo_password: str) -> str:
    """From here on the demo's account also sees the operator's pages."""
    product.flask("accounts", "make-superuser", DEMO)
    return demo_password


def fresh(browser: Browser, product: Product, **options: object) -> BrowserContext:
    context = browser.new_context(
        timezone_id="Europe/Berlin",
        **{"base_url": product.url, "locale": "en-GB", "viewport": WIDE, **options},  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """A new browser profile; what its console complains of fails the test."""
    context = fresh(browser, product)
    page = context.new_page()
    complaints = listen(page)
    yield page
    context.close()
    assert complaints == []


def listen(page: Page) -> list[str]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and complaints.append(message.text),
    )
    return complaints


def until(page: Page, script: str) -> None:
    """wait_for_function takes the promise of an answer for the answer."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(20)


def sign_in(page: Page, address: str, password: str) -> None:
    """The demo's person is let in once a product, and goes on from there: one address tries so often
    a minute, and no more."""
    page.goto("/sign-in")
    product = page.url
    if address == DEMO and product in SIGNED_IN:
        page.context.add_cookies(SIGNED_IN[product])
        page.goto("/")
        return
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    if address == DEMO:
        SIGNED_IN[product] = [
            {name: one[name] for name in ("name", "value", "domain", "path")}
            for one in page.context.cookies()
        ]
