"""The pool, and who has its connections: counted, and named when there is none left."""

import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from reminder_app.database import retry, work
from reminder_app.database.histogram import Histogram
from reminder_app.database.settings import DatabaseSettings

log = logging.getLogger(__name__)
# SQLAlchemy names a pool's log after its class: as one of ours it would tell of each dispose.
logging.getLogger(f"{__name__}.WatchedPool").setLevel(logging.WARNING)
SAY_AGAIN = 5.0  # seconds between two lines about an exhausted pool
PID = "pid"


@dataclass(eq=False)
class Taken:
    """A connection that somebody has."""

    by: str
    places: tuple[work.Place, ...]
    at: float = field(default_factory=time.monotonic)
    is_reported: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.at

    def __str__(self) -> str:
        return f"{self.by} for {self.seconds:.1f} s ({work.in_words(self.places)})"


class Figures:
    """Of one engine in one process; a forked child begins anew."""

    def __init__(self) -> None:
        self.leak_seconds = 0.0  # none is reported
        self.reset()

    def reset(self) -> None:
        self.out: dict[int, Taken] = {}
        self.waits, self.holds = Histogram(), Histogram()
        self.connects = self.closed = self.invalidated = self.exhausted = self.leaked = 0
        self.said_at = -SAY_AGAIN

    def holders(self) -> list[Taken]:
        """Longest first."""
        return sorted(self.out.values(), key=lambda one: one.at)

    def connected(self, _connection: object, record: ConnectionPoolEntry) -> None:
        self.connects += 1
        record.info[PID] = os.getpid()

    def taken(
        self, _connection: object, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
    ) -> None:
        if record.info.get(PID) != os.getpid():
            # The parent's socket: two who talk over one read each other's answers.
            record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
            raise DisconnectionError("a connection of the parent process")
        self.out[id(record)] = Taken(work.at_work(), work.where())

    def given_back(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if taken := self.out.pop(id(record), None):
            self.holds.add(taken.seconds)

    def was_closed(self, *_: object) -> None:
        self.closed += 1

    def was_invalidated(self, *_: object) -> None:
        self.invalidated += 1


class WatchedPool(QueuePool):
    figures: Figures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figures = Figures()

    def recreate(self) -> QueuePool:
        made = super().recreate()
        if isinstance(made, WatchedPool):
            made.figures = self.figures
        return made

    def connect(self) -> PoolProxiedConnection:
        begun = time.monotonic()
        try:
            return super().connect()
        except PoolExhausted:
            self.figures.exhausted += 1
            self.tell()
            raise
        finally:
            self.figures.waits.add(time.monotonic() - begun)

    def tell(self) -> None:
        """Who has them, in a line: once in a while, as everybody else fails in the same second."""
        figures, at = self.figures, time.monotonic()
        if at - figures.said_at < SAY_AGAIN:
            return
        figures.said_at = at
        log.error(
            "no connection within %.1f s for %s: all %d are with %s",
            self.timeout(),
            work.at_work(),
            len(figures.out),
            grouped(figures.holders()),
        )

    @property
    def most(self) -> int:
        return self.size() + max(self._max_overflow, 0)


def grouped(holders: Iterable[Taken]) -> str:
    """Those that do the same at the same place told once, the longest of them."""
    many: dict[tuple[str, tuple[work.Place, ...]], list[Taken]] = {}
    for one in holders:
        many.setdefault((one.by, one.places), []).append(one)
    told = [f"{ones[0]}" + (f" ×{len(ones)}" if len(ones) > 1 else "") for ones in many.values()]
    return "; ".join(told)


_watched: WeakKeyDictionary[Engine, None] = WeakKeyDictionary()
# What a forked child has from its parent: kept, as taking it apart would close what the parent uses.
_of_parents: list[object] = []


def watch(engine: Engine, _settings: DatabaseSettings) -> None:
    if not isinstance(engine.pool, WatchedPool):
        return  # in memory: one connection for all
    figures = engine.pool.figures
    _watched[engine] = None
    event.listen(engine, "connect", figures.connected)
    event.listen(engine, "checkout", figures.taken)
    event.listen(engine, "checkin", figures.given_back)
    event.listen(engine, "detach", figures.given_back)
    event.listen(engine, "close", figures.was_closed)
    event.listen(engine, "invalidate", figures.was_invalidated)
    event.listen(engine, "soft_invalidate", figures.was_invalidated)


def watched() -> list[tuple[Engine, WatchedPool]]:
    return [(one, one.pool) for one in list(_watched) if isinstance(one.pool, WatchedPool)]


def after_fork() -> None:
    for engine, pool in watched():
        _of_parents.append(pool)
        pool.figures.reset()
        engine.dispose(close=False)


os.register_at_fork(after_in_child=after_fork)


def figures(engine: Engine) -> dict[str, Any]:
    """Of this process alone, for JSON and pages; empty where there is no pool."""
    pool = engine.pool
    if not isinstance(pool, WatchedPool):
        return {}
    counted = pool.figures
    return {
        "size": pool.size(),
        "most": pool.most,
        "in_use": len(counted.out),
        "idle": pool.checkedin(),
        "overflow": max(pool.overflow(), 0),
        "timeout": pool.timeout(),
        "connects": counted.connects,
        "closed": counted.closed,
        "invalidated": counted.invalidated,
        "exhausted": counted.exhausted,
        "leaked": counted.leaked,
        "wait_ms": counted.waits.summary(),
        "hold_ms": counted.holds.summary(),
        "units": retry.totals(),
        "holders": [holder(one) for one in counted.holders()],
    }


def holder(one: Taken) -> dict[str, Any]:
    return {"by": one.by, "seconds": round(one.seconds, 1), "where": work.in_words(one.places)}
