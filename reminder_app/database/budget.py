"""Do all processes together fit into what the server takes? Looked at with the first connection."""

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from reminder_app.database import capabilities
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
# Of the server's connections: the rest is for migrations, backups, and people in trouble.
SHARE = 0.8
ASK = "SELECT @@global.max_connections, @@global.max_user_connections"
ASK_IDLE = "SELECT @@session.wait_timeout"
_said: set[str] = set()


@dataclass(frozen=True)
class Budget:
    processes: int
    pool_size: int
    max_overflow: int
    takes: int  # connections that the server takes, of all or of this account

    @property
    def steady(self) -> int:
        return self.processes * self.pool_size

    @property
    def peak(self) -> int:
        return self.processes * (self.pool_size + self.max_overflow)

    @property
    def fits(self) -> bool:
        return self.steady < self.takes * SHARE

    @property
    def peak_fits(self) -> bool:
        return self.peak <= self.takes

    def said(self) -> str:
        """What to set, where something is wrong."""
        kept = f"{self.processes} processes keep {self.steady} connections"
        if not self.fits:
            best = max(int(self.takes * SHARE - 1) // self.processes, 1)
            return (
                f"{kept}, and {self.takes * SHARE:.0f} of the server's {self.takes} are for them: "
                f"set the pool size to {best}, run fewer processes, or raise max_connections."
            )
        if not self.peak_fits:
            return (
                f"{kept}, which is fine; at a peak they may want {self.peak} of {self.takes}: "
                f"lower the overflow to {self.takes // self.processes - self.pool_size}."
            )
        return f"{kept} of {self.takes}, {self.peak} at a peak."


def of(connection: Connection, settings: DatabaseSettings) -> Budget | None:
    """None where the database has no limit on connections."""
    if not capabilities.of(connection).is_server:
        return None
    return budget(connection.exec_driver_sql(ASK).one(), settings)


def budget(row: Any, settings: DatabaseSettings) -> Budget:
    of_all, of_account = (int(value) for value in row)
    takes = min(of_all, of_account) if of_account else of_all
    return Budget(settings.processes, settings.pool_size, settings.max_overflow, takes)


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", lambda *given: look(given[0], settings), once=True)


def look(connection: Any, settings: DatabaseSettings) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        found = budget(cursor.fetchone(), settings)
        cursor.execute(ASK_IDLE)
        (idle,) = cursor.fetchone()
    if not (found.fits and found.peak_fits):
        say(found.said())
    if int(idle) <= settings.pool_recycle:
        say(
            f"The server closes a connection that is idle for {idle} s, and the pool keeps it for "
            f"{settings.pool_recycle}: set its recycling below that."
        )


def say(sentence: str) -> None:
    """Once a process, however many engines lead to the server."""
    if sentence not in _said:
        _said.add(sentence)
        log.warning("%s", sentence)
