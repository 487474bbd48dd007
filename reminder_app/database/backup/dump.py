"""A dump of one moment, with the sums of that very moment and the position of the server's log.

Writers are kept out while three things look at the database at once: our own snapshot for the sums, the
dump's, and the log. That takes as long as the dump needs to start, about a tenth of a second; everything
that takes long reads from the snapshots. LOCK TABLES, not FLUSH TABLES WITH READ LOCK: it needs no right
that RDS does not give, and it waits for writers only, not for every long SELECT.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from reminder_app.database.backup import contents, programs
from reminder_app.database.backup.contents import Tell
from reminder_app.database.backup.errors import BackupError
from reminder_app.database.backup.manifest import LogPosition
from reminder_app.database.backup.source import PACKET, Place

TRIES, LOCK_SECONDS = 5, 3  # writers wait behind us no longer than this
AT_WORK = "database.backup"
STARTED_WITHIN = 20.0
LOCK_WAIT_TIMEOUT, NOT_ALLOWED = 1205, (1044, 1142, 1227)
MAY_NOT_LOCK = (
    "The account may not keep writers out for a moment: GRANT LOCK TABLES to it, or name one for backups "
    "in BACKUP_URL; `flask setup` makes it."
)
OPTIONS = (
    "--single-transaction", "--quick", "--hex-blob", "--triggers", "--routines", "--events",
    "--no-autocommit", "--skip-lock-tables", "--default-character-set=utf8mb4", PACKET,
    "--verbose",  # says on stderr which table it is at
)  # fmt: skip
# Tablespaces would want a right on the whole server; the position is ours to tell.
MORE = {
    "mariadb": (),
    "mysql": ("--no-tablespaces", "--set-gtid-purged=OFF", "--column-statistics=0"),
}


@dataclass
class Snapshot:
    """What was true at the moment of the dump."""

    tables: list[str]
    connection: Connection
    log: LogPosition | None = None
    no_log: str = ""
    writers_waited: float = 0.0


@dataclass
class Dump:
    process: subprocess.Popen[bytes]
    tell: Tell
    started: threading.Event = field(default_factory=threading.Event)
    words: list[str] = field(default_factory=list)

    @contextmanager
    def heard(self) -> Iterator[None]:
        listener = threading.Thread(target=self.listen, daemon=True, name="dump")
        listener.start()
        try:
            yield
        finally:
            if self.process.poll() is None:
                self.process.kill()
            listener.join()

    def listen(self) -> None:
        """What it says on stderr: that its snapshot is open, the tables it goes through, its troubles."""
        for raw in programs.pipe(self.process.stderr):
            line = raw.decode(errors="replace").strip()
            if line.startswith("-- Retrieving table structure"):
                self.started.set()
                self.tell(line.split()[-1].rstrip(".").strip("`"))
            elif not line.startswith("--"):
                self.words.append(line)
        self.started.set()

    @property
    def output(self) -> IO[bytes]:
        return programs.pipe(self.process.stdout)

    def wait_for_its_snapshot(self) -> None:
        if not self.started.wait(STARTED_WITHIN) or self.process.poll():
            raise BackupError(f"The dump did not start: {self.said()}")

    def finish(self) -> None:
        """Raises BackupError where it did not end well; its output has been read to the end."""
        try:
            code = self.process.wait(STARTED_WITHIN)
        except subprocess.TimeoutExpired as error:
            raise BackupError("The dump did not end.") from error
        if code:
            raise BackupError(f"The dump failed: {self.said()}")

    def said(self) -> str:
        return programs.said("\n".join(self.words))


@contextmanager
def snapshot(
    place: Place, position: Callable[[Connection], LogPosition | str], tell: Tell
) -> Iterator[tuple[Snapshot, Dump]]:
    """A snapshot of ours, and a dump whose output is to be read, both of one moment. Raises BackupError."""
    with place.told_to_programs() as option, place.connected() as connection:
        ours = connection.execution_options(isolation_level="REPEATABLE READ")
        shot = Snapshot(contents.tables(ours), ours)
        ours.exec_driver_sql(
            f"SELECT GET_LOCK('{AT_WORK}', 0)"
        )  # who ends long transactions spares us
        ours.rollback()
        program = place.program(place.server.dump)
        more = MORE[place.server.name]
        with ExitStack() as stack:
            began = time.monotonic()
            with writers_waiting(place, shot.tables):
                ours.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
                note(shot, position(ours))
                command = [program, option, *OPTIONS, *more, place.database]
                dump = Dump(stack.enter_context(programs.started(command)), tell)
                stack.enter_context(dump.heard())
                dump.wait_for_its_snapshot()
            shot.writers_waited = time.monotonic() - began
            yield shot, dump


def note(shot: Snapshot, told: LogPosition | str) -> None:
    if isinstance(told, LogPosition):
        shot.log = told
    else:
        shot.no_log = told


@contextmanager
def writers_waiting(place: Place, tables: list[str]) -> Iterator[None]:
    """Nobody writes into `tables` meanwhile; who wants to waits for us."""
    with place.connected() as guard:
        guard.exec_driver_sql(f"SET lock_wait_timeout = {LOCK_SECONDS}")
        lock(guard, tables)
        try:
            yield
        finally:
            guard.exec_driver_sql("UNLOCK TABLES")


def lock(guard: Connection, tables: list[str]) -> None:
    """A transaction that stays open keeps us out: we let others pass, and try again."""
    written = ", ".join(f"{contents.quoted(name)} READ" for name in tables)
    for number in range(1, TRIES + 1):
        if not tables or is_locked(guard, f"LOCK TABLES {written}"):
            return
        if number < TRIES:
            time.sleep(number)
    raise BackupError(
        "Some transaction stays open and keeps its tables: no moment could be had for the backup. "
        "`flask maintenance transactions` shows it."
    )


def is_locked(guard: Connection, statement: str) -> bool:
    """False where we waited in vain."""
    try:
        guard.exec_driver_sql(statement)
    except OperationalError as error:
        number = error.orig.args[0] if error.orig else 0
        if number in NOT_ALLOWED:
            raise BackupError(MAY_NOT_LOCK) from error
        if number == LOCK_WAIT_TIMEOUT:
            return False
        raise
    return True
