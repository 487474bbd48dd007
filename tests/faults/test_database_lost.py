"""The server is killed or stands still while we work: what was done is known, and we go on by ourselves."""

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from reminder_app.database import connections, db, once, pool, transaction
from reminder_app.database.errors import CommitOutcomeUnknown
from tests.database.lifted import Account, balances, lifted, make_tables
from tests.servers import MariaDB, MySQL

KINDS = [MariaDB, MySQL]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def server(request):
    with request.param() as started:
        yield started


@pytest.fixture
def foreign(server):
    server.start()
    with lifted(server.url, pool_size=4, pool_timeout=5) as app:
        make_tables()
        yield app


@transaction
def add(name: str) -> None:
    db.session.add(Account(name=name))
    db.session.flush()


def test_who_comes_after_a_restart_notices_nothing(server, foreign):
    with db.engine.connect(), db.engine.connect(), db.engine.connect():
        pass  # three that will be dead
    server.restart()

    add("after")

    assert balances() == {"after": 0}
    assert pool.figures(db.engine)["invalidated"] >= 1


def test_a_unit_whose_server_dies_in_its_middle_is_run_again_whole(server, foreign):
    tries = []

    @transaction
    def work() -> None:
        tries.append(1)
        db.session.add(Account(name=f"first {len(tries)}"))
        db.session.flush()
        if len(tries) == 1:
            server.restart()
        db.session.add(Account(name=f"second {len(tries)}"))

    work()

    assert len(tries) == 2
    assert set(balances()) == {"first 2", "second 2"}


def test_a_server_that_dies_at_commit_leaves_a_question_that_its_row_answers(server, foreign):
    tries = []

    def die(_connection) -> None:
        if not tries:
            tries.append(server.kill())
            tries.append(server.start())

    event.listen(db.engine, "commit", die)
    try:
        with pytest.raises(CommitOutcomeUnknown):
            add("asked")
        tries.clear()
        result = once(lambda: add("key") or "made", lambda: found("key"))
    finally:
        event.remove(db.engine, "commit", die)

    assert result == "made"
    assert balances() == {"key": 0}


def found(name: str) -> str | None:
    return db.session.scalar(select(Account.name).where(Account.name == name))


def test_a_server_that_stands_still_keeps_nobody_for_ever(server, foreign, monkeypatch):
    """Not even the look whether a connection is alive has an end of its own."""
    monkeypatch.setattr(connections, "HELLO_SECONDS", 0.5)
    with lifted(server.url):
        with db.engine.connect() as connection:
            patience = connection.connection.driver_connection._read_timeout
        server.pause()
        try:
            with pytest.raises(DBAPIError):
                ask_on()
        finally:
            server.resume()
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
            assert connection.connection.driver_connection._read_timeout == patience == 30


def ask_on() -> None:
    """Its threads stop one after the other."""
    for _ in range(100):
        db.engine.connect().close()


def test_a_server_that_is_away_is_an_error_soon(server, foreign):
    server.kill()

    with pytest.raises(OperationalError) as caught:
        add("nobody")
    server.start()
    add("somebody")

    assert "2003" in str(caught.value.orig)
    assert balances() == {"somebody": 0}
