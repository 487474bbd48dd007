"""What a server counts by itself: MySQL with performance_schema on, as it is in production."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db, now
from reminder_app.database.monitor import server_digests
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
