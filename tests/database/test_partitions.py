"""Months are made ahead, hold what belongs to them, and go at once when their time is over."""

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from reminder_app.contacts.models import Contact
from reminder_app.database import capabilities, clock, db, transaction
from reminder_app.database.audit.ids import lowest_id, of_moment
from reminder_app.database.audit.sealing import seal
from reminder_app.database.audit.verifying import verify
from reminder_app.database.partitions import Partitioned, ddl, rolling
from reminder_app.database.partitions.cli import partitions as command
from reminder_app.database.partitions.months import Month, missing, over, through
from reminder_app.database.partitions.part import EXTENSION, the_partitions
from tests.database.audit_trail import trail_with
from tests.database.lifted import on_servers

BY_MONTH = "PARTITION BY RANGE COLUMNS(id) (PARTITION later VALUES LESS THAN (MAXVALUE))"
NOW = datetime(2027, 1, 31, 23, 59, tzinfo=UTC)


def at(moment):
    clock.reset()
    clock.shift(moment - clock.now())


def alter(what):
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE audit_log {what}")


@pytest.fixture
def by_month(app, monkeypatch):
    """The log, as the migrations make it on a server; and no other table."""
    parts = replace(
        the_partitions(), tables=(Partitioned("audit_log", 13, the_partitions().tables[0].leaving),)
    )
    monkeypatch.setitem(app.extensions, EXTENSION, parts)
    alter(BY_MONTH)
    yield parts
    alter("REMOVE PARTITIONING")


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(command, list(words))


@transaction
def add(person, name):
    db.session.add(Contact(workspace_id=person.workspace_id, name=name))


def rows_of(name):
    with db.engine.connect() as connection:
        query = text(f"SELECT COUNT(*) FROM audit_log PARTITION ({name})")  # noqa: S608
        return connection.scalar(query)


def months(parts):
    (state,) = rolling.states(parts)
    return [month.text for month in state.months]


@given(st.integers(0, 4_000_000_000), st.integers(0, 24))
def test_every_moment_has_its_month_and_no_other(seconds, ahead):
    moment = datetime.fromtimestamp(seconds, UTC)
    now = Month.of(moment)
    made = missing([], now, now, ahead)

    assert len(made) == ahead + 1
    assert [one for one in made if one.begins <= moment < one.ends] == [now]
    assert all(one.ends == other.begins for one, other in zip(made, made[1:], strict=False))


@given(st.integers(0, 40), st.integers(0, 13))
def test_what_was_missed_for_long_is_made_up_for(behind, ahead):
    now = Month(2026, 11)
    there = through(now.plus(-30), now.plus(-behind))

    found = (
        [*there, *missing(there, now.plus(-30), now, ahead)]
        if there
        else missing([], now, now, ahead)
    )
    assert found == through(found[0], max(found[-1], now.plus(ahead)))


def test_months_end_in_utc_whatever_the_clocks_do():
    berlin = datetime.fromisoformat("2026-03-29T03:00:00+02:00")

    assert Month.of(berlin) == Month(2026, 3)
    assert Month.of(datetime.fromisoformat("2026-04-01T01:59:59+02:00")) == Month(2026, 3)
    assert Month(2026, 12).ends == datetime(2027, 1, 1, tzinfo=UTC)
    assert of_moment(Month(2026, 12).ends) >= lowest_id(Month(2026, 12).ends)


def test_only_whole_months_that_are_old_enough_are_over():
    there = through(Month(2025, 10), Month(2026, 12))

    assert over(there, Month(2026, 11), 13) == []
    assert over(there, Month(2026, 12), 13) == [Month(2025, 10)]


def test_what_the_database_cannot_do_is_said(app, run):
    if capabilities.of(db.engine).partitions:
        words = "made without partitions"  # as the models make it; the migrations do better
    else:
        words = "SQLite has no partitions: old rows are removed in chunks."

    done = run("list")
    assert words in done.output
    assert done.exit_code == 0


@on_servers
def test_months_are_made_ahead_and_again_when_time_goes_on(by_month, run):
    at(NOW)
    assert run("roll").exit_code == 0
    assert months(by_month) == ["2027-01", "2027-02", "2027-03", "2027-04"]
    assert run("roll").output == "There is nothing to make.\n"

    at(NOW + timedelta(minutes=1))
    assert run("roll").output == "audit_log 2027-05: made\n"


@on_servers
def test_a_row_is_in_its_month_from_its_first_to_its_last_moment(alice, by_month):
    at(NOW)
    rolling.roll(by_month)
    for moment in (NOW, NOW + timedelta(seconds=58), NOW + timedelta(seconds=61)):
        at(moment)
        add(alice, str(moment))

    assert (rows_of("p202701"), rows_of("p202702"), rows_of("later")) == (2, 1, 0)


@on_servers
def test_what_was_written_before_the_first_roll_gets_its_month_too(alice, by_month):
    at(NOW - timedelta(days=70))
    add(alice, "early")
    at(NOW)
    rolling.roll(by_month)

    assert months(by_month)[0] <= "2026-11"
    assert rows_of("p202611") >= 1
    assert rows_of("later") == 0


@on_servers
def test_a_month_that_is_over_goes_and_the_chain_knows_of_it(alice, by_month, tmp_path):
    trail = trail_with(anchor=str(tmp_path / "anchors"))
    rolling.roll(by_month)
    add(alice, "old")
    at(clock.now() + timedelta(minutes=1))
    seal(trail)
    at(clock.now() + timedelta(days=31 * 15))
    rolling.roll(by_month)

    done, *_ = rolling.expire(by_month)
    assert (done.what, done.rows) == ("dropped", 5)
    found = verify(trail)
    assert (found.problems, found.retired) == ([], 5)


@on_servers
def test_a_month_can_be_kept_in_a_file_before_it_goes(alice, by_month, tmp_path):
    rolling.roll(by_month)
    add(alice, "old")
    at(clock.now() + timedelta(days=31 * 15))

    done, *_ = rolling.expire(replace(by_month, archive=tmp_path))

    path = Path(done.where)
    kept = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [row["action"] for row in kept] == ["create"] * 3 + ["update"] + ["create"]
    digest = path.with_suffix(".gz.sha256").read_text(encoding="utf-8").split()[0]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert tables_beside() == []


@on_servers
def test_what_died_while_it_was_written_out_is_finished(alice, by_month, tmp_path):
    rolling.roll(by_month)
    add(alice, "old")
    month = Month.of(clock.now())
    with ddl.connected(by_month.settings) as connection:
        ddl.detach(connection, "audit_log", month)
    assert tables_beside() == [f"audit_log__{month.name}"]
    at(clock.now() + timedelta(days=31 * 15))

    rolling.expire(replace(by_month, archive=tmp_path))

    assert tables_beside() == []
    assert (tmp_path / f"audit_log-{month.text}.jsonl.gz").exists()


@on_servers
def test_what_could_not_be_kept_in_a_file_as_somebody_reads_is_kept_later(
    alice, by_month, monkeypatch, tmp_path
):
    monkeypatch.setattr(ddl, "TABLE_SECONDS", 1)
    monkeypatch.setattr(ddl, "TRIES", 1)
    by_file = replace(by_month, archive=tmp_path)
    rolling.roll(by_month)
    add(alice, "old")
    at(clock.now() + timedelta(days=31 * 15))
    with db.engine.connect() as reader:
        reader.execute(text("SELECT COUNT(*) FROM audit_log"))
        with pytest.raises(ddl.Busy):
            rolling.expire(by_file)
    assert (tables_beside(), list(tmp_path.iterdir())) == ([], [])

    done, *_ = rolling.expire(by_file)

    assert len(gzip.decompress(Path(done.where).read_bytes()).splitlines()) == 5


def tables_beside():
    query = text(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = DATABASE() AND table_name LIKE 'audit\\_log\\_\\_%'"
    )
    with db.engine.connect() as connection:
        return list(connection.scalars(query))


@on_servers
def test_one_month_is_dropped_by_hand_and_never_the_current_one(alice, by_month, run):
    rolling.roll(by_month)
    add(alice, "old")
    month = Month.of(clock.now())

    assert run("drop", "audit_log", month.text, "--yes").exit_code == 2
    at(clock.now() + timedelta(days=40))
    assert "dropped, 5 rows" in run("drop", "audit_log", month.text, "--yes").output
    assert run("drop", "audit_log", month.text, "--yes").output == "There is no such partition.\n"
    assert run("drop", "contacts", month.text, "--yes").exit_code == 2


@on_servers
def test_a_table_that_is_in_use_is_left_alone(alice, by_month, run, monkeypatch):
    monkeypatch.setattr(ddl, "TABLE_SECONDS", 1)
    monkeypatch.setattr(ddl, "TRIES", 1)
    with db.engine.connect() as reader:
        reader.execute(text("SELECT COUNT(*) FROM audit_log"))  # and its transaction is open
        done = run("roll")

    assert done.exit_code == 1
    assert "nothing was changed" in done.output


@on_servers
def test_two_at_once_do_not_change_the_same_table(by_month, monkeypatch, run):
    monkeypatch.setattr(ddl, "LOCK_SECONDS", 0)
    with ddl.connected(by_month.settings):
        done = run("roll")

    assert done.exit_code == 1
    assert "by somebody else" in done.output


@on_servers
def test_it_is_said_when_no_month_is_ready(by_month, run):
    done = run("list")
    assert done.exit_code == 1
    assert "No month is ready" in done.output

    run("roll")
    told = json.loads(run("list", "--json").output)
    assert run("list").exit_code == 0
    assert told[0]["months_ahead"] == 3


@on_servers
def test_reading_within_bounds_looks_at_its_months_alone(alice, by_month):
    rolling.roll(by_month)
    month = Month.of(clock.now())
    bounds = f"id >= x'{lowest_id(month.begins).hex}' AND id < x'{lowest_id(month.ends).hex}'"
    words = {"mariadb": "EXPLAIN PARTITIONS", "mysql": "EXPLAIN FORMAT=TRADITIONAL"}
    word = words[capabilities.of(db.engine).name]
    query = f"{word} SELECT * FROM audit_log WHERE {bounds}"  # noqa: S608
    with db.engine.connect() as connection:
        plan = connection.execute(text(query)).mappings().one()

    assert plan["partitions"] == month.name
