"""The main job, as a stranger does it: a reminder set in the browser arrives on time, once, and the ledger proves it."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import Product, call
from tests.servers import MariaDB, Redis

BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "a long enough password"
# A form has minutes: leave enough of this one to fill it in.
TO_FILL_IN = timedelta(seconds=25)
AT_MOST_LATE = 1.0  # seconds


def next_minute() -> datetime:
    soon = datetime.now(BERLIN) + TO_FILL_IN + timedelta(minutes=1)
    return soon.replace(second=0, microsecond=0)


def wait_for_mail(product: Product, address: str, due: datetime) -> list[tuple[float, Any]]:
    """What is there two seconds after it must have been: a second copy would be there too."""
    deadline = due.timestamp() + AT_MOST_LATE + 2
    while time.time() < deadline:
        time.sleep(0.1)
    return product.mails(address)


def check(arrived: list[tuple[float, Any]], due: datetime, title: str) -> None:
    assert len(arrived) == 1
    at, message = arrived[0]
    # The file's time and the clock are the same machine's.
    assert 0 <= at - due.timestamp() <= AT_MOST_LATE
    assert title in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Delivery-Key"].startswith("reminder:")
    assert message["List-Id"]
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_reminder_set_in_the_browser_arrives_in_time_and_is_proven(page: Page, product: Product):
    page.goto("/sign-up")
    page.get_by_label("Email").fill("stranger@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/")

    due = next_minute()
    page.goto("/reminders/new")
    page.get_by_label("What is it about?").fill("Pay the rent")
    page.get_by_label("Day", exact=True).fill(due.date().isoformat())
    page.get_by_label("Time", exact=True).fill(f"{due:%H:%M}")
    page.get_by_label("Repeat", exact=True).select_option("monthly_day")
    times = page.locator("#next li")
    expect(times).to_have_count(5)
    expect(times.first).to_contain_text(f"{due:%H:%M}")
    page.get_by_role("button", name="Save reminder").click()
    page.wait_for_url(re.compile(r"/reminders/[0-9a-f-]{36}$"))
    assert datetime.now(UTC) < due, "filling in the form took longer than planned for"

    check(wait_for_mail(product, "stranger@example.org", due), due, "Pay the rent")
    # The page was not loaded again: it followed the delivery by itself.
    expect(page.get_by_text("Sent", exact=True).first).to_be_visible()
    page.goto("/deliveries")
    expect(page.get_by_text("stranger@example.org").first).to_be_visible()
    page.locator("main").get_by_role("link", name=re.compile("Pay the rent")).first.click()
    expect(page.locator("main")).to_contain_text("Handed over")
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ ms"))


def test_done_from_the_mail_needs_a_click_that_a_scanner_does_not_make(
    page: Page, product: Product
):
    """Follows the test above: its mail is in the mailbox."""
    _, message = product.mails("stranger@example.org")[0]
    body = message.get_body(("plain",)).get_content()
    link = re.search(rf"{re.escape(product.url)}/d/\S+", body)
    assert link is not None

    page.goto(link[0])
    expect(page.get_by_role("heading", name="Pay the rent")).to_be_visible()
    page.goto(link[0])  # a scanner looks twice and changes nothing
    page.get_by_role("button", name="Done").click()
    expect(page.locator("main")).to_contain_text("Done")


@pytest.fixture(scope="module")
def on_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """bin/up on MariaDB and Redis, given by address."""
    with MariaDB() as database, Redis() as broker:
        product = Product(
            tmp_path_factory.mktemp("servers") / "instance",
            DATABASE_URL=database.url,
            REDIS_URL=broker.url,
        )
        try:
            yield product.start()
        finally:
            product.stop()


def test_the_same_over_the_api_on_mariadb_and_redis(on_servers: Product):
    address = "client@example.org"
    on_servers.flask("accounts", "create-user", address, "--password-stdin", typed=PASSWORD)
    token = on_servers.flask("accounts", "create-token", address).strip().splitlines()[-1]
    due = (datetime.now(UTC) + timedelta(seconds=12)).replace(microsecond=0)

    made = call(on_servers, token, "/api/v1/reminders", reminder(due))
    assert datetime.fromisoformat(made["next_at"]) == due

    check(wait_for_mail(on_servers, address, due), due, "Over the API")
    rows = call(on_servers, token, f"/api/v1/deliveries?reminder_id={made['id']}")["items"]
    assert [(row["state"], row["attempts"], row["address"]) for row in rows] == [
        ("sent", 1, address)
    ]
    assert 0 <= rows[0]["lateness_ms"] <= AT_MOST_LATE * 1000
    assert json.loads(on_servers.flask("delivery", "balance", "--json"))


def reminder(due: datetime) -> dict[str, Any]:
    return {
        "title": "Over the API",
        "starts_at": due.replace(tzinfo=None).isoformat(),
        "time_zone": "UTC",
        "rule": None,
        "recipients": [{"kind": "me", "channel": "email"}],
    }
