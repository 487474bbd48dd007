import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from reminder_app.accounts.models import SignInFailure
from reminder_app.database import db, keyset_page
from reminder_app.errors import Invalid

START = datetime(2026, 3, 1, tzinfo=UTC)


def fill(count: int) -> None:
    # Every three rows share a time: the id has to tell them apart.
    for n in range(count):
        at = START + timedelta(microseconds=n // 3)
        db.session.add(SignInFailure(email_hash=n.to_bytes(32, "big"), updated_at=at))
    db.session.commit()


def pages(limit: int, descending: bool = False) -> list[list[bytes]]:
    found, cursor = [], None
    while True:
        page = keyset_page(
            select(SignInFailure),
            (SignInFailure.updated_at, SignInFailure.id),
            cursor=cursor,
            limit=limit,
            descending=descending,
        )
        found.append([row.email_hash for row in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_pages_give_every_row_exactly_once(app, limit, descending):
    fill(23)

    rows = [row for page in pages(limit, descending) for row in page]

    assert len(rows) == len(set(rows)) == 23


def test_new_rows_do_not_shift_the_pages_behind(app):
    fill(6)
    order = (SignInFailure.updated_at, SignInFailure.id)
    first = keyset_page(select(SignInFailure), order, cursor=None, limit=3)
    early = SignInFailure(email_hash=b"early".ljust(32), updated_at=START - timedelta(days=1))
    db.session.add(early)
    db.session.commit()
    second = keyset_page(select(SignInFailure), order, cursor=first.next_cursor, limit=3)

    seen = {row.id for row in first.items} & {row.id for row in second.items}
    assert not seen
    assert early.id not in {row.id for row in second.items}


@pytest.mark.parametrize("cursor", ["x", "%%%", "e30", "WyJkIiwgIngiLCAieSJd", "é", "A" * 400])
def test_a_cursor_that_is_not_ours_is_refused_with_its_name(app, cursor):
    with pytest.raises(Invalid) as error:
        keyset_page(
            select(SignInFailure),
            (SignInFailure.updated_at, SignInFailure.id),
            cursor=cursor,
            limit=3,
        )

    assert "cursor" in error.value.fields


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("d", "0001-01-01T00:00:00+14:00"),
        ("d", "9999-12-31T23:59:59-14:00"),
        ("s", "2026-03-01"),
        ("s", "\ud800"),
        ("d", 5),
        ("x", None),
    ],
)
def test_a_cursor_made_by_hand_is_refused_too(app, kind, value):
    made = json.dumps([kind, value, "0" * 32]).encode()
    cursor = base64.urlsafe_b64encode(made).decode().rstrip("=")
    with pytest.raises(Invalid):
        keyset_page(
            select(SignInFailure),
            (SignInFailure.updated_at, SignInFailure.id),
            cursor=cursor,
            limit=3,
        )
