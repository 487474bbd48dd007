"""One a process and database: what it counted goes into the shared tables every few seconds."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import clock, work
from reminder_app.database.engine import WRITES
from reminder_app.database.monitor import writing
from reminder_app.database.monitor.fingerprint import Fingerprint
from reminder_app.database.monitor.ledger import Ledger
from reminder_app.database.monitor.watch import is_off
from reminder_app.database.retry import said

log = logging.getLogger(__name__)


def no_figures() -> dict[str, Any]:
    return {}


@dataclass
class Recorder:
    application: str
    every: float  # seconds; 0: only when flush() is called
    ledger: Ledger = field(default_factory=Ledger)
    engine: Engine | None = None  # where to; nothing is written before it is known
    pool_figures: Callable[[], dict[str, Any]] = no_figures
    said_at: dict[Fingerprint, datetime] = field(default_factory=dict)
    thread: threading.Thread | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    is_away: bool = False

    def wake(self) -> None:
        """At the first thing to write: a process that asks nothing has no thread."""
        if self.thread is None and self.every and self.engine is not None:
            self.thread = threading.Thread(target=self.run, name="monitor", daemon=True)
            self.thread.start()

    def begin_anew(self) -> None:
        """In a child: its parent's figures are not its own, its parent's thread is not there, and a lock
        may have been held as it was made."""
        self.ledger.forget()
        self.said_at.clear()
        self.thread = None

    def run(self) -> None:
        while not self.ended.wait(self.every):
            self.flush()

    def flush(self) -> None:
        """Never raises: what cannot be written is let go, as it would only grow."""
        if self.engine is None:
            return
        self.ledger.turn(clock.now())
        token = is_off.set(True)
        try:
            with work.named("monitor"):
                self.write(self.engine)
            self.is_away = False
        except SQLAlchemyError as error:
            self.said_at.clear()
            if not self.is_away:
                log.warning("figures of queries cannot be written: %s", said(error))
            self.is_away = True
        finally:
            is_off.reset(token)

    def write(self, engine: Engine) -> None:
        figures, findings = self.ledger.take()
        now = clock.now()
        new = self.to_be_said(
            {one.fingerprint for one in figures} | {one.fingerprint for one in findings}, now
        )
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            writing.write_fingerprints(connection, new, now)
            writing.write_figures(connection, figures)
            writing.write_findings(connection, findings)
            writing.write_process(connection, process_name(self.application), self.pool_figures())
        self.said_at.update(dict.fromkeys(new, now))

    def to_be_said(self, found: set[Fingerprint], now: datetime) -> list[Fingerprint]:
        """In one order in every process: two that write the same rows never wait for each other."""
        old = now - writing.SAID_AGAIN
        new = [one for one in found if self.said_at.get(one, old) <= old]
        return sorted(new, key=lambda one: one.id.bytes)


def process_name(application: str) -> str:
    return f"{application[:30]} {socket.gethostname()[:75]}:{os.getpid()}"
