"""What InnoDB says of a deadlock, kept when one of ours was its victim: who held what, and who wanted it.

A watcher. The server tells its latest deadlock alone, so it is asked at once; by a thread, on a connection
of its own: the unit that is run again waits for nothing. No value is kept, neither of a statement nor of a row.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from reminder_app.database import clock
from reminder_app.database.engine import connect_to
from reminder_app.database.errors import DEADLOCK, NO_RIGHT, number, said
from reminder_app.database.monitor.comments import WHO
from reminder_app.database.monitor.fingerprint import normal
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds between two looks of a process
STATUS = "SHOW ENGINE INNODB STATUS"
# Rows and statements are in it as bytes of any kind: each byte is a letter here.
LOOKING: dict[str, Any] = {"connect_timeout": 2, "read_timeout": 5, "charset": "latin1"}
NO_PROCESS = (
    "There was a deadlock, and the account may not see which: name one that may in MONITOR_URL "
    "(`flask setup` makes it), or GRANT PROCESS ON *.* to this one."
)
SECTION = re.compile(
    r"^LATEST DETECTED DEADLOCK\n-+\n(.*?)^-+\n[A-Z ]+\n-+$", re.DOTALL | re.MULTILINE
)
# What is passed on as it is: the server's own words, numbers and names.
OWN_WORDS = re.compile(
    r"\*\*\* [A-Z (),0-9]+:?"
    r"|TRANSACTION \d+, ACTIVE[ \w()]*"
    r"|(?:LOCK WAIT )?\d+ lock struct[\w ,()]*"
    r"|(?:RECORD LOCKS space id \d+ page no \d+ n bits \d+ index|TABLE LOCK table) [\w`$./# -]+"
)
THREAD = re.compile(r"(?:MySQL|MariaDB) thread id (\d+), .*")
STRING = re.compile(r'"(?:[^"\\]|\\.|"")*(?:"|$)', re.DOTALL)
LONGEST, MOST_LINES = 400, 60


@dataclass
class Kept:
    """Of this process."""

    at: datetime | None = None  # of the last one that was looked at
    lines: list[str] = field(default_factory=list)
    looked_at: float = -EVERY  # on the clock that never goes back
    is_lack_said: bool = False


kept = Kept()
_lock = threading.Lock()


def after_fork() -> None:
    """A child has its own, and the lock may have been held as it was made."""
    global kept, _lock
    kept, _lock = Kept(), threading.Lock()


os.register_at_fork(after_in_child=after_fork)


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    if engine.dialect.name == "sqlite":
        return

    def met_error(context: ExceptionContext) -> None:
        if number(context.sqlalchemy_exception) == DEADLOCK and is_time():
            threading.Thread(target=look, args=(settings,), name="deadlock", daemon=True).start()

    event.listen(engine, "handle_error", met_error)


def is_time() -> bool:
    with _lock:
        now = time.monotonic()
        if now - kept.looked_at < EVERY:
            return False
        kept.looked_at = now
        return True


def look(settings: DatabaseSettings) -> None:
    engine = connect_to(
        settings.monitor_url or settings.url,
        settings,
        f"{settings.application_name}-deadlock",
        connect_args=LOOKING,
        pool_size=1,
        max_overflow=0,
    )
    try:
        with engine.connect() as connection:
            status = str(connection.exec_driver_sql(STATUS).one()[2])
    except DBAPIError as error:
        not_seen(error)
        return
    finally:
        engine.dispose()
    if lines := in_short(status):
        kept.at, kept.lines = clock.now(), lines
        log.warning("deadlock: %s", " | ".join(lines))


def not_seen(error: DBAPIError) -> None:
    if number(error) not in NO_RIGHT:
        log.warning("there was a deadlock, and it could not be looked at: %s", said(error))
    elif not kept.is_lack_said:
        kept.is_lack_said = True
        log.warning(NO_PROCESS)


def in_short(status: str) -> list[str]:
    """The section about it: the server's own words, and statements without values. What else is in it are rows."""
    found = SECTION.search(status)
    return [line[:LONGEST] for line in kept_lines(found[1])][:MOST_LINES] if found else []


def kept_lines(section: str) -> Iterator[str]:
    statement: list[str] | None = None
    for line in section.splitlines():
        if OWN_WORDS.fullmatch(line):
            yield from without_values(statement)
            statement = None
            yield line
        elif statement is None and (thread := THREAD.fullmatch(line)):
            statement = []
            yield f"connection {thread[1]}"
        elif statement is not None:
            statement.append(line)
    yield from without_values(statement)


def without_values(statement: list[str] | None) -> Iterator[str]:
    text = "\n".join(statement or ()).strip()
    if not text:
        return
    if who := WHO.search(text):
        yield f"asked by {who[1]}"
    yield normal(STRING.sub("?", text))


def figures() -> dict[str, Any]:
    """For whoever shows it: with the figures of this process."""
    if kept.at is None:
        return {}
    return {"deadlock": {"at": kept.at.isoformat(), "lines": kept.lines}}
