"""What the cache brings, of each query: counted in this process, and added up in the store."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

FLUSH_SECONDS = 5.0
# A query whose looking up costs more than it saves runs without for so long; longer each time.
JUDGED_AFTER, SUSPENDED_SECONDS, LONGEST_SUSPENDED = 100, 60.0, 900.0
MOST_NAMES = 500
OTHERS = "others"


@dataclass
class Worth:
    """Of one query, in this process: what was won since it was last judged."""

    calls: int = 0
    hits: int = 0
    spent_ms: float = 0.0  # on looking up and keeping
    query_ms: float = 0.0  # a running mean
    suspended_until: float = 0.0
    times: int = 0

    def ran(self, ms: float) -> None:
        self.query_ms = ms if not self.query_ms else 0.8 * self.query_ms + 0.2 * ms

    def is_suspended(self) -> bool:
        return bool(self.suspended_until) and time.monotonic() < self.suspended_until

    def judge(self) -> bool:
        """True when it is suspended just now."""
        if self.calls < JUDGED_AFTER:
            return False
        pays = self.hits * self.query_ms > self.spent_ms
        self.calls = self.hits = 0
        self.spent_ms = 0.0
        if pays:
            self.times = 0
            return False
        pause = min(SUSPENDED_SECONDS * 2**self.times, LONGEST_SUSPENDED)
        self.suspended_until, self.times = time.monotonic() + pause, self.times + 1
        return True


@dataclass
class Figures:
    """Numbers by "name|what"; what: hits, misses, stale, waits, passed, saved_ms, query_ms, spent_ms, …"""

    numbers: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unsent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sent_at: float = field(default_factory=time.monotonic)
    _names: set[str] = field(default_factory=set)

    def add(self, name: str, **what: float) -> None:
        with self._lock:
            if name not in self._names:
                if len(self._names) >= MOST_NAMES:
                    name = OTHERS
                self._names.add(name)
            for which, number in what.items():
                self.numbers[f"{name}|{which}"] += number
                self.unsent[f"{name}|{which}"] += number

    def due(self, *, at_once: bool = False) -> dict[str, float]:
        """What is to be added to the others' now, or nothing."""
        at = time.monotonic()
        if not at_once and at - self._sent_at < FLUSH_SECONDS:
            return {}
        with self._lock:
            found, self.unsent, self._sent_at = self.unsent, defaultdict(float), at
        return dict(found)

    def give_back(self, figures: dict[str, float]) -> None:
        with self._lock:
            for name, number in figures.items():
                self.unsent[name] += number
