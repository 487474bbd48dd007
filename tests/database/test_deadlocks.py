"""A real deadlock: what the server says of it is kept, without values, and the unit is run again meanwhile."""

import logging
import threading

import pytest
from sqlalchemy import text

from reminder_app.database import db, transaction
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import deadlocks
from tests.database.lifted import balances, lifted, make_tables, on_servers, url_for
from tests.database.test_transaction_traps import Rival, add

pytestmark = on_servers
ROOM = {"pool_size": 12, "pool_timeout": 10}
SECRET = "Secret words' \" of a row"
NOTE = text(
    "UPDATE lifted_accounts SET balance = balance + 4711 WHERE name = 'b' OR name = :secret /*job='pump'*/"
)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(deadlocks, "kept", deadlocks.Kept())


@pytest.fixture
def foreign():
    with lifted(url_for("deadlocks"), **ROOM, lock_wait_seconds=20) as app:
        fill()
        yield app


def fill() -> None:
    make_tables()
    names = ["a", "b", SECRET, *(f"other {n}" for n in range(60))]
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO lifted_accounts (id, name, balance) VALUES (:id, :name, 0)"),
            [{"id": bytes([n + 1]) * 16, "name": name} for n, name in enumerate(names)],
        )


def deadlock(app) -> int:
    """Gives how often the unit was run; what was looked at by itself is there when it returns."""
    calls = []
    rival = Rival(app)

    @transaction
    def work():
        calls.append(1)
        add("a")
        if len(calls) == 1:
            rival.meet()
        db.session.execute(NOTE, {"secret": SECRET})

    work()
    rival.future.result(10)
    for thread in threading.enumerate():
        if thread.name == "deadlock":
            thread.join(10)
    return len(calls)


def test_it_is_kept_and_told_without_values(foreign, caplog):
    with caplog.at_level(logging.WARNING):
        assert deadlock(foreign) == 2

    told = "\n".join(deadlocks.kept.lines)
    assert "lifted_accounts" in told
    assert "WE ROLL BACK TRANSACTION" in told
    assert "lock_mode X" in told
    assert "asked by pump" in told
    assert "SET balance = balance + ? WHERE name = ?" in told
    assert [line for line in caplog.messages if line.startswith("deadlock: ")]
    for value in ("Secret", "words", "4711", "hex", "other", "'b'"):
        assert value not in told
        assert value not in caplog.text
    assert balances()["b"] == 10 + 4711


def test_one_a_minute_is_looked_at(foreign, monkeypatch):
    looked = []
    monkeypatch.setattr(deadlocks, "look", looked.append)

    assert [deadlock(foreign), deadlock(foreign)] == [2, 2]
    assert len(looked) == 1
    deadlocks.kept.looked_at -= deadlocks.EVERY
    deadlock(foreign)

    assert len(looked) == 2


def test_an_account_that_may_not_look_says_so_once(caplog):
    url = url_for("deadlocks_of_few")
    with lifted(url, **ROOM):
        run("CREATE USER IF NOT EXISTS 'few'@'%' IDENTIFIED BY 'rights'")
        run(f"GRANT ALL ON {db.engine.url.database}.* TO 'few'@'%'")
        theirs = db.engine.url.set(username="few", password="rights").render_as_string(False)
    try:
        with lifted(theirs, **ROOM) as app, caplog.at_level(logging.WARNING):
            for _ in range(2):
                deadlocks.look(settings_of(app))
        said = [line for line in caplog.messages if "deadlock" in line]
        with lifted(theirs, **ROOM, monitor_url=url) as app:
            deadlocks.look(settings_of(app))
    finally:
        with lifted(url, **ROOM):
            run("DROP USER 'few'@'%'")

    assert said == [deadlocks.NO_PROCESS]
    assert not [line for line in caplog.messages if "could not be looked at" in line]


def run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))
