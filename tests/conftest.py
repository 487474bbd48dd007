"""The cast for every test: alice owns the workspace, bob is a member of it, charlie is a stranger."""

import contextvars
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import CompoundSelect, event, exists, literal, select, union_all

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db
from reminder_app.database.partitions import bounds, the_partitions
from reminder_app.workspaces.models import Membership
from tests.people import PASSWORD, Person, make_person
from tests.servers import database_url

__all__ = ["PASSWORD", "Person", "make_person"]
# Whoever has a .env means it for the product, not for its tests.
os.environ["ENV_FILE"] = ""
# How long one example takes says what else this machine does.
examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("patient")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory):
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return load(
        {
            "APP_ENV": "testing",
            "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance")),
            "DATABASE_URL": database_url(kind, worker),
            "PUBLIC_URL": "http://localhost",
        }
    )


@pytest.fixture(scope="session")
def app(settings) -> Flask:
    app = create_app(settings, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    app.test_client_class = Client
    with app.app_context():
        db.create_all()
        bounds.require(db.engine, [table.name for table in the_partitions().tables])
    return app


class Client(FlaskClient):
    """Each request in a context of its own, as in a server: the test's session and `g` stay out."""

    def open(self, *args, **kwargs):
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():  # a thread of a test has none
            db.session.rollback()  # the test sees what the request committed
        return answer


@pytest.fixture(autouse=True)
def in_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that use the application run inside its context and leave empty tables behind."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        yield
        db.session.remove()
        empty_tables()
    clock.reset()


def empty_tables() -> None:
    """Those with rows in them: to look into all takes one statement."""
    with db.engine.execution_options(unaudited=True).begin() as connection:
        db.session.remove()
        full = set(connection.scalars(in_each_table()))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            connection.exec_driver_sql("SET foreign_key_checks=0")
        for table in reversed(db.metadata.sorted_tables):
            if table.name in full:
                connection.execute(table.delete())
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET foreign_key_checks=1")


@cache
def in_each_table() -> CompoundSelect[str]:
    names = [literal(table.name).label("name") for table in db.metadata.sorted_tables]
    tables = zip(names, db.metadata.sorted_tables, strict=True)
    return union_all(*(select(name).where(exists(select(table))) for name, table in tables))


@pytest.fixture
def join(app: Flask) -> Callable[..., Person]:
    """join(person, other, role): `other` becomes a member of person's workspace and acts in it."""

    def into(person: Person, other: Person, role: str) -> Person:
        db.session.add(Membership(workspace_id=person.workspace_id, user_id=other.id, role=role))
        db.session.commit()
        return Person(app, other.id, other.email, person.workspace_id)

    return into


@pytest.fixture
def alice(app: Flask) -> Person:
    return make_person(app, "alice")


@pytest.fixture
def bob(app: Flask, alice: Person, join) -> Person:
    return join(alice, make_person(app, "bob"), "member")


@pytest.fixture
def charlie(app: Flask) -> Person:
    return make_person(app, "charlie")


@pytest.fixture
def later() -> Callable[..., None]:
    """later(hours=2) moves the one clock on."""
    return lambda **by: clock.shift(timedelta(**by))


@pytest.fixture
def count_queries(app: Flask):
    """with count_queries() as statements: … ; len(statements)"""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_conn, _cursor, statement, *_rest) -> None:
            if not statement.startswith(("BEGIN", "SET ", "PRAGMA")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
