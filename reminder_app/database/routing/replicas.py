"""A replica that is read: its engine, what it has, and whether it may be asked."""

import logging
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from reminder_app.database import capabilities, engine
from reminder_app.database.routing import gtid, statements
from reminder_app.database.routing.standing import Standing
from reminder_app.database.routing.tokens import Token
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
# A page that waits longer than this for a replica is better asked elsewhere.
CONNECT_SECONDS, ANSWER_SECONDS = 2, 10
LOOK_CONNECT_SECONDS, LOOK_ANSWER_SECONDS = 1, 2
# One connection of its own: a pool that is used up says nothing about the server.
LOOKING: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 2}


class WriteOnReader(Exception):
    """A unit that reads wanted to write: it has to be a transaction."""


class Reader:
    def __init__(self, url: str, settings: DatabaseSettings) -> None:
        where = make_url(url)
        self.name = f"{where.host}:{where.port or 3306}" if where.host else "the same file"
        self.is_server = where.get_backend_name() != "sqlite"
        # No transaction, so no BEGIN and ROLLBACK to wait for: each statement sees the latest.
        options: dict[str, Any] = {
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
            "connect_args": {"connect_timeout": CONNECT_SECONDS, "read_timeout": ANSWER_SECONDS},
        }
        name = f"{settings.application_name}-reader"
        self.engine = engine.connect_to(url, settings, name, **options if self.is_server else {})
        self.looking = looking_engine(url, settings)
        self.standing = Standing(settings.max_lag)
        self.position: gtid.Position = {}
        self.is_writer = False  # when it was last looked at
        self.source = ""  # its number or its UUID, as positions name it
        self.reads = self.failures = 0
        watch(self)

    @property
    def busy(self) -> int:
        pool: Any = self.engine.pool
        return int(pool.checkedout())

    def has(self, token: Token) -> bool:
        """By what was seen of it so far, without asking."""
        if not self.is_server or not token.position:
            return self.is_writer or not self.is_server
        if gtid.contains(self.position, token.set):
            return True
        # It may have been demoted since: what another server wrote it has not by itself.
        return self.is_writer and gtid.lacks_only_of(self.source, self.position, token.position)

    def catch_up(self, token: Token, seconds: float) -> bool:
        """Wait for it on this server, at most so long."""
        wait = capabilities.of(self.engine).wait_for_token
        statement = text(wait.format(token=":token", seconds=":seconds"))  # noqa: S106 - a position
        try:
            with self.engine.connect() as connection:
                values = {"token": token.position, "seconds": seconds}
                is_there = bool(connection.scalar(statement, values) == 0)
        except (DBAPIError, PoolExhausted) as error:
            log.warning("%s cannot be asked for a position: %s", self.name, error)
            return False
        if is_there:
            self.position = gtid.joined(self.position, token.set)
        return is_there

    def failed(self, why: str) -> None:
        if self.standing.is_reachable:
            log.warning("%s is left out: %s", self.name, why)
        self.failures += 1
        self.standing.failed(why)

    def is_silent(self, why: str) -> None:
        """It may hang: nobody takes a connection that was made to it before."""
        was_reachable = self.standing.is_reachable
        self.failed(why)
        if was_reachable:
            self.engine.dispose()

    def dispose(self) -> None:
        self.engine.dispose()
        self.looking.dispose()


def looking_engine(url: str, settings: DatabaseSettings) -> Engine:
    is_server = make_url(url).get_backend_name() != "sqlite"
    limits = {"connect_timeout": LOOK_CONNECT_SECONDS, "read_timeout": LOOK_ANSWER_SECONDS}
    return engine.connect_to(
        url,
        settings,
        f"{settings.application_name}-watch",
        connect_args=limits if is_server else {},
        **LOOKING,
        **{"isolation_level": "AUTOCOMMIT"} if is_server else {},
    )


def watch(reader: Reader) -> None:
    """Read-only for the server, and asserted here: `read_only` alone lets privileged accounts write."""
    read_only = capabilities.of_name(reader.engine.dialect.name).read_only_session

    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(read_only)
        cursor.close()

    def executing(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statements.is_write(statement):
            raise WriteOnReader(f"{statement[:60]!r}: a unit that writes is a @transaction")

    def met_error(context: ExceptionContext) -> None:
        if context.is_disconnect or context.connection is None:
            reader.failed(str(context.original_exception))

    event.listen(reader.engine, "connect", connected)
    event.listen(reader.engine, "before_cursor_execute", executing)
    event.listen(reader.engine, "handle_error", met_error)
