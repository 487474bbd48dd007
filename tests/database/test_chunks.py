"""Rows changed by a migration: some at a time, each once, whatever happens on the way."""

import multiprocessing
import time

import pytest
from sqlalchemy import inspect, text

from reminder_app.database import db
from reminder_app.database.migrations import chunks, progress
from tests.database.migrating import KIND, down, empty_database, up
from tests.database.moving import seen_by
from tests.database.small_history import SECOND, counts, other_process, version, with_rows

ROWS = 1_050
is_server = KIND != "sqlite"


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "FIRST_ROWS", 100)
    monkeypatch.setattr(chunks, "MOST_ROWS", 100)
    monkeypatch.setattr(chunks, "AIM_SECONDS", 60)  # a slow machine takes no smaller ones
    with empty_database(tmp_path):
        yield


def updates(statements):
    return [one for one in statements if one.startswith("UPDATE") and "counters" in one]


def test_every_row_is_changed_once_some_at_a_time(tmp_path):
    history = with_rows(tmp_path, ROWS)
    with seen_by(type(db.engine), "counters") as seen:
        up("0002", history)

    assert counts() == {1: ROWS}
    assert len(updates(seen)) == 11
    down("0001", history)
    assert counts() == {0: ROWS}


def test_nothing_of_it_stays_behind(tmp_path):
    up("0002", with_rows(tmp_path, ROWS))

    assert set(inspect(db.engine).get_table_names()) == {"alembic_version", "counters"}


@pytest.mark.sqlite_only
def test_an_empty_table_is_no_trouble(tmp_path):
    up("0002", with_rows(tmp_path, 1))
    assert counts() == {1: 1}


def stop_in_the_middle(history, is_there):
    """After the fifth chunk's statements, before its COMMIT: the worst moment."""
    saved = progress.Progress.save
    seen = []

    def save(*arguments):
        saved(*arguments)
        seen.append(1)
        if len(seen) == 5:
            is_there.set()
            time.sleep(600)

    progress.Progress.save = save
    up("0002", history)


def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path):
    history = with_rows(tmp_path, ROWS)
    is_there = multiprocessing.get_context("fork").Event()
    with other_process(stop_in_the_middle, history, is_there):
        assert is_there.wait(120)
    if is_server:
        wait_until_gone()

    assert counts() == ({1: 400, 0: 650} if is_server else {0: ROWS})
    assert version() == "0001"
    with seen_by(type(db.engine), "counters") as seen:
        up("0002", history)
    assert counts() == {1: ROWS}
    assert version() == "0002"
    assert len(updates(seen)) == (7 if is_server else 11)


def wait_until_gone():
    """The server rolls back what its dead client had open as soon as it sees the socket closed."""
    with db.engine.connect() as connection:
        name = {"name": connection.execute(text("SELECT DATABASE()")).scalar()}
        free = text("SELECT IS_FREE_LOCK(CONCAT('migrations.', :name))")
        for _ in range(2_000):
            if connection.execute(free, name).scalar():
                return
            time.sleep(0.05)


def test_what_a_stopped_run_left_does_not_count_for_another_revision(tmp_path):
    """Its progress belongs to the step from 0001; whoever went back and on meets it no more."""
    history = with_rows(tmp_path, ROWS)
    with db.engine.begin() as connection:
        connection.execute(text(progress.CREATE))
        stale = "INSERT INTO alembic_progress VALUES (:name, '0000', '9999', 5, 1)"
        connection.execute(text(stale), {"name": f"0001 counters {digest()}"})
    up("0002", history)

    assert counts() == {1: ROWS}


def digest():
    return chunks.digest("UPDATE counters SET n = n + 1 WHERE (1 = 1)")


def test_a_step_that_was_done_is_not_done_again_when_the_next_one_fails(tmp_path):
    """n = n + 1 would be wrong the second time."""
    fails = SECOND.replace('n + 1")', 'n + 1"); op.get_bind().exec_driver_sql("SELECT nothing")')
    history = with_rows(tmp_path, ROWS, fails)
    with pytest.raises(Exception, match="nothing"):
        up("0002", history)
    (history / "versions" / "0002.py").write_text(SECOND, encoding="utf-8")
    up("0002", history)

    assert counts() == {1: ROWS}


def test_keys_of_bytes_are_walked_in_order(tmp_path):
    history = with_rows(tmp_path, 1, SECOND.replace("counters", "letters"))
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE letters (id BINARY(2) PRIMARY KEY, n INT)"))
        rows = [{"id": bytes([a, b])} for a in range(0, 250, 10) for b in (0, 200)]
        connection.execute(text("INSERT INTO letters VALUES (:id, 0)"), rows)
    up("0002", history)

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT DISTINCT n FROM letters")).scalars().all() == [1]


@pytest.mark.sqlite_only
def test_it_tells_how_far_it_is(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(chunks, "TOLD_EVERY", 0)
    up("0002", with_rows(tmp_path, ROWS))

    told = capsys.readouterr().err
    assert "counters: 500 rows in" in told
    assert "counters: 1050 rows, done" in told


@pytest.mark.sqlite_only
def test_chunks_grow_while_they_are_quick_and_shrink_when_they_are_not(monkeypatch):
    monkeypatch.setattr(chunks, "MOST_ROWS", 20_000)
    monkeypatch.setattr(chunks, "AIM_SECONDS", 0.25)
    walk = chunks.Walk.__new__(chunks.Walk)
    walk.rows, walk.can_commit, walk.told_at = 1_000, False, time.monotonic()
    walk.pace(0.01)
    assert walk.rows == 2_000
    walk.pace(1.0)
    assert walk.rows == 500
