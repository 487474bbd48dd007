"""Two deploys that migrate at the same moment: one does it, the other waits and finds it done."""

import multiprocessing

import flask_migrate
import pytest
from sqlalchemy import text

from reminder_app.database import db
from reminder_app.database.migrations import running
from reminder_app.database.migrations.refusals import Refused
from tests.database.migrating import KIND, empty_database, up
from tests.database.small_history import counts, other_process, version, with_rows, written

ROWS = 2_000


@pytest.fixture(autouse=True)
def database(tmp_path):
    with empty_database(tmp_path):
        yield


def at_once(history, start):
    start.wait()
    up("0002", history)


def both(history):
    start = multiprocessing.get_context("fork").Barrier(2)
    with (
        other_process(at_once, history, start) as one,
        other_process(at_once, history, start) as two,
    ):
        one.join(120)
        two.join(120)
        return one.exitcode, two.exitcode


def test_each_row_is_changed_once(tmp_path):
    history = with_rows(tmp_path, ROWS)

    assert both(history) == (0, 0)
    assert (counts(), version()) == ({1: ROWS}, "0002")


def test_also_on_an_empty_database(tmp_path):
    assert both(written(tmp_path)) == (0, 0)
    assert (counts(), version()) == ({}, "0002")


def test_who_waits_too_long_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "LOCK_SECONDS", 0)
    history = with_rows(tmp_path, 1)
    if KIND == "sqlite":
        with db.engine.connect() as holder:
            holder.exec_driver_sql("DELETE FROM counters")
            with pytest.raises(Exception, match="database is locked"):
                up("0002", history)
        return
    with db.engine.connect() as holder:
        holder.execute(text("SELECT GET_LOCK(CONCAT('migrations.', DATABASE()), 1)"))
        with pytest.raises(Refused, match="Another migration is running"):
            running_up(history)
    assert version() == "0001"


def running_up(history):
    """up() gives back the pool's connections, and the holder's with them."""
    flask_migrate.upgrade(str(history), "0002")
