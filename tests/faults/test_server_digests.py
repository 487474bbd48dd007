"""What a server counts by itself: MySQL with performance_schema on, as it is in production."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db, now
from reminder_app.database.advisor import table_statistics
from reminder_app.database.monitor import live, server_digests
from reminder_app.database.setup import accounts
from tests.servers import MariaDB, MySQL
from tests.servers.databases import DatabaseServer

ON = ("--performance-schema=ON",)
FORGET = text("TRUNCATE performance_schema.events_statements_summary_by_digest")
QUESTION = text("SELECT COUNT(*) FROM users WHERE name <> :name")


@pytest.fixture(scope="module", params=[MySQL, MariaDB], ids=["mysql", "mariadb"])
def server(request) -> Iterator[DatabaseServer]:
    with request.param(options=ON) as running:
        yield running


@pytest.fixture
def app(server: DatabaseServer, tmp_path) -> Iterator[Flask]:
    given = {"APP_ENV": "testing", "INSTANCE_PATH": str(tmp_path)}
    made = create_app(load(given | {"DATABASE_URL": server.fresh_database("digests")}))
    with made.app_context():
        db.create_all()
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def poor(server: DatabaseServer, app: Flask, tmp_path) -> Iterator[Flask]:
    """The same, with the application's rights on rows and no more."""
    yield from application_of(server, tmp_path / "poor")


@pytest.fixture
def watched(server: DatabaseServer, app: Flask, tmp_path) -> Iterator[Flask]:
    """And with an account beside it that may look, as `flask setup` makes it."""
    looker = accounts.Account("looker", "secret", [accounts.MONITOR])
    server.execute("DROP USER IF EXISTS 'looker'@'%'", *accounts.making(looker, "%", False))
    server.execute(*accounts.rights(looker, "%", server.name, "digests"))
    url = server.url_of("digests").replace("root@", "looker:secret@")
    yield from application_of(server, tmp_path / "watched", MONITOR_URL=url)


def application_of(server: DatabaseServer, folder, **settings: str) -> Iterator[Flask]:
    server.execute("DROP USER IF EXISTS 'poor'@'%'")
    server.execute("CREATE USER 'poor'@'%' IDENTIFIED BY 'secret'")
    server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON digests.* TO 'poor'@'%'")
    url = server.url_of("digests").replace("root@", "poor:secret@")
    given = {"APP_ENV": "testing", "INSTANCE_PATH": str(folder), "DATABASE_URL": url}
    made = create_app(load(given | settings))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def ask(times: int) -> None:
    for n in range(times):
        db.session.execute(QUESTION, {"name": f"secret{n}"})


def test_what_happened_between_two_looks_is_their_difference(app):
    assert server_digests.why_none() == ""
    db.session.execute(FORGET)  # CREATE TABLE takes longer than any question
    ask(3)
    server_digests.note()
    assert server_digests.between(now() - timedelta(hours=1)) == (None, [])
    ask(5)
    clock.shift(timedelta(minutes=15))
    server_digests.note()

    since, found = server_digests.between(now() - timedelta(hours=1))
    (question,) = [one for one in found if "users" in one.text and "COUNT" in one.text]

    assert since is not None
    assert question.many == 5
    assert question.seconds > 0
    assert question.rows_sent == 5
    assert "secret" not in repr(found)


def test_an_account_with_few_rights_is_told_what_it_cannot_see(server, poor):
    picture = live.picture()
    why_none = server_digests.why_none()
    server_digests.note()

    assert "PROCESS" in picture.lacking
    assert {one.user for one in picture.connections} == {"poor"}
    # MariaDB lets everybody read what it has counted.
    assert why_none == "" or "may not read performance_schema" in why_none
    assert "DROP" not in why_none


def test_with_an_account_that_may_look_all_is_seen(server, watched):
    """What others do, and whom one waits for; the application's account needs no right to it."""
    mine = create_engine(server.url_of("digests"))
    with mine.connect() as root:
        id_of_root = root.scalar(text("SELECT CONNECTION_ID()"))
        root.execute(text("INSERT INTO database_heartbeats (id, at) VALUES (7, NOW())"))
        picture = live.picture()
        root.rollback()
    mine.dispose()

    assert picture.lacking == ""
    seen = {one.id: one for one in picture.connections}
    assert seen[id_of_root].user == "root"
    assert seen[id_of_root].rows_changed == 1
    assert server_digests.why_none() == ""
    server_digests.note()
    assert db.session.query(server_digests.ServerDigest).count() > 0
    assert table_statistics.one("users").use.why_none == ""


def test_it_may_not_end_the_connection_of_another(server, poor):
    root = create_engine(server.url)
    with root.connect() as connection:
        theirs = connection.scalar(text("SELECT CONNECTION_ID()"))
        with pytest.raises((live.NoSuchConnection, live.MayNotEnd)):
            live.end(theirs)
        assert connection.scalar(text("SELECT 1")) == 1
    root.dispose()
