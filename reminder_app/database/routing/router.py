"""Which server a unit of work goes to."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolExhausted

from reminder_app.database.routing.heartbeat import WriterClock, beat, look_at
from reminder_app.database.routing.replicas import Reader, looking_engine
from reminder_app.database.routing.token_store import TokenStore
from reminder_app.database.routing.tokens import Token
from reminder_app.database.routing.watch import Watch
from reminder_app.database.routing.writer import Writer
from reminder_app.database.settings import DatabaseSettings

# Somebody's own write is usually there within a millisecond; a replica that has it not by then is behind.
WAIT_SECONDS, READERS_ASKED = 0.05, 2
WORTH_WAITING = 0.5  # seconds behind: beyond, it will not be there in time
KEEP_AT_LEAST = 30.0


class Router:
    def __init__(self, engine: Engine, settings: DatabaseSettings) -> None:
        self.settings = settings
        self.writer = Writer(settings.url, settings.writer_hosts)
        self.readers = [Reader(url, settings) for url in settings.read_urls]
        # Longer than any reader that is read can be behind.
        keep = max(KEEP_AT_LEAST, 3 * settings.max_lag)
        self.keep_seconds = keep
        self.store = TokenStore(settings.redis_url, keep) if settings.redis_url else None
        self.shared_tables = frozenset(settings.shared_tables)
        self.counts: Counter[str] = Counter()
        # When no replica is left, their readers must not take the writer's connections from writes.
        self.most_on_writer = max(1, settings.pool_size // 2)
        self._on_writer = threading.BoundedSemaphore(self.most_on_writer)
        self.clock = WriterClock()
        self._looking = looking_engine(settings.url, settings) if self.readers else None
        self.watch = Watch(self._looks(), settings.probe_seconds)
        if engine.dialect.name != "sqlite":
            for one in (engine, self._looking):
                if one is not None:
                    self.writer.attach(one)

    def _looks(self) -> list[tuple[str, Any]]:
        looking = self._looking
        if looking is None:
            return []
        return [
            ("writer", lambda: beat(looking, self.writer, self.clock)),
            *((one.name, self._look_of(one)) for one in self.readers),
        ]

    def _look_of(self, reader: Reader) -> Any:
        return lambda: look_at(reader, self.writer, self.clock)

    @property
    def is_read_only(self) -> bool:
        """Nobody takes writes, and there is a replica to go on reading from."""
        if not self.readers:
            return False
        self.watch.start()
        return self.writer.is_away and any(one.standing.is_reachable for one in self.readers)

    def choose(self, needed: Sequence[Token] | None) -> Reader | None:
        """One that has what is needed, the least busy first; None: the writer. None needed: unknown."""
        self.watch.start()
        if self.writer.is_away:
            # Nobody writes: what is there is the latest there is, and better than nothing.
            return least_busy([one for one in self.readers if one.standing.is_reachable])
        fit = [one for one in self.readers if one.standing.is_fit]
        if not fit or needed is None:
            self.counts["writer: no replica is fit" if not fit else "writer: not known"] += 1
            return None
        for reader in by_busy(fit)[:READERS_ASKED]:
            if self.has_all(reader, needed):
                return reader
        self.counts["writer: replicas are behind"] += 1
        return None

    def has_all(self, reader: Reader, needed: Sequence[Token]) -> bool:
        return all(self._has(reader, token) for token in needed)

    def _has(self, reader: Reader, token: Token) -> bool:
        if token.age > self.keep_seconds:
            return True
        if reader.has(token):
            return True
        if not token.position:  # the server gave none: so long a reader may be behind
            return token.age > self.settings.max_lag
        if (reader.standing.lag or 0) > WORTH_WAITING:
            return False
        began = time.monotonic()
        is_there = reader.catch_up(token, WAIT_SECONDS)
        self.counts["waits"] += 1
        self.counts["waited microseconds"] += int((time.monotonic() - began) * 1e6)
        return is_there

    def is_everywhere(self, token: Token) -> bool:
        """As far as it is known without asking."""
        return bool(token.position) and all(reader.has(token) for reader in self.readers)

    @contextmanager
    def place_on_writer(self) -> Iterator[None]:
        """Only while no replica is fit: one that reads its own write is not held up."""
        if any(one.standing.is_fit for one in self.readers):
            yield
            return
        if not self._on_writer.acquire(timeout=self.settings.pool_timeout):
            self.counts["refused: no replica is fit"] += 1
            raise PoolExhausted(
                f"no replica is fit, and {self.most_on_writer} reads are on the writer already"
            )
        try:
            yield
        finally:
            self._on_writer.release()

    def engines(self) -> list[Engine]:
        looking = [self._looking] if self._looking is not None else []
        return looking + [engine for one in self.readers for engine in (one.engine, one.looking)]

    def close(self) -> None:
        self.watch.stop()
        for engine in self.engines():
            engine.dispose()
        if self.store:
            self.store.client.close()

    def figures(self) -> dict[str, Any]:
        away = self.writer.away_since
        address = self.writer.address
        return {
            "writer": {
                "address": f"{address[0]}:{address[1]}" if address else None,
                "candidates": [f"{host}:{port}" for host, port in self.writer.candidates],
                "away_seconds": None if away is None else time.monotonic() - away,
                "searches": self.writer.searches,
            },
            "is_read_only": self.is_read_only,
            "readers": [figures_of(one) for one in self.readers],
            "counts": dict(self.counts),
        }


def figures_of(reader: Reader) -> dict[str, Any]:
    standing = reader.standing
    return {
        "name": reader.name,
        "is_fit": standing.is_fit,
        "is_reachable": standing.is_reachable,
        "reason": standing.reason,
        "lag_seconds": standing.lag,
        "in_use": reader.busy,
        "reads": reader.reads,
        "failures": reader.failures,
    }


def least_busy(readers: Sequence[Reader]) -> Reader | None:
    ordered = by_busy(readers)
    return ordered[0] if ordered else None


def by_busy(readers: Sequence[Reader]) -> list[Reader]:
    """Of equally busy ones another each time."""
    return sorted(readers, key=lambda one: (one.busy, random.random()))
