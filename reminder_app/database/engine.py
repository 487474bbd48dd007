"""The one SQLAlchemy object and how its engines are made. It lives here, never beside create_app."""

import logging
import sqlite3
import ssl
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import CursorResult, Delete, Engine, Update, create_engine, event
from sqlalchemy.engine import Connection, make_url
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from reminder_app.database import base
from reminder_app.database.pool import WatchedPool
from reminder_app.database.settings import DatabaseSettings

ENGINE = "engine"


class UnitSession(Session):
    """A unit of work stays on one engine; routing puts a reader's into `info`, as the unit starts."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        chosen: Engine | None = self.info.get(ENGINE)
        return super().get_bind(*args, **kwargs) if chosen is None else chosen


class Database(SQLAlchemy):
    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        """As connect_to() makes one: engine_from_config() would cut half a second down to none."""
        return create_engine(**options)


db = Database(
    model_class=base.Model,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "class_": UnitSession},
)
migrate = Migrate()
__all__ = ["Model", "changed", "connect_to", "db", "init_app", "migrate", "settings_of", "watchers"]

if TYPE_CHECKING:
    from reminder_app.database.base import Model  # mypy cannot read db.Model
else:
    Model = db.Model

log = logging.getLogger(__name__)
CONNECT_SECONDS, ANSWER_SECONDS = 5, 30
SQLITE_SECONDS = 15  # to wait for the one lock
WRITES = "reminder_app_writes"
TAKE_THE_LOCK = "BEGIN IMMEDIATE"  # of SQLite: it waits until no other unit writes
EXTENSION = "database"
# Each is called once with every engine that is made, before its first connection: parts.py lists them.
watchers: list[Callable[[Engine, DatabaseSettings], object]] = []


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    """The engine alone; parts.init_app() adds the rest."""
    app.extensions[EXTENSION] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.url, settings)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine, settings)
    if settings.migrations:
        directory = str(settings.migrations)
        migrate.init_app(app, db, directory=directory, compare_type=True, render_as_batch=True)


def settings_of(app: Flask | None = None) -> DatabaseSettings:
    """Of this application, or of the current one."""
    return cast(DatabaseSettings, (app or current_app).extensions[EXTENSION])


def connect_to(url: str, settings: DatabaseSettings, name: str = "", **overrides: Any) -> Engine:
    """Another engine that behaves as the application's; `name` is what the server lists it under.

    `overrides` are options of create_engine; connect_args among them are added, and None takes one
    away. Who waits for answers without end (`read_timeout=None`) has no limit at the server either.
    """
    given = overrides.pop("connect_args", {})
    if given.get("read_timeout", 1) is None:
        settings = settings.patient()
    options = engine_options(url, settings, name)
    connect = options["connect_args"] | given
    options["connect_args"] = {key: value for key, value in connect.items() if value is not None}
    engine = create_engine(url, **options | overrides)
    prepare(engine, settings)
    return engine


def engine_options(url: str, settings: DatabaseSettings, name: str = "") -> dict[str, Any]:
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        # The writers queue for the one lock instead of failing at once.
        options: dict[str, Any] = {"connect_args": {"timeout": SQLITE_SECONDS}}
        return options if in_memory(where.database) else options | pool_options(settings)
    connect: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "charset": "utf8mb4",
        "autocommit": None,  # said with the rest of the session, see connections.py
        "program_name": name or settings.application_name,
    }
    if settings.statement_seconds:
        # The server gives up first: a client that does leaves the statement at work.
        answer = max(ANSWER_SECONDS, settings.statement_seconds + 10)
        connect |= {"read_timeout": answer, "write_timeout": answer}
    connect |= tls(where.host or "", settings.ssl_ca)
    if settings.is_production and not {"ssl", "ssl_disabled"} & connect.keys():
        log.warning(
            "the server at %s is not verified: give the bundle of its authority", where.host
        )
    return pool_options(settings) | {
        "pool_recycle": settings.pool_recycle,
        "pool_pre_ping": True,
        "pool_use_lifo": True,
        # A ROLLBACK after each COMMIT, as is usual, is a round trip for nothing: connections.py does
        # it where something was left open.
        "pool_reset_on_return": None,
        "connect_args": connect,
    }


def in_memory(database: str | None) -> bool:
    return not database or ":memory:" in database or "mode=memory" in database


def pool_options(settings: DatabaseSettings) -> dict[str, Any]:
    return {
        "poolclass": WatchedPool,
        "pool_size": settings.pool_size,
        "max_overflow": settings.max_overflow,
        "pool_timeout": settings.pool_timeout,
    }


def tls(host: str, ca_file: str) -> dict[str, Any]:
    if ca_file:
        return {"ssl": shared_context(ca_file)}
    if host in ("localhost", "127.0.0.1", "::1", ""):
        return {"ssl_disabled": True}
    return {}


@cache
def shared_context(ca_file: str) -> ssl.SSLContext:
    """PyMySQL otherwise builds one for each connection: 60 ms against 0.5."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Authorities of before 2008 lack an extension that Python 3.13 began to insist on.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def prepare(engine: Engine, settings: DatabaseSettings) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_connect)
        event.listen(engine, "begin", sqlite_begin)
    for watch in watchers:
        watch(engine, settings)


def sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see sqlite_begin
    use_wal(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


@retry(
    retry=retry_if_exception(is_busy),
    stop=stop_after_delay(SQLITE_SECONDS),
    wait=wait_random(0.01, 0.05),
    reraise=True,
)
def use_wal(connection: Any) -> None:
    """For this one change SQLite does not wait: of two processes at a new file one failed at once."""
    connection.execute("PRAGMA journal_mode=WAL")


def sqlite_begin(connection: Connection) -> None:
    """A unit that writes takes the lock first: a read turned write fails whatever the time-out."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql(TAKE_THE_LOCK if writes else "BEGIN")


def changed(statement: Update | Delete) -> int:
    """Run it and say how many rows it changed: 1 means this caller won the row."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
