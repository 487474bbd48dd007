"""Pages that only a link in a mail leads to: each link as it works, and as it no longer does."""

import re
import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page

from tests.browser.conftest import DEMO, fresh, sign_in
from tests.browser.running import Product, call

OWNER, GUEST, PASSWORD = "links@example.org", "guest@example.org", "a long enough password"
DAMAGED = ["/d/damaged", "/e/damaged", "/f/damaged", "/reset/damaged", "/invitations/damaged"]


def mailed_links(browser: Browser, product: Product) -> list[str]:
    """Of a reminder that waits and of one that is done, a new password, an invitation; and damaged."""
    product.flask("accounts", "create-user", OWNER, "--password-stdin", typed=PASSWORD)
    token = product.flask("accounts", "create-token", OWNER).strip().splitlines()[-1]
    remind(product, token, "Water the plants")
    remind(product, token, "Feed the cat")
    context = fresh(browser, product)
    page = context.new_page()
    ask_for_a_reset(page, OWNER)
    ask_for_a_reset(page, DEMO)  # each mailbox shows its owner's mail: the crawl finds one there
    sign_in(page, OWNER, PASSWORD)
    invite(page)
    found = [
        link_in(product, OWNER, "/d/", "Water the plants"),
        link_in(product, OWNER, "/d/", "Feed the cat"),
        link_in(product, OWNER, "/reset/", ""),
        link_in(product, GUEST, "/invitations/", ""),
    ]
    link_in(product, DEMO, "/reset/", "")
    page.goto(found[1])
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Undo").wait_for()
    context.close()
    return found + DAMAGED


def remind(product: Product, token: str, title: str) -> None:
    due = datetime.now(UTC) + timedelta(seconds=5)
    starts_at = due.replace(microsecond=0, tzinfo=None).isoformat()
    reminder = {"title": title, "starts_at": starts_at, "time_zone": "UTC"}
    call(product, token, "/api/v1/reminders", reminder)


def ask_for_a_reset(page: Page, address: str) -> None:
    page.goto("/reset")
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    page.wait_for_load_state()


def invite(page: Page) -> None:
    page.goto("/workspaces/new")
    page.get_by_label("Name").fill("The house")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/members")
    page.get_by_label("Email").fill(GUEST)
    page.get_by_role("button", name="Send invitation").click()
    page.get_by_text(f"on its way to {GUEST}").first.wait_for()


def link_in(product: Product, address: str, path: str, subject: str, seconds: float = 180) -> str:
    """The path of the first such link in a mail to them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for _, message in product.mails(address):
            body = message.get_body(("plain",)).get_content()
            link = re.search(rf"{re.escape(product.url)}({path}\S+)", body)
            if link and subject in message["Subject"]:
                return link[1]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address} with a link to {path} within {seconds} s")
