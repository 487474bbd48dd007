"""What a transaction writes, noted as its statements run, and told to the store around its COMMIT.

Before the COMMIT the tables are marked: from then on nobody is served what was read before. After it they
get new versions, and the marks go. A process that dies between the two leaves its marks: for as long as
its COMMIT may still arrive the tables are not cached, and afterwards they have new versions as well.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext

from reminder_app.database.cache.references import References
from reminder_app.database.cache.statements import EVERYTHING, Effect, effect, tables_read
from reminder_app.database.cache.store import Store

WRITTEN, POINTS, AT_ONCE, SNAPSHOT = (
    f"cache.{what}" for what in ("written", "points", "now", "snapshot")
)
LONG = 5.0  # seconds of a COMMIT, after which all its tables get new versions, marked or not
# Of the query that is run for the cache just now, here: the tables it reads.
_read: ContextVar[set[str] | None] = ContextVar("cache.read", default=None)


class Watch:
    """Listens to an engine. What it notes lies in the connection's `info`."""

    def __init__(self, store: Store, references: References) -> None:
        self.store, self.references = store, references

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)
        event.listen(engine, "begin", self._begun)
        event.listen(engine, "rollback", self._rolled_back)
        event.listen(engine, "savepoint", self._point)
        event.listen(engine, "rollback_savepoint", self._back_to_point)
        event.listen(engine, "release_savepoint", self._point_gone)
        event.listen(engine, "checkin", self._given_back)
        self._surround_commit(engine)

    def _surround_commit(self, engine: Engine) -> None:
        """There is no event after a COMMIT of a connection, only after a session's."""
        dialect: Any = engine.dialect
        commit, is_lost = dialect.do_commit, dialect.is_disconnect

        def do_commit(connection: Any) -> None:
            connection.info.pop(POINTS, None)
            tables = connection.info.pop(WRITTEN, None)
            if not tables:
                commit(connection)
                return
            mark, began = self.store.mark(tables), time.monotonic()
            try:
                commit(connection)
            except dialect.dbapi.Error as error:
                if not is_lost(error, connection, None):
                    self.store.bump(tables, mark)  # refused, and that is known
                raise
            self.store.bump(tables, mark)
            if time.monotonic() - began > LONG:
                self.store.bump(tables, "")

        dialect.do_commit = do_commit

    def _before(self, connection: Connection, _cursor: Any, statement: str, *_rest: object) -> None:
        found = effect(statement)
        if found is None:
            read = _read.get()
            if read is not None:
                read |= tables_read(statement)
            return
        tables = self.references.reached(found)
        info = connection.info
        if commits_by_itself(connection, found):
            at_once = tables | info.get(WRITTEN, frozenset())
            info[AT_ONCE] = (at_once, self.store.mark(at_once))
        # Then as well: under an AUTOCOMMIT of ours SQLite has a transaction all the same.
        info[WRITTEN] = info.get(WRITTEN, frozenset()) | tables

    def _after(self, connection: Connection, *_rest: object) -> None:
        self._done_at_once(connection)

    def _failed(self, context: ExceptionContext) -> None:
        if context.connection is None or context.is_disconnect or context.connection.invalidated:
            return
        self._done_at_once(context.connection)

    def _done_at_once(self, connection: Connection) -> None:
        """It may have taken so long that what the store said at its beginning holds no more."""
        if AT_ONCE in connection.info:
            tables, mark = connection.info.pop(AT_ONCE)
            self.store.bump(tables, mark)
            self.store.bump(tables, "")

    def _begun(self, connection: Connection) -> None:
        connection.info[SNAPSHOT] = self.store.outside()

    def _rolled_back(self, connection: Connection) -> None:
        if not connection.invalidated:  # a lost one has nothing to forget, and refuses to be asked
            forget(connection.info)

    def _given_back(self, _dbapi: object, record: Any) -> None:
        if record.dbapi_connection is not None:
            forget(record.info)

    def _point(self, connection: Connection, _name: str | None) -> None:
        info = connection.info
        info.setdefault(POINTS, []).append(info.get(WRITTEN, frozenset()))

    def _back_to_point(self, connection: Connection, *_rest: object) -> None:
        if not connection.invalidated and (points := connection.info.get(POINTS)):
            connection.info[WRITTEN] = points.pop()

    def _point_gone(self, connection: Connection, *_rest: object) -> None:
        if not connection.invalidated and (points := connection.info.get(POINTS)):
            points.pop()


def forget(info: dict[Any, Any]) -> None:
    for what in (WRITTEN, POINTS, SNAPSHOT):
        info.pop(what, None)


def commits_by_itself(connection: Connection, found: Effect) -> bool:
    if found.commits and connection.dialect.name != "sqlite":
        return True
    return is_autocommit(connection)


def is_autocommit(connection: Connection) -> bool:
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def has_written(connection: Connection, tables: frozenset[str]) -> bool:
    written: frozenset[str] = connection.info.get(WRITTEN, frozenset())
    return bool(written) and (EVERYTHING in written or not written.isdisjoint(tables))


@contextmanager
def noting_reads() -> Iterator[set[str]]:
    """The tables that statements read meanwhile; also for whoever notes around it."""
    outer, mine = _read.get(), set[str]()
    token = _read.set(mine)
    try:
        yield mine
    finally:
        _read.reset(token)
        if outer is not None:
            outer |= mine


def note_read(tables: frozenset[str]) -> None:
    """A query that was answered from the cache has read them, too."""
    read = _read.get()
    if read is not None:
        read |= tables
