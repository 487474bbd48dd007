"""A database that is in use goes up and down without losing a row, or what a row points at."""

import pytest
from sqlalchemy import text

from reminder_app.database import db
from tests.database.migrating import HEAD, REVISIONS, down, empty_database, fill, lost, rows, up


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path):
        yield


def moved(move, revision):
    before = rows()
    move(revision)
    return lost(before, rows())


def test_every_row_outlives_each_step_up_and_down_and_up_again():
    for revision in REVISIONS:
        assert (revision, moved(up, revision)) == (revision, [])
        fill()
    for revision in REVISIONS[-2::-1]:
        assert (revision, moved(down, revision)) == (revision, [])
    assert moved(up, HEAD) == []
    assert len(rows()["delivery_attempts"]) == 3


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
