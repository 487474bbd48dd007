from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from reminder_app.accounts.models import SignInFailure
from reminder_app.database import database_now, db, insert_missing, new_id, now

HASH = b"h" * 32


def store(at: datetime) -> SignInFailure:
    row = SignInFailure(email_hash=HASH, updated_at=at)
    db.session.add(row)
    db.session.commit()
    db.session.expire_all()
    return row


def test_an_instant_comes_back_aware_in_utc_to_the_microsecond(app):
    berlin = timezone(timedelta(hours=2))
    row = store(datetime(2026, 7, 1, 9, 0, 0, 123456, tzinfo=berlin))

    assert row.updated_at == datetime(2026, 7, 1, 7, 0, 0, 123456, tzinfo=UTC)
    assert row.updated_at.tzinfo is UTC


def test_a_naive_instant_is_refused(app):
    with pytest.raises(StatementError, match="naive"):
        store(datetime(2026, 7, 1, 9, 0))  # noqa: DTZ001  the point of the test


def test_ids_grow_with_time(app):
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)


def test_insert_missing_leaves_what_is_there(app):
    store(now())
    table = SignInFailure.__table__
    rows = [
        {"id": new_id(), "email_hash": HASH, "failures": 9, "updated_at": now()},
        {"id": new_id(), "email_hash": b"n" * 32, "failures": 1, "updated_at": now()},
    ]
    insert_missing(table, rows)
    insert_missing(table, rows)
    db.session.commit()

    found = db.session.execute(text("SELECT failures FROM sign_in_failures ORDER BY failures"))
    assert [row[0] for row in found] == [0, 1]


def test_the_database_clock_moves_with_ours(app, later):
    before = database_now()
    later(hours=3)

    assert timedelta(hours=3) <= database_now() - before < timedelta(hours=3, minutes=1)
