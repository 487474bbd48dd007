"""Who has the connections, and what happens when there is none left."""

import gc
import logging
import os
import signal
import threading
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolExhausted

from reminder_app.database import capabilities, db, pool, session_scope, work
from reminder_app.database.errors import AWAY
from tests.database.lifted import balances, lifted, make_tables, on_servers, url_for

TIMEOUT = 0.2


@pytest.fixture(scope="module")
def url():
    return url_for("pool")


@pytest.fixture
def foreign(url):
    with lifted(url, pool_timeout=TIMEOUT) as app:
        yield app


@contextmanager
def at_work(app, name):
    """Somebody else who has a connection, in a thread of their own."""
    has_it, may_end = threading.Event(), threading.Event()

    def hold_on() -> None:
        with app.app_context(), work.named(name):
            db.session.execute(text("SELECT 1"))
            has_it.set()
            may_end.wait(300)

    thread = threading.Thread(target=hold_on)
    thread.start()
    assert has_it.wait(120)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def figures():
    return pool.figures(db.engine)


def test_figures_say_what_is_in_use(foreign):
    with db.engine.connect(), at_work(foreign, "job:count"):
        now = figures()
    after = figures()

    assert (now["in_use"], now["idle"], now["size"], now["most"]) == (2, 0, 2, 2)
    assert {one["by"] for one in now["holders"]} == {"job:count", "thread:MainThread"}
    assert (after["in_use"], after["idle"], after["connects"]) == (0, 2, 2)
    assert after["hold_ms"]["count"] == 2
    assert after["wait_ms"]["count"] >= 2


def test_an_exhausted_pool_is_an_error_and_a_line_that_says_who_has_it(foreign, caplog):
    with at_work(foreign, "job:count"), session_scope("long report", foreign) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(PoolExhausted) as caught:
            db.engine.connect()
        with pytest.raises(PoolExhausted):
            db.engine.connect()

    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "no connection within 0.2 s for scope:long report: all 2 are with job:count for" in line
    assert "test_pool.py" in line
    assert "in hold_on" in line
    assert "scope:long report for" in line
    assert figures()["exhausted"] == 2
    assert isinstance(caught.value, AWAY)


def test_a_request_is_named_by_its_rule(foreign):
    @foreign.get("/reports/<int:number>")
    def report(number: int):
        db.session.execute(text("SELECT 1"))
        return figures()["holders"]

    (one,) = foreign.test_client().get("/reports/7").json

    assert one["by"] == "GET /reports/<int:number>"
    assert "in report" in one["where"]


def test_those_who_do_the_same_are_told_once(foreign, caplog):
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(at_work(foreign, "job:count"))
        with pytest.raises(PoolExhausted):
            db.engine.connect()

    assert caplog.text.count("job:count") == 1
    assert "×2" in caplog.text


def test_a_connection_that_is_not_given_back_is_told_once_with_its_place(url, caplog):
    with lifted(url, leak_seconds=0.1) as app, session_scope("leaky", app) as session:
        session.execute(text("SELECT 1"))
        wait_for(lambda: figures()["leaked"])
        threading.Event().wait(0.3)
        leaked = figures()["leaked"]

    lines = [r.getMessage() for r in caplog.records if "was not given back" in r.getMessage()]
    assert leaked == len(lines) == 1
    assert "scope:leaky for" in lines[0]
    assert "test_a_connection_that_is_not_given_back" in lines[0]


def wait_for(has_happened) -> None:
    for _ in range(6_000):
        if has_happened():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def test_a_forked_child_has_connections_of_its_own(foreign):
    def mine() -> str:
        ask = capabilities.of(db.engine).connection_id
        with db.engine.connect() as connection:
            return str(connection.exec_driver_sql(ask).scalar()) if ask else "-"

    first, connects = mine(), figures()["connects"]
    told = in_child(lambda: f"{mine()} {figures()['connects']} {figures()['in_use']}")

    assert told.split()[1:] == ["1", "0"]
    assert capabilities.of(db.engine).name == "sqlite" or told.split()[0] != first
    assert (mine(), figures()["connects"]) == (first, connects)


def in_child(work) -> str:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(theirs, work().encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def test_a_connection_of_another_process_is_not_used(foreign):
    with db.engine.connect() as connection:
        connection.connection._connection_record.info[pool.PID] = (
            1  # as after a fork nobody was told of
        )

    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert figures()["connects"] == 2


class Interrupted(BaseException):
    pass


class TooLong(Exception):
    pass


@on_servers
@pytest.mark.parametrize("kind", [Interrupted, TooLong])
def test_a_connection_that_was_interrupted_is_thrown_away(foreign, kind):
    """Half of an answer may be left on it: the next one would read it as its own."""
    ask = capabilities.of(db.engine).connection_id

    def interrupt(*_) -> None:
        raise kind

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with db.engine.connect() as connection:
            old = connection.exec_driver_sql(ask).scalar()
            signal.setitimer(signal.ITIMER_REAL, 1)
            with pytest.raises(kind):
                connection.exec_driver_sql("SELECT SLEEP(30)")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    with db.engine.connect() as connection:
        assert connection.exec_driver_sql(ask).scalar() != old
        assert connection.exec_driver_sql("SELECT 42").scalar() == 42
    assert figures()["in_use"] == 0
    assert figures()["invalidated"] == 1


def test_a_text_that_cannot_be_sent_costs_no_connection(foreign):
    """Whoever sends half a character a thousand times would have us connect a thousand times."""
    with db.engine.connect() as connection:
        for _ in range(3):
            with pytest.raises(UnicodeEncodeError):
                connection.execute(text("SELECT :half"), {"half": "\ud83d"})
        assert connection.scalar(text("SELECT 1")) == 1

    assert figures()["connects"] == 1
    assert figures()["invalidated"] == 0


def test_what_a_forgotten_connection_has_open_is_undone(foreign):
    """Without a rollback the next one to have it would commit what was never meant to be."""
    make_tables()
    forgotten = db.engine.connect()
    forgotten.execute(
        text("INSERT INTO lifted_accounts (id, name, balance) VALUES ('0123456789abcdef', 'a', 1)")
    )
    del forgotten
    gc.collect()

    db.session.execute(text("SELECT 1"))
    db.session.commit()

    assert balances() == {}
