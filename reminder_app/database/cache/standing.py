"""Where a caller stands: whether what is in the cache is right for its transaction, and the other way round."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from reminder_app.database.cache.store import Store
from reminder_app.database.cache.watch import SNAPSHOT, has_written
from reminder_app.database.engine import ENGINE, db

# Each statement sees what was committed before it: no older picture is kept over several of them.
FRESH = {"READ COMMITTED", "READ UNCOMMITTED", "AUTOCOMMIT"}
LEVEL = "cache_isolation"


class Standing(Protocol):
    def hindrance(self, tables: frozenset[str]) -> str:
        """Why the cache may neither be read nor filled here, in a word; or nothing."""

    def is_holding(self) -> bool:
        """A connection is out: others may wait for it."""

    def run(self, query: Callable[[], Any]) -> Any: ...

    def is_elsewhere(self) -> bool:
        """run() asks another server than the caller would."""


class SessionStanding:
    def __init__(self, store: Store, session: Callable[[], Session]) -> None:
        self._store, self._session = store, session

    def hindrance(self, tables: frozenset[str]) -> str:
        session = self._session()
        if not session.in_transaction():
            return ""
        if session.new or session.dirty or session.deleted:
            session.flush()  # as the query itself would
        if self.is_elsewhere():
            return ""  # a reader's: it writes nothing, and run() asks the writer
        connection = session.connection()
        if has_written(connection, tables):
            return "own_writes"
        return "" if self._is_fresh(connection) else "older_snapshot"

    def is_holding(self) -> bool:
        return self._session().in_transaction()

    def run(self, query: Callable[[], Any]) -> Any:
        return query()

    def is_elsewhere(self) -> bool:
        return self._session().info.get(ENGINE) is not None

    def _is_fresh(self, connection: Connection) -> bool:
        if connection.dialect.name == "sqlite":
            # Nobody has committed since this transaction began: its picture is the newest there is.
            seen = connection.info.get(SNAPSHOT)
            return bool(seen) and seen == self._store.outside()
        return level_of(connection) in FRESH


class RequestStanding(SessionStanding):
    """In a unit that reads from a replica, which may lag, what is kept comes from the writer."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, lambda: db.session())

    def run(self, query: Callable[[], Any]) -> Any:
        if not self.is_elsewhere():
            return query()
        with current_app.app_context():  # a session of its own
            return query()


def level_of(connection: Connection) -> str:
    """Asked once an engine; who chose another one for a transaction said so in its options."""
    chosen = connection.get_execution_options().get("isolation_level")
    if chosen:
        return str(chosen)
    dialect: Any = connection.dialect
    known: str | None = dialect.__dict__.get(LEVEL)
    if known is None:
        known = str(connection.get_isolation_level())
        setattr(dialect, LEVEL, known)
    return known
