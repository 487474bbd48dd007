"""Statistics, old rows that go in chunks, transactions that stay open, and sizes: on every database."""

import json
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, insert, select, text

from reminder_app.database import capabilities, db, new_id, now
from reminder_app.database.capabilities import of
from reminder_app.database.engine import EXTENSION
from reminder_app.database.maintenance import (
    analyze,
    beside,
    brakes,
    growth,
    purging,
    runs,
    sizes,
    tasks,
    transactions,
)
from reminder_app.database.maintenance.models import MaintenanceRun, TableSize
from reminder_app.database.maintenance.purging import Policy
from tests.database.kept import with_backups

RUNS = MaintenanceRun.__table__
DAY = timedelta(days=1)


def add(count: int, at: datetime) -> None:
    row = {"task": "x", "seconds": 0.0, "is_good": True, "words": "", "started_at": at}
    db.session.execute(insert(MaintenanceRun), [row | {"id": new_id()} for _ in range(count)])
    db.session.commit()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(MaintenanceRun))


def is_server() -> bool:
    return of(db.engine).is_server


def test_old_rows_go_some_at_a_time_and_others_stay(app):
    add(2_350, now() - 3 * DAY)
    add(7, now())
    told = []

    gone = purging.in_chunks(RUNS, RUNS.c.started_at < now() - DAY, told.append, size=500)

    assert gone == 2_350
    assert count() == 7
    assert told[0] == "maintenance_runs: 500 rows"
    assert len(told) == 5


def test_it_waits_while_the_brake_is_on_and_goes_on_afterwards(app, monkeypatch):
    add(30, now() - 3 * DAY)
    monkeypatch.setattr(brakes, "PAUSE", 0.01)
    reasons, told = iter(["40 threads are running", "a replica is 9.0 s behind"]), []

    def busy(_engine) -> str:
        return next(reasons, "")

    def brake(tell) -> bool:
        return brakes.clear(db.engine, tell, (busy,))

    gone = purging.in_chunks(RUNS, RUNS.c.started_at < now(), told.append, size=10, brake=brake)

    assert gone == 30
    assert told[:2] == ["waiting: 40 threads are running", "waiting: a replica is 9.0 s behind"]


def test_a_brake_that_stays_on_leaves_the_rest_for_the_next_time(app, monkeypatch):
    add(30, now() - 3 * DAY)
    monkeypatch.setattr(brakes, "PAUSE", 0.001)
    monkeypatch.setattr(brakes, "LONGEST_WAIT", 0.01)

    def brake(tell) -> bool:
        return brakes.clear(db.engine, tell, (lambda _: "busy",))

    assert purging.in_chunks(RUNS, RUNS.c.started_at < now(), brake=brake) == 0
    assert count() == 30


def test_the_server_is_asked_how_busy_it_is(app, monkeypatch):
    assert brakes.busy(db.engine) == ""
    monkeypatch.setattr(brakes, "BUSY_THREADS", 0)

    assert ("threads are running" in brakes.busy(db.engine)) is is_server()
    assert brakes.lagging(db.engine) == ""


def test_a_purge_is_written_down(app):
    add(5, now() - 100 * DAY)

    assert purging.purge() == {"table_sizes": 0, "maintenance_runs": 5}

    assert runs.latest()[0].words == "5 of maintenance_runs"


def test_each_policy_has_an_index_that_begins_with_its_column(app):
    """Without one each chunk looks at the whole table."""
    for policy in purging.POLICIES:
        table = db.metadata.tables[policy.table]
        firsts = {next(iter(index.columns)).name for index in table.indexes}
        assert policy.by in firsts, policy


def test_a_table_without_the_column_is_refused(app):
    with pytest.raises(KeyError):
        purging.purge([Policy("users", "no_such", DAY)])


def test_every_table_gets_fresh_statistics(app):
    many = analyze.analyze()

    assert many >= len(db.metadata.tables)
    assert runs.latest()[0].task == "analyze"
    assert runs.latest()[0].words == f"{many} tables"


def test_sizes_are_measured_and_kept(app, alice):
    found = {one.table: one for one in sizes.measure()}

    assert set(db.metadata.tables) <= set(found)
    assert found["users"].rows >= 1 or is_server()  # a server's is an estimate
    assert found["users"].data > 0
    assert found["deliveries"].index > 0
    assert db.session.scalar(select(func.count()).select_from(TableSize)) == len(found)


def test_what_is_left_of_the_disk_is_known_or_said(app):
    overview = sizes.overview()

    assert overview.disk_free is not None or "DB_DISK" in overview.no_disk
    assert overview.days_to_full is None  # nothing was measured yet


def test_a_disk_is_as_large_as_the_settings_say(app, tmp_path):
    before = app.extensions[EXTENSION]
    settings = with_backups(app, tmp_path)
    app.extensions[EXTENSION] = before
    if not is_server():
        assert sizes.disk_free(settings)[0] > 0
        return
    from_settings = type(settings)(url=settings.url, disk_bytes=10**12)

    assert 0 < sizes.disk_free(from_settings)[0] < 10**12


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.sqlite_only
def test_growth_is_of_two_days_at_least():
    assert growth.a_day([]) is None
    assert growth.a_day([(at(1), 5)]) is None
    assert growth.a_day([(at(1), 5), (at(2), 9)]) is None
    assert growth.a_day([(at(1), 5), (at(3), 9)]) == 2


@pytest.mark.sqlite_only
def test_growth_is_the_usual_one():
    steady = [(at(day), day * 100) for day in range(1, 29)]
    after_a_purge = [*steady, (at(29), 200)]

    assert growth.a_day(steady) == pytest.approx(100)
    assert growth.a_day(after_a_purge) == pytest.approx(100)


@contextmanager
def left_open(seconds: float = 1.2, *, at_work: bool = False):
    """Another connection's transaction, some seconds old."""
    engine = create_engine(db.engine.url)
    with engine.connect() as connection:
        connection.execute(text("UPDATE users SET name = 'other'"))
        working = threading.Thread(target=sleep, args=[connection], daemon=True)
        if at_work:
            working.start()
        time.sleep(seconds)
        yield connection
        if at_work:
            working.join()
        connection.invalidate()
    engine.dispose()


def sleep(connection) -> None:
    try:
        connection.exec_driver_sql("SELECT SLEEP(5)")
    except Exception as error:  # it is killed
        sleep.ended = error


def test_a_transaction_that_stays_open_is_seen(app, alice):
    if not is_server():
        assert "no connections of others" in transactions.none_here()
        assert transactions.long_ones(0) == []
        return
    with left_open() as other:
        mine = other.exec_driver_sql("SELECT CONNECTION_ID()").scalar()
        (found,) = [one for one in transactions.long_ones(1) if one.id == mine]

        assert (found.is_idle, found.rows_changed, found.spared) == (True, 1, "")
        assert found.seconds >= 1
        assert "name" not in found.told()
        assert [one for one in transactions.long_ones(60) if one.id == mine] == []


def test_it_is_ended_only_when_that_is_asked_for(app, alice):
    if not is_server():
        return
    run = app.test_cli_runner().invoke
    with left_open() as other:
        shown = run(args=["maintenance", "transactions", "--older-than", "1"])
        assert (shown.exit_code, "open: connection" in shown.output) == (1, True)
        other.exec_driver_sql("SELECT 1")  # it goes on

        ended = run(args=["maintenance", "transactions", "--older-than", "1", "--end", "--json"])
        assert ended.exit_code == 0, ended.output
        assert [one["ended"] for one in json.loads(ended.output)] == [True]
        with pytest.raises(Exception, match="gone away|Lost connection|[Kk]ill|closed|interrupted"):
            other.exec_driver_sql("SELECT 1")

    db.session.rollback()
    assert "ended connection" in runs.latest()[0].words
    assert db.session.scalar(text("SELECT COUNT(*) FROM users WHERE name = 'other'")) == 0


def test_a_backup_at_work_is_left_alone(app, alice):
    if not is_server():
        return
    with left_open() as other:
        other.exec_driver_sql("SELECT GET_LOCK('database.backup', 0)")
        found = transactions.long_ones(1)

        assert [one.spared for one in found] == ["a backup or a migration is at work"]
        assert transactions.end(found) == []
        other.exec_driver_sql("SELECT 1")


@pytest.mark.parametrize(
    ("statement", "is_spared"),
    [
        ("SELECT /*!40001 SQL_NO_CACHE */ * FROM `users`", True),
        ("ALTER TABLE users ADD COLUMN x INT", True),
        ("UPDATE users SET name = 'ALTER'", False),
        (None, False),
    ],
)
@pytest.mark.sqlite_only
def test_dumps_and_changes_of_tables_are_left_alone(statement, is_spared):
    row = (7, 400, 0, 0, "app", "10.0.0.1:5", "app", "Query", statement)

    assert bool(transactions.seen(row, set()).spared) is is_spared


def test_by_default_long_ones_are_told_once_and_not_ended(app, alice, caplog, monkeypatch):
    if not is_server():
        transactions.watch()
        return
    real = transactions.long_ones
    monkeypatch.setattr(transactions, "long_ones", lambda: real(1))
    with left_open() as other:
        tasks.watch_transactions()
        tasks.watch_transactions()
        other.exec_driver_sql("SELECT 1")

    assert caplog.text.count("a transaction stays open") == 1


def test_the_capability_table_says_who_has_no_connections():
    assert "connections" in capabilities.SQLITE.lacks
    assert "connections" not in capabilities.MARIADB.lacks


def test_the_commands(app):
    run = app.test_cli_runner().invoke

    assert "fresh statistics" in run(args=["maintenance", "analyze"]).output
    assert "of maintenance_runs" in run(args=["maintenance", "purge"]).output
    told = json.loads(run(args=["maintenance", "sizes", "--json"]).output)
    assert {"table", "rows", "data", "index", "free", "a_day"} == set(told["tables"][0])
    assert "users" in run(args=["maintenance", "sizes"]).output
    assert run(args=["maintenance", "transactions"]).exit_code in (0, 1)


SLOW = """
import sys, time, pathlib
begun = pathlib.Path(sys.argv[1])
begun.open("a").write("x")
while not begun.with_name("may end").exists():
    time.sleep(0.01)
"""


@pytest.fixture
def beside_us(app, monkeypatch):
    """beside_us(program): what a heavy job starts instead of `flask`."""
    before = app.extensions[EXTENSION]

    def chosen(program):
        command = (sys.executable, "-c", program)
        app.extensions[EXTENSION] = replace(before, flask_command=command)

    yield chosen
    for child in beside._children.values():
        child.wait(120)
    beside.reap()
    app.extensions[EXTENSION] = before


@pytest.mark.sqlite_only
def test_a_heavy_job_has_a_process_of_its_own_and_one_at_a_time(beside_us, tmp_path):
    beside_us(SLOW)
    begun, here = tmp_path / "begun", []

    for _ in range(3):
        beside.run((str(begun),), lambda: here.append(1))

    (child,) = beside._children.values()
    (tmp_path / "may end").touch()
    child.wait(120)
    assert begun.read_text() == "x"
    assert here == []
    beside.run((str(begun),), lambda: here.append(1))
    assert len(beside._children) == 1


@pytest.mark.sqlite_only
def test_one_that_failed_is_in_the_log(beside_us, caplog):
    beside_us("raise SystemExit(3)")
    beside.run(("backup", "make"), list)
    next(iter(beside._children.values())).wait(120)

    beside.reap()

    assert "flask backup make ended with 3" in caplog.text


@pytest.mark.sqlite_only
def test_without_a_folder_the_job_says_so_once(app, caplog):
    before = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(before, backup_path=None)
    beside.say_once.cache_clear()
    try:
        tasks.back_up()
        tasks.keep_logs()
        tasks.try_restore()
    finally:
        app.extensions[EXTENSION] = before

    assert caplog.text.count("BACKUP_PATH is not set") == 1


@pytest.mark.sqlite_only
def test_the_job_makes_a_backup_and_an_error_is_one_line(app, tmp_path, caplog, monkeypatch):
    before = app.extensions[EXTENSION]
    with_backups(app, tmp_path / "backups")
    try:
        tasks.back_up()
        assert len(list((tmp_path / "backups").glob("*.json"))) == 1
        monkeypatch.setattr("reminder_app.database.backup.making.size", lambda _: 10**18)
        tasks.back_up()
    finally:
        app.extensions[EXTENSION] = before

    assert "make room" in caplog.text


def test_what_fails_for_a_reason_of_its_own_is_written_down_as_failed(app):
    with pytest.raises(OSError, match="no such disk"), runs.noted("sizes"):
        raise OSError("no such disk")

    (run,) = runs.latest()
    assert (run.task, run.is_good) == ("sizes", False)
    assert "OSError" in run.words
