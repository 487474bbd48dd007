"""The one SQLAlchemy object. It lives here, never beside create_app."""

import ssl
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, Delete, Engine, Update, event
from sqlalchemy.engine import Connection, make_url

from reminder_app.database import base

db = SQLAlchemy(
    model_class=base.Model, disable_autonaming=True, session_options={"expire_on_commit": False}
)
migrate = Migrate()
__all__ = ["Model", "changed", "db", "init_app", "migrate"]

if TYPE_CHECKING:
    from reminder_app.database.base import Model  # mypy cannot read db.Model
else:
    Model = db.Model

CONNECT_SECONDS, ANSWER_SECONDS = 5, 30
SQL_MODE = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"
# Seconds a statement waits for a row lock: short enough to retry within a request.
LOCK_WAIT_SECONDS = 5
WRITES = "reminder_app_writes"


def init_app(app: Flask, *, application_name: str = "reminder-app") -> None:
    """Needs SETTINGS in the configuration: its database_url, db_* and instance_path."""
    settings = app.config["SETTINGS"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings, application_name)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    directory = str(app.config["MIGRATIONS"])
    migrate.init_app(app, db, directory=directory, compare_type=True, render_as_batch=True)


def engine_options(settings: Any, application_name: str) -> dict[str, Any]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        # The writers queue for the one lock instead of failing at once.
        return {"connect_args": {"timeout": 15}}
    connect: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "write_timeout": ANSWER_SECONDS,
        "charset": "utf8mb4",
        "program_name": application_name,
        "init_command": (
            f"SET time_zone='+00:00', sql_mode='{SQL_MODE}', "
            f"innodb_lock_wait_timeout={LOCK_WAIT_SECONDS}"
        ),
    }
    connect |= tls(url.host or "", settings.db_ssl_ca)
    return {
        "pool_size": settings.db_pool_size,
        "max_overflow": settings.db_max_overflow,
        "pool_timeout": settings.db_pool_timeout,
        "pool_recycle": settings.db_pool_recycle,
        "pool_pre_ping": True,
        "pool_use_lifo": True,
        # A connection is never given back with a transaction open: a ROLLBACK after each COMMIT, as
        # is usual, is a round trip for nothing.
        "pool_reset_on_return": None,
        "isolation_level": "READ COMMITTED",
        "connect_args": connect,
    }


def tls(host: str, ca_file: str) -> dict[str, Any]:
    """One shared context: PyMySQL otherwise builds one per connection (60 ms against 0.5)."""
    if ca_file:
        return {"ssl": ssl.create_default_context(cafile=ca_file)}
    if host in ("localhost", "127.0.0.1", "::1", ""):
        return {"ssl_disabled": True}
    return {}


def prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_connect)
        event.listen(engine, "begin", sqlite_begin)


def sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see sqlite_begin
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def sqlite_begin(connection: Connection) -> None:
    """A unit that writes takes the lock first: a read turned write fails whatever the time-out."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def changed(statement: Update | Delete) -> int:
    """Run it and say how many rows it changed: 1 means this caller won the row."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
