"""What is counted of the statements of a process: how many, how long, who asked, and from where."""

# ruff: noqa: S608 - statements of these tests alone

import logging
import os
import time
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities, db, now, session_scope, transaction
from reminder_app.database.engine import TAKE_THE_LOCK, WRITES, connect_to, settings_of
from reminder_app.database.health import upkeep as upkeep_of_health
from reminder_app.database.monitor import fingerprint, part, reading, upkeep
from reminder_app.database.monitor.ledger import MOST
from reminder_app.database.monitor.tables import SAMPLES, QueryFinding
from reminder_app.database.monitor.upkeep import BY_HOUR, BY_MINUTE, FINDINGS_KEPT, SAMPLES_KEPT

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUESTION = "SELECT count(*) FROM users WHERE email = :email AND name <> :name"


@pytest.fixture
def recorder(app):
    found = part.recorder_of(settings_of())
    found.begin_anew()
    yield found
    found.begin_anew()
    part.found.clear()


def ask(email: str = "alice@example.org") -> None:
    db.session.execute(text(QUESTION), {"email": email, "name": "x"})


def written(recorder) -> list[reading.Query]:
    recorder.flush()
    db.session.rollback()
    return reading.top(now() - HOUR)


def of_question(queries: list[reading.Query]) -> reading.Query:
    return next(one for one in queries if "count(*) FROM users" in one.text)


def test_each_statement_is_counted_under_its_form_and_who_asks(recorder):
    for n in range(7):
        with session_scope("backfill"):
            ask(f"user{n}@example.org")

    query = of_question(written(recorder))
    (asker,) = reading.askers(query.id, now() - HOUR)

    assert (query.sums.many, query.sums.errors) == (7, 0)
    assert 0 < query.sums.p50 <= query.sums.p95 <= query.sums.longest <= query.sums.seconds
    assert query.tables == ["users"]
    assert asker.work == "scope:backfill"
    assert asker.place.startswith("database/test_monitor.py:")
    assert asker.place.endswith(" ask")


def test_what_is_written_holds_no_value(recorder):
    with session_scope("backfill"):
        ask("secret@example.org")
    recorder.flush()

    with db.engine.connect() as connection:
        for table in ("query_fingerprints", "query_samples", "query_findings"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "secret" not in repr(rows)


def test_writing_again_in_the_same_minute_replaces_what_was_written(recorder):
    for _ in range(3):
        ask()
        recorder.flush()

    assert of_question(written(recorder)).sums.many == 3


def test_a_new_minute_begins_new_figures(recorder, later):
    ask()
    later(minutes=1)
    recorder.flush()  # which also turns to the minute that is now
    ask()

    query = of_question(written(recorder))
    by_minute = reading.load(now() - HOUR, query.id)

    assert [sums.many for sums in by_minute.values()] == [1, 1]


def test_two_processes_are_added_up(recorder):
    other = type(recorder)("test", every=0, engine=recorder.engine)
    ask()
    counted = [one for one in recorder.ledger if "count(*) FROM users" in one.fingerprint.text]
    other.ledger.add(counted[0].fingerprint, counted[0].work, 2.0, 5)
    other.flush()

    query = of_question(written(recorder))

    assert (query.sums.many, query.sums.longest) == (2, 2.0)


def test_what_failed_is_counted_too(recorder):
    with pytest.raises(DBAPIError):
        db.session.execute(text("SELECT nothing FROM nowhere"))
    db.session.rollback()

    found = [one for one in written(recorder) if "nowhere" in one.text]

    assert [one.sums.errors for one in found] == [1]


def test_a_slow_one_is_told_with_its_place_and_without_its_values(app, recorder, caplog):
    settings = settings_of()
    engine = connect_to(settings.url, settings)
    watch = part.Watch(recorder.ledger, slow_seconds=0, repeats=0, has_comments=False)
    watch.listen(engine)
    with engine.connect() as connection:
        for _ in range(3):
            connection.execute(text(QUESTION), {"email": "secret@example.org", "name": "x"})
    engine.dispose()
    recorder.flush()

    told = [one for one in caplog.messages if "slow query" in one and "FROM users" in one]
    found = [one for one, text in reading.findings(now() - HOUR, "slow") if "FROM users" in text]

    assert len(told) == 1  # and not one for each
    assert "database/test_monitor.py" in told[0]
    assert "secret" not in told[0]
    assert len(found) == 3
    assert {one.place.split(":")[0] for one in found} == {"database/test_monitor.py"}


@pytest.mark.sqlite_only
def test_waiting_for_the_write_lock_is_no_slow_query_and_stands_in_the_health_report(
    app, recorder, caplog
):
    settings = settings_of()
    engine = connect_to(settings.url, settings)
    part.Watch(recorder.ledger, slow_seconds=0, repeats=0, has_comments=False).listen(engine)
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()
    recorder.flush()
    look = SimpleNamespace(server=capabilities.SQLITE)
    (finding,) = upkeep_of_health.write_lock(look)

    asked = [one.text for one in reading.top(now() - HOUR)]
    assert TAKE_THE_LOCK in asked
    assert [
        text for _, text in reading.findings(now() - HOUR, "slow") if text == TAKE_THE_LOCK
    ] == []
    assert [one for one in caplog.messages if TAKE_THE_LOCK in one] == []
    assert (finding.name, finding.level, finding.unit) == ("write lock", "good", "ms")


@pytest.mark.sqlite_only
def test_writers_that_wait_long_are_told_of_in_the_health_report(recorder):
    recorder.ledger.add(fingerprint.of(TAKE_THE_LOCK), "scope:crowd", 2.5, 0)
    recorder.flush()
    (finding,) = upkeep_of_health.write_lock(SimpleNamespace(server=capabilities.SQLITE))

    assert finding.level == "bad"
    assert "2500 ms" in finding.says


def test_statements_say_who_asks_where_a_server_lists_them(app):
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "after_cursor_execute", note)
    try:
        with session_scope("back*/fill%s"):
            ask()
    finally:
        event.remove(db.engine, "after_cursor_execute", note)

    question = next(one for one in seen if "count(*)" in one)
    is_server = db.engine.dialect.name != "sqlite"
    assert question.endswith(" /*scope='back_/fill_s'*/") == is_server


def test_more_forms_than_anybody_can_look_at_are_counted_together(recorder):
    for n in range(MOST + 20):
        recorder.ledger.add(fingerprint.of(f"SELECT a{n} FROM t"), "w", 0.001, 1)

    assert len(list(recorder.ledger)) <= MOST + 1
    assert sum(one.many for one in recorder.ledger) == MOST + 20


def test_a_database_that_is_away_costs_nothing_but_the_figures(app, recorder, caplog):
    settings = settings_of()
    nowhere = connect_to("sqlite:////nowhere/at/all.db", settings)
    away = type(recorder)("test", every=0, ledger=recorder.ledger, engine=nowhere)
    ask()
    away.flush()
    away.flush()

    told = [one for one in caplog.messages if "cannot be written" in one]
    assert len(told) == 1


def test_minutes_become_hours_and_add_up_to_the_same(recorder, later):
    ask()
    recorder.flush()
    later(minutes=1)
    recorder.flush()
    ask()
    before = of_question(written(recorder)).sums
    later(seconds=(BY_MINUTE + HOUR).total_seconds())

    upkeep.keep_up()
    upkeep.keep_up()

    db.session.rollback()
    query = of_question(reading.top(now() - 6 * HOUR))
    grains = db.session.execute(SAMPLES.select().where(SAMPLES.c.fingerprint_id == query.id)).all()
    assert (query.sums.many, query.sums.buckets) == (before.many, before.buckets)
    assert query.sums.seconds == pytest.approx(before.seconds)
    assert {row.grain for row in grains} == {3600}
    assert len(grains) <= 2


def test_hours_become_days(recorder, later):
    for _ in range(3):
        ask()
        recorder.flush()
        later(hours=5)
        recorder.flush()
    db.session.rollback()
    later(seconds=(BY_HOUR + DAY).total_seconds())

    upkeep.keep_up()

    db.session.rollback()
    query = of_question(reading.top(now() - 10 * DAY))
    grains = db.session.execute(SAMPLES.select().where(SAMPLES.c.fingerprint_id == query.id)).all()
    assert query.sums.many == 3
    assert {row.grain for row in grains} == {86_400}
    assert len(grains) <= 2
    assert {(row.at.hour, row.at.minute) for row in grains} == {(0, 0)}


def test_old_figures_are_forgotten_and_new_ones_stay(recorder, later):
    ask()
    recorder.flush()
    later(days=SAMPLES_KEPT.days + 1)
    finding = QueryFinding(
        at=now() - FINDINGS_KEPT - HOUR, kind="slow", fingerprint_id=uuid.uuid4(), work="w",
        place="", seconds=1.0, times=1, row_count=0,
    )  # fmt: skip
    finding.id = upkeep.id_at(finding.at)
    db.session.rollback()
    db.session.add(finding)
    db.session.commit()
    recorder.flush()
    ask()
    recorder.flush()
    db.session.rollback()

    upkeep.keep_up()

    db.session.rollback()
    assert reading.findings(now() - 100 * 24 * HOUR) == []
    rows = db.session.execute(SAMPLES.select()).all()
    assert rows
    assert min(row.at for row in rows) > now() - HOUR


def test_a_forked_child_counts_for_itself_alone(recorder):
    """It would write its parent's figures once more, and wait for a lock that nobody gives back."""
    ask()
    recorder.ledger.lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(len(list(recorder.ledger)))
    recorder.ledger.lock.release()

    assert os.waitpid(child, 0)[1] == 0
    assert list(recorder.ledger)


def test_it_writes_by_itself_every_few_seconds(recorder):
    own = type(recorder)("test", every=0.05, engine=recorder.engine)
    own.ledger.add(fingerprint.of("SELECT a FROM somewhere"), "w", 0.001, 1)
    own.wake()
    own.wake()
    try:
        wait_until(lambda: "somewhere" in repr(written(recorder)))
    finally:
        own.ended.set()
        own.thread.join()


def wait_until(is_so) -> None:
    for _ in range(2_000):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@transaction
def one_for_each(names: list[str]) -> None:
    for name in names:
        ask(name)


def test_asking_for_each_row_in_one_request_is_found(app, recorder, caplog):
    caplog.set_level(logging.WARNING)
    with app.test_request_context("/health/live"):
        app.preprocess_request()
        one_for_each([f"user{n}@example.org" for n in range(9)])
    recorder.flush()
    db.session.rollback()

    (found,) = [one for one in part.found if "count(*)" in one.text]
    assert (found.times, found.is_same) == (9, False)
    assert found.place.startswith("database/test_monitor.py:")
    assert any("N+1: one request asked it 9 times" in one for one in caplog.messages)
    kept = [one for one, text in reading.findings(now() - HOUR, "repeat") if "count(*)" in text]
    assert [one.times for one in kept] == [9]


def test_the_same_question_again_is_told_apart(app, recorder):
    with app.test_request_context("/health/live"):
        app.preprocess_request()
        one_for_each(["same@example.org"] * 9)

    assert [one.is_same for one in part.found if "count(*)" in one.text] == [True]


def test_a_few_times_is_no_finding(app, recorder):
    with app.test_request_context("/health/live"):
        app.preprocess_request()
        one_for_each(["a", "b", "c"])

    assert part.found == []
