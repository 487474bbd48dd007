"""What the connections of a server have in common: their session, what an error means, the password.

A watcher. One round trip a new connection, and the server is asked for nothing that its greeting says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import Dialect, ExceptionContext

from reminder_app.database import capabilities
from reminder_app.database.errors import (
    NOT_HAD_IN_TIME,
    REFUSED,
    SPOILING,
    Action,
    action_on,
    number,
)
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.unit import unit_of

SQL_MODE = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"
HELLO_SECONDS = 5.0
IN_TRANSACTION = 1  # a bit of the protocol's status, in each answer
DDL = ("CREATE", "ALTER ", "DROP T", "DROP I", "TRUNCA", "RENAME")


class DdlInTransaction(Exception):
    """MySQL would commit what was written so far, and a rollback would undo nothing of it."""


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    event.listen(engine, "handle_error", on_error)
    event.listen(engine, "commit", on_commit)
    if engine.dialect.name == "sqlite":
        return
    event.listen(engine, "before_cursor_execute", refuse_ddl)
    event.listen(engine, "reset", leave_nothing)
    # Before the dialect looks at its first connection: it takes what it finds for the usual.
    event.listen(engine, "connect", lambda *given: begin_session(given[0], settings), insert=True)
    connector = Connector(engine, settings)
    event.listen(engine, "do_connect", connector.connect)
    engine.dialect.do_ping = connector.ping  # type: ignore[method-assign]


def begin_session(connection: Any, settings: DatabaseSettings) -> None:
    with connection.cursor() as cursor:
        cursor.execute(session(capabilities.greeted(connection.get_server_info()), settings))


def session(row: capabilities.Capabilities, settings: DatabaseSettings) -> str:
    """UTC, strict, READ COMMITTED, and an end to every wait: in one statement."""
    parts = [
        "autocommit=0",
        "time_zone='+00:00'",
        f"sql_mode='{SQL_MODE}'",
        f"{row.isolation_variable}='READ-COMMITTED'",
        row.lock_wait.format(seconds=settings.lock_wait_seconds),
    ]
    if settings.statement_seconds:
        parts.append(row.limit_statements(settings.statement_seconds))
    return f"SET {', '.join(parts)}"


def leave_nothing(connection: Any, _record: object, _state: object) -> None:
    """Whoever forgot a connection left its transaction open: the next one would commit it for them.

    The driver knows by the last answer, so that it costs a round trip only where there is something.
    """
    if connection.server_status & IN_TRANSACTION:
        connection.rollback()


class Connector:
    """A server that stands still takes connections and says nothing: who greets it or looks whether it
    is there waits for a short answer only. A password that it refuses is asked for once more."""

    def __init__(self, engine: Engine, settings: DatabaseSettings) -> None:
        self.user, self.settings = engine.url.username, settings
        self.found: dict[str, Any] = {}  # for all connections to come
        self._ping = engine.dialect.do_ping

    def connect(self, dialect: Dialect, _record: object, given: Any, named: dict[str, Any]) -> Any:
        patience = named.get("read_timeout")
        made = self._let_in(dialect, given, named | {"read_timeout": least(patience)} | self.found)
        made._read_timeout = patience
        return made

    def ping(self, dbapi_connection: Any) -> bool:
        patience = dbapi_connection._read_timeout
        dbapi_connection._read_timeout = least(patience)
        try:
            return self._ping(dbapi_connection)
        finally:
            dbapi_connection._read_timeout = patience

    def _let_in(self, dialect: Dialect, given: Any, named: dict[str, Any]) -> Any:
        try:
            return dialect.connect(*given, **named)
        except dialect.loaded_dbapi.Error as error:
            if number(error) != REFUSED or self.settings.url_again is None:
                raise
            url = make_url(self.settings.url_again())
            if url.username != self.user or url.password == named.get("password"):
                raise
            self.found = {"password": url.password}
            return dialect.connect(*given, **named | self.found)


@contextmanager
def without_limit(connection: Connection) -> Iterator[None]:
    """For what may take minutes and hurts nobody: neither the server nor we give up on it."""
    row = capabilities.of(connection)
    if not row.statement_limit:
        yield
        return
    driver: Any = connection.connection.driver_connection
    name = row.statement_limit.partition("=")[0]
    patience, limit = driver._read_timeout, connection.exec_driver_sql(f"SELECT @@{name}").scalar()
    connection.exec_driver_sql(f"SET {row.limit_statements(0)}")
    driver._read_timeout = None
    try:
        yield
    finally:
        driver._read_timeout = patience
        connection.exec_driver_sql(f"SET {name}={limit}")


def least(patience: float | None) -> float:
    return HELLO_SECONDS if patience is None else min(patience, HELLO_SECONDS)


def on_error(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if error is None:
        # Not the driver's: a time limit, a signal. Half of an answer may be left unread; of a file there is
        # none, and SQLite keeps its lock for a connection that was closed with a statement at work.
        was_sent = not isinstance(context.original_exception, UnicodeEncodeError)
        context.is_disconnect = was_sent and context.dialect.name != "sqlite"
        return
    unit = unit_of(context.connection)
    if unit is not None and number(error) in SPOILING and not was_asked_for(context, error):
        unit.spoilt = error
    match action_on(error):
        case Action.LOST:
            context.is_disconnect = True
        case Action.DEMOTED:
            context.is_disconnect = context.invalidate_pool_on_disconnect = True


def was_asked_for(context: ExceptionContext, error: BaseException) -> bool:
    """Who says NOWAIT decides what to do then. MariaDB tells it with the number of a wait in vain."""
    return number(error) == NOT_HAD_IN_TIME and "NOWAIT" in (context.statement or "").upper()


def on_commit(connection: Connection) -> None:
    if unit := unit_of(connection):
        unit.commit_was_sent = True


def refuse_ddl(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if statement[:6].upper() in DDL and unit_of(connection):
        raise DdlInTransaction(f"{statement[:60]}: change tables outside of a unit of work")
