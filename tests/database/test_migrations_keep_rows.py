"""A database that is in use goes up and down without losing a row, or what a row points at."""

import pytest
from sqlalchemy import text

from reminder_app.database import db
from tests.database.migrating import HEAD, REVISIONS, down, empty_database, fill, lost, rows, up


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path):
        yield


def test_every_row_outlives_each_step_up_and_down_and_up_again():
    there = rows()
    for revision in REVISIONS:
        up(revision)
        assert (revision, lost(there, rows())) == (revision, [])
        fill()
        there = rows()
    for move, revision in [*((down, one) for one in REVISIONS[-2::-1]), (up, HEAD)]:
        before = there
        move(revision)
        there = rows()
        assert (revision, lost(before, there)) == (revision, [])
    assert len(there["delivery_attempts"]) == 3


def test_every_table_is_filled():
    up(HEAD)
    fill()

    assert {name: len(those) for name, those in rows().items()} == dict.fromkeys(
        db.metadata.tables, 3
    )


def test_those_who_do_not_know_a_new_column_can_still_add_rows():
    """While a deploy rolls, the code before it works on the tables after it."""
    up("0004_figures")
    fill()
    known = ", ".join(f"`{name}`" for name in rows()["deliveries"][0] if name not in ("id", "key"))
    up(HEAD)
    with db.engine.begin() as connection:
        new = f"INSERT INTO deliveries (id, `key`, {known}) SELECT :id, 'new', {known}"
        connection.execute(text(f"{new} FROM deliveries LIMIT 1"), {"id": b"\x04" * 16})

    assert [bool(row["is_bulk"]) for row in rows()["deliveries"]] == [False] * 4
