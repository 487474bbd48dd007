"""Rows that somebody else holds: the chunk they are in is tried again, and no row is changed twice."""

import pytest
from sqlalchemy import Engine, event, text

from reminder_app.database import db
from reminder_app.database.errors import NOT_HAD_IN_TIME, number
from tests.database.migrating import KIND, empty_database, up
from tests.database.small_history import counts, version, with_rows

ROWS = 1_050


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path):
        yield


def test_a_chunk_that_waits_in_vain_is_tried_again(tmp_path):
    if KIND == "sqlite":  # a file has one writer at a time
        return
    history = with_rows(tmp_path, ROWS)
    failed = []
    with db.engine.connect() as holder:
        holder.execute(text("SELECT n FROM counters WHERE id = 600 FOR UPDATE"))

        def let_go(context):
            if number(context.original_exception) == NOT_HAD_IN_TIME:
                failed.append(context.statement)
                holder.rollback()

        event.listen(Engine, "handle_error", let_go)
        try:
            up("0002", history)
        finally:
            event.remove(Engine, "handle_error", let_go)

    assert [statement.startswith("UPDATE") for statement in failed] == [True]
    assert (counts(), version()) == ({1: ROWS}, "0002")
