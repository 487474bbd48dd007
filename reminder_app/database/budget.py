"""Do all processes together fit into what the server takes? Looked at with the first connection."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from reminder_app.database import capabilities, work
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
# Of the server's connections: the rest is for migrations, backups, and people in trouble.
SHARE = 0.8
ASK = "SELECT @@global.max_connections, @@global.max_user_connections"
ASK_IDLE = "SELECT @@session.wait_timeout"
# Held by the connection of whoever said it, while that lives: others need not say it again.
OURS_TO_SAY = "SELECT GET_LOCK(CONCAT('budget ', LEFT(COALESCE(DATABASE(), ''), 50)), 0)"
# A process with one thread at work, and what watches over it.
FEW = 4
_said: set[str] = set()


@dataclass(frozen=True)
class Budget:
    processes: int
    pool_size: int
    max_overflow: int
    takes: int  # connections that the server takes, of all or of this account
    lesser: int = 0  # processes that want a few connections at the most
    who: str = ""  # all of them, in words

    @property
    def of_lesser(self) -> int:
        return self.lesser * min(FEW, self.pool_size + self.max_overflow)

    @property
    def steady(self) -> int:
        return self.processes * self.pool_size + self.of_lesser

    @property
    def peak(self) -> int:
        return self.processes * (self.pool_size + self.max_overflow) + self.of_lesser

    @property
    def fits(self) -> bool:
        return self.steady < self.takes * SHARE

    @property
    def peak_fits(self) -> bool:
        return self.peak <= self.takes

    def said(self) -> str:
        """What to set, where something is wrong."""
        kept = f"{self.who or f'{self.processes} processes'} keep {self.steady} connections"
        if not self.fits:
            best = max((int(self.takes * SHARE - 1) - self.of_lesser) // self.processes, 1)
            return (
                f"{kept}, and {self.takes * SHARE:.0f} of the server's {self.takes} are for them: "
                f"set DB_POOL_SIZE={best}, run fewer processes, or raise max_connections."
            )
        if not self.peak_fits:
            best = max((self.takes - self.of_lesser) // self.processes - self.pool_size, 0)
            return (
                f"{kept}, which is fine; at a peak they may want {self.peak} of {self.takes}: "
                f"set DB_MAX_OVERFLOW={best}, or raise max_connections."
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
    return Budget(
        settings.processes,
        settings.pool_size,
        settings.max_overflow,
        takes,
        settings.lesser_processes,
        settings.processes_told,
    )


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", lambda *given: look(given[0], settings), once=True)


def look(connection: Any, settings: DatabaseSettings) -> None:
    """A command says nothing: it goes again, and `flask db-health` has it."""
    if work.command():
        return
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        found = budget(cursor.fetchone(), settings)
        cursor.execute(ASK_IDLE)
        (idle,) = cursor.fetchone()
        to_say = [one for one in sentences(found, int(idle), settings) if one not in _said]
        if to_say:
            cursor.execute(OURS_TO_SAY)
            is_ours = bool(cursor.fetchone()[0])
    for one in to_say:
        _said.add(one)
        if is_ours:
            log.warning("%s", one)


def sentences(found: Budget, idle: int, settings: DatabaseSettings) -> Iterator[str]:
    if not (found.fits and found.peak_fits):
        yield found.said()
    if idle <= settings.pool_recycle:
        yield (
            f"The server closes a connection that is idle for {idle} s, and the pool keeps it for "
            f"{settings.pool_recycle}: set DB_POOL_RECYCLE below that."
        )
