"""A connection on which nothing can happen but an explanation.

What comes here was let through by the guard. This is the second wall, for what the guard may not know:
its own account where there is one, a transaction that may not write, a limit of time that the server
keeps and another that we keep, and few connections at once, each closed after its use.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, cast

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import capabilities
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.capabilities import Capabilities
from reminder_app.database.engine import connect_to
from reminder_app.database.settings import DatabaseSettings

EXTENSION = "database_advisor"
SECONDS = 2.0  # a plan takes milliseconds
MOST_AT_ONCE, WAIT_SECONDS = 2, 5
ANSWER_SECONDS = 5  # the socket's; the server has been told to stop before
# The one that all versions of MySQL have in common.
JSON_FORMAT = "SET SESSION explain_json_format_version = 1"
STEPS = 1_000  # of SQLite's machine between two looks at the clock


class Cursor(Protocol):
    """The driver's own: no event of the engine's adds to what it sends."""

    def execute(self, sql: str) -> Any: ...
    def fetchall(self) -> Any: ...


class Explainers:
    """One engine for each application that asks for it."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self.settings = settings
        self.url = settings.monitor_url or settings.url
        self.made: Engine | None = None
        self.lock = threading.Lock()
        self.room = threading.BoundedSemaphore(MOST_AT_ONCE)

    @property
    def engine(self) -> Engine:
        with self.lock:
            if self.made is None:
                self.made = connect_to(self.url, self.settings, "advisor", **self.options())
            return self.made

    def options(self) -> dict[str, Any]:
        if self.url.startswith("sqlite"):
            return {}
        timeouts = {"read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
        # One to explain, one to end it.
        return {"pool_size": 1, "max_overflow": 1, "pool_timeout": 5, "connect_args": timeouts}

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """The driver's; never given back to the pool, whatever was set on it. Raises Refused."""
        if not self.room.acquire(timeout=WAIT_SECONDS):
            raise Refused("Others are asking at this moment: try again in a few seconds.")
        try:
            fairy = self.engine.raw_connection()
            driver = cast(Any, fairy.driver_connection)
            fairy.detach()
            try:
                yield driver
            finally:
                with suppress(Exception):  # a connection that was ended has nothing to say
                    fairy.close()
        finally:
            self.room.release()

    @contextmanager
    def read_only(self) -> Iterator[Cursor]:
        server = capabilities.of(self.engine)
        with self.connection() as driver:
            if not server.is_server:
                yield guarded_sqlite(driver)
                return
            cursor = driver.cursor()
            limited(cursor, server)
            with self.ended_after(driver.thread_id(), server):
                cursor.execute("START TRANSACTION READ ONLY")
                yield cursor
                cursor.execute("ROLLBACK")

    @contextmanager
    def ended_after(self, connection_id: int, server: Capabilities) -> Iterator[None]:
        """MySQL keeps its limit for SELECT alone, and no server looks at the clock everywhere."""
        done = threading.Event()

        def watch() -> None:
            if not done.wait(SECONDS + 0.5):
                self.end(connection_id, server)

        threading.Thread(target=watch, name="advisor", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def end(self, connection_id: int, server: Capabilities) -> None:
        with suppress(SQLAlchemyError), self.engine.connect() as other:
            other.exec_driver_sql(server.kill.format(id=connection_id))


def limited(cursor: Cursor, server: Capabilities) -> None:
    limit = server.limit_statements(SECONDS)
    cursor.execute(f"SET SESSION {limit}")
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    if server.name == "mysql" and server.version >= (8, 3):
        cursor.execute(JSON_FORMAT)


def guarded_sqlite(driver: Any) -> Cursor:
    """SQLite asks before each part of a statement that it prepares: only reading is answered with yes."""
    cursor = cast(Cursor, driver.cursor())
    cursor.execute("PRAGMA query_only = ON")
    driver.set_authorizer(only_reads)
    return cursor


# sqlite3.h: SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE
READS = {21, 20, 31, 33}
OK, DENY = 0, 1


def only_reads(action: int, *_: object) -> int:
    return OK if action in READS else DENY
