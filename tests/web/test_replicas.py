"""What only shows something is read from a replica; here that is the same database once more, read-only.

What happens when one of them is away: tests/faults/test_failover.py and test_replicas.py.
"""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from reminder_app.accounts import service as accounts
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db, routing
from tests.architecture.routes_called import NOT_OURS
from tests.conftest import Client, make_person
from tests.servers import Redis, database_url

KIND = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[Flask]:
    url = database_url(KIND, f"{WORKER}_replicas")
    with Redis() as redis:
        settings = {
            "APP_ENV": "testing",
            "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance")),
            "DATABASE_URL": url,
            "DATABASE_READ_URLS": url,
            "REDIS_URL": redis.patient_url,
        }
        app = create_app(load(settings), WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        app.test_client_class = Client
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()
            routing.current().close()


@pytest.fixture
def dora(app):
    return make_person(app, "dora")


@pytest.fixture
def asked(app):
    """with asked() as (reader, writer): the statements that each of them got."""

    @contextmanager
    def listening():
        (reader,) = routing.current().readers
        seen = [], []
        listeners = []
        for engine, statements in zip((reader.engine, db.engine), seen, strict=True):

            def note(_conn, _cursor, statement, *_rest, statements=statements):
                if not statement.startswith(("BEGIN", "SET ", "PRAGMA")):
                    statements.append(statement)

            event.listen(engine, "before_cursor_execute", note)
            listeners.append((engine, note))
        try:
            yield seen
        finally:
            for engine, note in listeners:
                event.remove(engine, "before_cursor_execute", note)

    return listening


def test_a_page_is_read_from_the_reader_alone(dora, asked):
    browser = dora.browser()

    with asked() as (reader, writer):
        assert browser.get("/").status_code == 200
        assert browser.head("/").status_code == 200

    assert len(reader) > 2
    assert writer == []


def test_so_is_what_a_program_asks(dora, asked):
    client = dora.api()
    client.get("/api/v1/me")  # which notes that the token was used

    with asked() as (reader, writer):
        assert client.get("/api/v1/reminders").status_code == 200

    assert reader
    assert writer == []


def test_what_changes_something_asks_the_writer_alone(dora, asked):
    browser = dora.browser()

    with asked() as (reader, writer):
        assert browser.post("/contacts", data={"name": "Erna"}).status_code in (302, 303)

    assert reader == []
    assert writer


@pytest.mark.parametrize("path", ["/sign-in", "/health/ready", "/health", "/operations"])
def test_what_is_open_to_all_or_about_the_writer_asks_no_reader(dora, asked, path):
    """A link from a mail may be followed before a replica has what it is about."""
    browser = dora.browser()

    with asked() as (reader, _writer):
        browser.get(path)

    assert reader == []


def test_a_browser_that_wrote_carries_how_far_a_reader_must_be(dora):
    browser = dora.browser()
    browser.post("/contacts", data={"name": "Emil"})

    with browser.session_transaction() as session:
        token = routing.Token.unpacked(session["wrote"])

    assert token.age < 60
    assert b"Emil" in browser.get("/contacts").data


def test_the_first_sight_of_a_session_is_noted_on_the_writer_and_the_page_is_shown(dora, later):
    browser = dora.browser()
    later(minutes=6)

    assert browser.get("/").status_code == 200


def test_no_page_writes_where_it_reads(app, dora):
    """A view that writes outside of a transaction would fail here: the reader takes no writes."""
    accounts.make_superuser(dora.email)
    browser, client = dora.browser(), dora.api()
    failed = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.arguments or rule.rule.startswith("/health/"):
            continue
        if rule.endpoint.startswith(tuple(NOT_OURS)):
            continue
        asker = client if rule.rule.startswith("/api/") else browser
        if asker.get(rule.rule).status_code >= 500:
            failed.append(rule.rule)

    assert failed == []


def test_operators_see_who_is_read(app, dora):
    accounts.make_superuser(dora.email)
    browser = dora.browser()
    browser.get("/contacts")

    page = browser.get("/operations/database/replicas").get_data(as_text=True)
    told = browser.get("/db-monitor/replicas").get_json()

    reader = routing.current().readers[0]
    assert reader.name in page
    assert "Read from replicas" in page
    assert told["readers"][0]["is_fit"]
    assert told["readers"][0]["reads"] >= 1
    assert told["is_read_only"] is False


def test_prometheus_is_told_of_each_reader(app, dora, monkeypatch):
    settings = dataclasses.replace(app.config["SETTINGS"], metrics_token="a-token-of-some-length")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    dora.browser().get("/contacts")

    told = app.test_client().get(
        "/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}"}
    )

    name = routing.current().readers[0].name
    assert f'reminder_database_replica_is_read{{replica="{name}"}} 1.0' in told.text
