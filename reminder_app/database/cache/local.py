"""Values of one process.

With SQLite it is exact for all processes: the file itself tells, in three microseconds, whether anybody
has committed since. Whatever they wrote, all of it is read anew then.
"""

import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from reminder_app.database.cache.statements import EVERYTHING
from reminder_app.database.cache.store import (
    COMMIT_SECONDS,
    LEASE_SECONDS,
    Answer,
    Said,
    stale_seconds,
)

MOST_BYTES, MOST_VALUES = 16_000_000, 2_000


@dataclass(frozen=True)
class Kept:
    versions: str
    value: bytes
    until: float
    stale_until: float


class LocalStore:
    name = "process"

    def __init__(self, path: str = "") -> None:
        """`path`: of SQLite's file. Without one only this process's own commits are seen."""
        self._path = path
        self._make()

    def _make(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        self._opened: tuple[int, int] = (0, 0)
        self._numbers = count(1)
        self._versions: dict[str, int] = {}
        self._marks: dict[str, dict[str, float]] = {}  # by table: until when each holds
        self._values: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0
        self._leads: dict[str, tuple[str, float]] = {}

    def _mine(self) -> threading.Lock:
        """A child has none of its parent's: neither its locks nor its open files."""
        if self._pid != os.getpid():
            self._make()
        return self._lock

    def outside(self) -> object:
        if not self._path:
            return ""
        with self._mine():
            return self._committed()

    def _committed(self) -> str:
        """Of this file: a restore puts another one in its place. Never the same where it cannot be read."""
        if not self._path:
            return ""
        try:
            found = os.stat(self._path)
            where = (found.st_dev, found.st_ino)
            if self._file is None or where != self._opened:
                self._file, self._opened = open_only(self._path), where
            told = self._file.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            self._file = None
            return f"?{next(self._numbers)}"
        return f"{where[1]}-{told}"

    def _now(self, tables: Sequence[str]) -> str:
        known = [str(self._versions.get(table, 0)) for table in (EVERYTHING, *tables)]
        return ".".join([str(self._committed()), *known])

    def look(self, key: str, tables: Sequence[str]) -> Answer:
        with self._mine():
            at = time.monotonic()
            if any(self._is_marked(table, at) for table in (EVERYTHING, *tables)):
                return Answer(Said.BUSY)
            versions = self._now(tables)
            kept = self._values.get(key)
            if kept and (kept.versions != versions or kept.stale_until < at):
                kept = None
            if kept and kept.until >= at:
                self._values.move_to_end(key)
                return Answer(Said.HIT, versions, kept.value)
            token = self._lead(f"{key}:{versions}", at)
            value = kept.value if kept else None
            if token:
                return Answer(Said.LEAD, versions, value, token)
            return Answer(Said.HIT if kept else Said.WAIT, versions, value)

    def _is_marked(self, table: str, at: float) -> bool:
        marks = self._marks.get(table)
        for mark in [mark for mark, until in (marks or {}).items() if until <= at]:
            self._bump(table, mark)
        return bool(marks)

    def _lead(self, which: str, at: float) -> str:
        if self._leads.get(which, ("", 0.0))[1] > at:
            return ""
        for old in [name for name, (_, until) in self._leads.items() if until <= at]:
            del self._leads[old]
        token = str(next(self._numbers))
        self._leads[which] = token, at + LEASE_SECONDS
        return token

    def fill(
        self, key: str, tables: Sequence[str], answer: Answer, value: bytes, ttl: float
    ) -> bool:
        with self._mine():
            is_right = self._now(tables) == answer.versions
            if is_right:
                at = time.monotonic()
                kept = Kept(answer.versions, value, at + ttl, at + ttl + stale_seconds(ttl))
                self._keep(key, kept)
            self._end_lead(key, answer)
            return is_right

    def _keep(self, key: str, kept: Kept) -> None:
        if old := self._values.pop(key, None):
            self._bytes -= len(old.value)
        self._values[key] = kept
        self._bytes += len(kept.value)
        while self._bytes > MOST_BYTES or len(self._values) > MOST_VALUES:
            self._bytes -= len(self._values.popitem(last=False)[1].value)

    def release(self, key: str, answer: Answer) -> None:
        with self._mine():
            self._end_lead(key, answer)

    def _end_lead(self, key: str, answer: Answer) -> None:
        which = f"{key}:{answer.versions}"
        if self._leads.get(which, ("", 0.0))[0] == answer.token:
            self._leads.pop(which, None)

    def mark(self, tables: Iterable[str]) -> str:
        with self._mine():
            token = str(next(self._numbers))
            until = time.monotonic() + COMMIT_SECONDS
            for table in tables:
                self._marks.setdefault(table, {})[token] = until
            return token

    def bump(self, tables: Iterable[str], mark: str) -> None:
        with self._mine():
            for table in tables:
                self._bump(table, mark)

    def _bump(self, table: str, mark: str) -> None:
        self._versions[table] = next(self._numbers)
        self._marks.get(table, {}).pop(mark, None)

    def state(self) -> dict[str, Any]:
        with self._mine():
            return {"is_away": False, "values": len(self._values), "bytes": self._bytes}

    def add_figures(self, figures: dict[str, float]) -> bool:
        return False

    def figures(self) -> dict[str, float]:
        return {}


def open_only(path: str) -> sqlite3.Connection:
    """What is not there is not made."""
    where = f"{Path(path).absolute().as_uri()}?mode=rw"
    return sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False)
