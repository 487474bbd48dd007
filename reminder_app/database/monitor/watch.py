"""The hooks of every statement: what it was, how long it took, who asked, and whether it asks again and again.

They run for each statement of the product: what costs more than a look-up happens only for what is
new, slow or repeated.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, ExceptionContext

from reminder_app.database import clock
from reminder_app.database.engine import TAKE_THE_LOCK
from reminder_app.database.monitor.comments import commented
from reminder_app.database.monitor.fingerprint import Fingerprint, of
from reminder_app.database.monitor.ledger import Figures, Finding, Ledger
from reminder_app.database.monitor.moments import id_at
from reminder_app.database.monitor.place import asked_from
from reminder_app.database.work import at_work

log = logging.getLogger(__name__)
STARTED = "monitor_started"
SLOW, REPEAT = "slow", "repeat"
TOLD_EVERY = 10.0  # seconds between two lines of the log about one fingerprint
UNKNOWN_MANY = 0
THE_LOCK = of(TAKE_THE_LOCK)
SAID = 300  # letters of a statement in a line of the log


@dataclass(slots=True)
class Repeat:
    parameters: Any  # of the first time
    times: int = 1
    seconds: float = 0.0
    place: str = ""
    is_same: bool = False  # the very same question, and not one for each row


@dataclass(slots=True)
class Unit:
    """One request: who it is, and what it asked so far."""

    work: str
    asked: dict[Fingerprint, Repeat] = field(default_factory=dict)
    repeated: list[Fingerprint] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """A statement that one request asked again and again."""

    work: str
    times: int
    place: str
    text: str
    is_same: bool


unit_of_now: ContextVar[Unit | None] = ContextVar("monitor_unit", default=None)
is_off: ContextVar[bool] = ContextVar("monitor_off", default=False)


@dataclass
class Watch:
    """On one engine."""

    ledger: Ledger
    slow_seconds: float
    repeats: int  # times in one request from which on a statement is reported; 0: never
    has_comments: bool
    told: dict[Fingerprint, float] = field(default_factory=dict)
    wake: Callable[[], None] = lambda: None

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self.before, retval=True)
        event.listen(engine, "after_cursor_execute", self.after)
        event.listen(engine, "handle_error", self.failed)

    def before(
        self,
        _connection: Connection,
        _cursor: Any,
        statement: str,
        values: Any,
        context: Any,
        many: bool,
    ) -> tuple[str, Any]:
        context.monitor_started = (statement, perf_counter())
        # PyMySQL makes one INSERT of many rows only of a text that ends as it expects.
        if self.has_comments and not many:
            unit = unit_of_now.get()
            statement = commented(statement, unit.work if unit else at_work())
        return statement, values

    def after(
        self,
        _connection: Connection,
        cursor: Any,
        _statement: str,
        values: Any,
        context: Any,
        _many: bool,
    ) -> None:
        statement, began = context.monitor_started
        seconds = perf_counter() - began
        if is_off.get():
            return
        try:
            self.note(statement, seconds, cursor.rowcount, values)
        except Exception:  # whoever only looks on must not fail what is done
            log.exception("a statement was not counted")

    def note(self, statement: str, seconds: float, rows: int, values: Any) -> None:
        fingerprint = of(statement)
        unit = unit_of_now.get()
        work = unit.work if unit else at_work()
        figures = self.ledger.add(fingerprint, work, seconds, rows)
        if figures.many == 1:
            figures.place = asked_from()
            self.wake()
        # Whoever waits for SQLite's write lock asks nothing slow: that is a finding of the health report.
        if seconds >= self.slow_seconds and fingerprint != THE_LOCK:
            self.slow(figures, seconds, rows)
        if unit and self.repeats:
            self.count(unit, fingerprint, values, seconds)

    def failed(self, context: ExceptionContext) -> None:
        """Its time counts too: a statement that ran into its limit is the slowest of all."""
        started = getattr(context.execution_context, STARTED, None)
        if started is None or is_off.get() or context.statement is None:
            return
        unit = unit_of_now.get()
        work = unit.work if unit else at_work()
        seconds = perf_counter() - started[1]
        figures = self.ledger.add(of(started[0]), work, seconds, UNKNOWN_MANY, error=True)
        if not figures.place:
            figures.place = asked_from()

    def slow(self, figures: Figures, seconds: float, rows: int) -> None:
        place = figures.place = asked_from()
        now = clock.now()
        self.ledger.find(
            Finding(
                id_at(now), now, SLOW, figures.fingerprint, figures.work, place, seconds, 1, rows
            )
        )
        if self.is_to_be_told(figures.fingerprint):
            log.warning(
                "slow query: %.0f ms (from %.0f on), %s rows, by %s at %s: %s [%s]",
                *(seconds * 1000, self.slow_seconds * 1000, max(rows, 0), figures.work),
                *(place or "?", figures.fingerprint.text[:SAID], figures.fingerprint.id.hex),
            )

    def is_to_be_told(self, fingerprint: Fingerprint) -> bool:
        """A server that is slow is slow at everything: the log is not filled with it."""
        now = perf_counter()
        if now - self.told.get(fingerprint, -TOLD_EVERY) < TOLD_EVERY:
            return False
        self.told[fingerprint] = now
        return True

    def count(self, unit: Unit, fingerprint: Fingerprint, values: Any, seconds: float) -> None:
        repeat = unit.asked.get(fingerprint)
        if repeat is None:
            unit.asked[fingerprint] = Repeat(values)
            return
        repeat.times += 1
        repeat.seconds += seconds
        if repeat.times == self.repeats:
            repeat.is_same = values == repeat.parameters
            repeat.place = asked_from()
            unit.repeated.append(fingerprint)


def end(unit: Unit, ledger: Ledger) -> list[Found]:
    """The request is over: what it asked again and again, into the log and the tables."""
    return [told(unit, fingerprint, ledger) for fingerprint in unit.repeated]


def told(unit: Unit, fingerprint: Fingerprint, ledger: Ledger) -> Found:
    repeat, now = unit.asked[fingerprint], clock.now()
    ledger.find(
        Finding(
            *(id_at(now), now, REPEAT, fingerprint, unit.work, repeat.place),
            *(repeat.seconds, repeat.times, 0),
        )
    )
    log.warning(
        "%s: one request asked it %s times, %s at %s: %s [%s]",
        "the same question again" if repeat.is_same else "N+1",
        *(repeat.times, unit.work, repeat.place or "?", fingerprint.text[:SAID]),
        fingerprint.id.hex,
    )
    return Found(unit.work, repeat.times, repeat.place, fingerprint.text, repeat.is_same)
