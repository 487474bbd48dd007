"""Which accounts have something due is found past all the rows behind them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from reminder_app.database import db, now
from reminder_app.delivery import account_repository, claim_repository, claims, sending_accounts
from reminder_app.delivery.models import Delivery

DOUBLED = 12
ACCOUNTS = 16


@pytest.fixture
def ledger(plan) -> int:
    """Thousands of rows, half of them the site's mail, the others of a few accounts; how many."""
    plan()
    columns = [column.name for column in Delivery.__table__.columns]
    new = {"id": "randomblob(16)", "key": "hex(randomblob(16))"}
    if is_server():
        new = {"id": "UNHEX(REPLACE(UUID(), '-', ''))", "key": "UUID()"}
    names = ", ".join(f"`{name}`" for name in columns)
    values = ", ".join(new.get(name, f"`{name}`") for name in columns)
    double = f"INSERT INTO deliveries ({names}) SELECT {values} FROM deliveries"  # noqa: S608
    run(*[double] * DOUBLED)
    rows = list(db.session.scalars(db.select(Delivery.id)))
    for number in range(ACCOUNTS):
        some = [row for place, row in enumerate(rows) if place % (2 * ACCOUNTS) == number]
        values = {
            "account": f"webhook.{number:02}",
            "not_before": now() - timedelta(minutes=number),
        }
        db.session.execute(db.update(Delivery).where(Delivery.id.in_(some)).values(values))
    db.session.commit()
    if is_server():
        run("ANALYZE TABLE deliveries")
    return len(rows)


def is_server() -> bool:
    return db.engine.dialect.name != "sqlite"


def run(*statements: str) -> None:
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def rows_read() -> int:
    """By this session, as far as its server says it: SQLite does not."""
    if not is_server():
        return 0
    found = db.session.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")).all()
    return sum(int(many) for _, many in found)


def found() -> list[str]:
    _, accounts = claims.next_accounts(timedelta(seconds=1), 100)
    return [name for name, _ in accounts]


def test_longest_waiting_first_and_never_the_sites_mail(ledger):
    assert found() == [f"webhook.{number:02}" for number in reversed(range(ACCOUNTS))]


def test_what_is_paused_or_broken_is_not_among_them(ledger):
    sending_accounts.pause("webhook.03", "Alice")
    sending_accounts.broke("webhook.04", "refused", sending_accounts.FREE, timedelta(hours=1))
    assert not {"webhook.03", "webhook.04"} & set(found())
    assert len(found()) == ACCOUNTS - 2


def test_what_is_planned_for_later_is_not_among_them(plan):
    plan(account="webhook.01", due_at=now() + timedelta(minutes=5))
    assert found() == []


def test_a_key_is_read_for_each_account_and_not_its_rows(ledger):
    at = now()
    before = rows_read()
    assert account_repository.waiting(at, at, 100)
    assert rows_read() - before < 12 * ACCOUNTS


@pytest.mark.parametrize("account", ["email", "webhook.05"])
def test_what_is_due_next_is_the_first_of_its_account(ledger, account):
    at = now()
    before = rows_read()
    assert claim_repository.next_due(account, at, at)
    assert len(claim_repository.lock_due(account, at, 5)) == 5
    assert rows_read() - before < 60
