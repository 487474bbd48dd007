"""Who is connected, who waits for whom, and ending one: on servers; a file has no connections to show."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities, clock, db, session_scope
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import deadlocks, live
from reminder_app.database.monitor import part as monitor

ROW = text("UPDATE users SET name = :name WHERE email = 'alice@example.org' /*job='hold'*/")


def is_server() -> bool:
    return db.engine.dialect.name != "sqlite"


def is_mariadb() -> bool:
    return capabilities.of(db.engine).name == "mariadb"


def own_id(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT CONNECTION_ID()")) or 0)


@contextmanager
def holding() -> Iterator[Connection]:
    """Somebody holds Alice's row in an open transaction, and asks nothing more."""
    with db.engine.connect() as connection:
        connection.execute(ROW, {"name": "Secret words"})
        yield connection


def test_a_file_says_that_it_has_none(operator):
    if is_server():
        return
    assert live.picture().connections == []
    assert operator.post("/operations/database/connections/1/end").status_code == 303
    assert "has ended meanwhile" in operator.get("/operations/database/connections").text
    assert operator.post("/db-monitor/connections/1/end").status_code == 409


def test_an_open_transaction_and_who_waits_for_it_are_seen(app, operator, alice):
    if not is_server():
        return
    with holding() as holder, ThreadPoolExecutor(1) as threads:
        waiter = threads.submit(wait_for_the_row, app)
        seen = until(lambda: [one for one in live.picture().connections if one.is_waiting])
        page = operator.get("/operations/database/connections").text
        held = next(one for one in live.picture().connections if one.id == own_id(holder))
        holder.rollback()
        waiter.result(timeout=60)

    knows_whom_for = db.session.scalar(text("SELECT @@performance_schema")) or is_mariadb()
    assert seen[0].waits_for == (held.id if knows_whom_for else None)
    assert seen[0].work == "waiting"
    assert held.transaction_seconds is not None
    assert held.rows_changed >= 1
    assert (f"waits for {held.id}" if knows_whom_for else f"{seen[0].id} waits") in page
    assert "Secret words" not in page


def test_no_value_of_anybody_s_statement_is_shown():
    row = {
        "Id": 1,
        "User": "u",
        "Host": "h:1",
        "db": "d",
        "Command": "Query",
        "Time": 0,
        "State": "",
    }
    asked = (
        """SELECT 1 FROM users WHERE email = "bob@example.org" AND name = 'Bob' AND note = "x'y" """
    )

    shown = live.connection(row | {"Info": asked}, {}, {}).statement

    assert shown == "SELECT ? FROM users WHERE email = ? AND name = ? AND note = ?"


def wait_for_the_row(app) -> None:
    with session_scope("waiting", app):
        db.session.execute(
            text("UPDATE users SET name = 'Alice' WHERE email = 'alice@example.org'")
        )


def until(found):
    """InnoDB shows what it showed the last time to whoever asks again within a tenth of a second."""
    for _ in range(300):
        if told := found():
            return told
        db.session.execute(text("SELECT SLEEP(0.2)"))
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("where", ["/operations/database", "/db-monitor"])
def test_ending_one_undoes_what_it_had_not_committed(operator, alice, caplog, where):
    if not is_server():
        return
    with db.engine.connect() as connection:
        connection.execute(ROW, {"name": "Never"})
        id = own_id(connection)
        assert operator.post(f"{where}/connections/{id}/end").status_code < 400
        with pytest.raises(DBAPIError):
            connection.commit()
        connection.invalidate()

    name = db.session.scalar(text("SELECT name FROM users WHERE email = 'alice@example.org'"))
    assert name == "Alice"
    assert f"ended connection {id}" in caplog.text
    assert str(id) not in {str(one.id) for one in live.picture().connections}


def test_one_that_is_not_there_and_the_page_s_own(operator):
    if not is_server():
        return
    assert operator.post("/db-monitor/connections/4000000000/end").status_code == 409
    own = live.picture().own
    with pytest.raises(live.NoSuchConnection):
        live.end(own)


def test_the_last_deadlock_of_each_process_is_shown(operator, monkeypatch):
    """What a worker met is seen on a page that another process makes."""
    page = "/operations/database/connections"
    monkeypatch.setattr(deadlocks, "kept", deadlocks.Kept())  # other tests may have met one
    monitor.flush(settings_of())
    assert "Deadlock met by" not in operator.get(page).text
    lines = ["*** (1) TRANSACTION:", "asked by pump", "UPDATE deliveries SET state = ?"]
    monkeypatch.setattr(deadlocks, "kept", deadlocks.Kept(at=clock.now(), lines=lines))
    monitor.flush(settings_of())

    shown = operator.get(page).text
    assert "Deadlock met by" in shown
    assert "UPDATE deliveries SET state = ?" in shown
    (process,) = operator.get("/db-monitor/pool").json["processes"]
    assert process["deadlock"]["lines"] == lines
