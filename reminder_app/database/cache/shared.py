"""Values of all processes, in Redis.

Where Redis is away the cache is off. What was written meanwhile is told to it as soon as it is back, and
until then nobody who saw it away reads from it.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from redis.exceptions import ResponseError

from reminder_app.database.cache.statements import EVERYTHING
from reminder_app.database.cache.store import (
    AWAY,
    COMMIT_SECONDS,
    LEASE_SECONDS,
    Answer,
    Said,
    stale_seconds,
)
from reminder_app.database.cache.wire import Away, Wire

SCRIPT = Path(__file__).with_name("shared.lua").read_text(encoding="utf-8")
PREFIX = "reminder_app:cache:"
# After Redis was away: longer than those who wrote meanwhile take to tell it.
DISTRUST_SECONDS, TELL_EVERY = 2.0, 0.2


class SharedStore:
    name = "redis"

    def __init__(
        self, url: str, prefix: str = PREFIX, commit_seconds: float = COMMIT_SECONDS
    ) -> None:
        self._wire = Wire(url, prefix, SCRIPT)
        self._commit_ms = round(commit_seconds * 1000)
        # So long a writer remembers that nobody caches a table; a first version waits for it as well.
        self._remembered = commit_seconds / 4
        self._grace_ms = round((commit_seconds + self._remembered) * 1000)
        self._uncached: dict[str, float] = {}
        self._distrusted_until = 0.0
        self._owed = Counter[str]()
        self._owing = threading.Lock()
        self._teller: threading.Thread | None = None

    def look(self, key: str, tables: Sequence[str]) -> Answer:
        if self._owed or time.monotonic() < self._distrusted_until:
            return AWAY
        token = fresh()
        given = (self._grace_ms, round(LEASE_SECONDS * 1000), key, EVERYTHING, *tables)
        try:
            said, versions, *value = self._call("look", token, *given)
        except (Away, ResponseError):
            return AWAY
        found = value[0] if value else None
        return Answer(Said(said.decode()), versions.decode(), found, token)

    def fill(
        self, key: str, tables: Sequence[str], answer: Answer, value: bytes, ttl: float
    ) -> bool:
        kept = round((ttl + stale_seconds(ttl)) * 1000)
        given = (answer.versions, round(ttl * 1000), kept, value, EVERYTHING, *tables)
        try:
            return bool(self._call("fill", answer.token, key, *given))
        except (Away, ResponseError):
            return False

    def release(self, key: str, answer: Answer) -> None:
        try:
            self._call("release", answer.token, key, answer.versions)
        except (Away, ResponseError):
            return  # the lease ends by itself

    def mark(self, tables: Iterable[str]) -> str:
        """A table that nobody caches costs a question every ten seconds, and not each commit."""
        at, token = time.monotonic(), fresh()
        names = [name for name in tables if at - self._uncached.get(name, -1e9) >= self._remembered]
        has = self._tell("mark", names, token, self._commit_ms) if names else None
        if has is not None:
            self._uncached |= {
                name: at for name, is_there in zip(names, has, strict=True) if not is_there
            }
            names = [name for name, is_there in zip(names, has, strict=True) if is_there]
        return "|".join((token, *names))

    def bump(self, tables: Iterable[str], mark: str) -> None:
        token, bar, marked = mark.partition("|")
        names = marked.split("|") if bar else [] if token else list(tables)
        if names:
            self._tell("bump", names, fresh(), token)

    def _tell(self, what: str, names: list[str], *words: Any) -> list[int] | None:
        """What cannot be told now is owed: the transaction does not wait for it."""
        try:
            told: list[int] | None = self._call(what, *words, *names)
        except Away:
            self._owe(names)
        except ResponseError:  # no memory left for a new value, but always for less of them
            self._forget(names)
        else:
            return told
        return None

    def _forget(self, tables: Sequence[str]) -> None:
        try:
            self._wire.command("DEL", *(f"t:{table}" for table in tables))
        except (Away, ResponseError):
            self._owe(tables)

    def _call(self, *words: Any) -> Any:
        try:
            return self._wire.call(*words)
        except Exception as error:
            if not isinstance(error, ResponseError):
                self._distrusted_until = time.monotonic() + DISTRUST_SECONDS
            if isinstance(error, Away | ResponseError):
                raise
            raise Away(str(error)) from error

    def _owe(self, tables: Iterable[str]) -> None:
        with self._owing:
            self._owed.update(tables)
            if self._teller is None or not self._teller.is_alive():
                self._teller = threading.Thread(target=self._pay, daemon=True, name="cache")
                self._teller.start()

    def _pay(self) -> None:
        while self._owed:
            time.sleep(TELL_EVERY)
            with self._owing:
                owed = self._owed.copy()
            try:
                self._wire.probe("bump", fresh(), "none", *owed)
            except Exception:  # noqa: S112 - whatever keeps us from it, it is owed still
                continue
            with self._owing:
                self._owed -= owed  # not what was owed anew meanwhile

    def outside(self) -> object:
        return ""

    def state(self) -> dict[str, Any]:
        return {"is_away": self._wire.is_away or bool(self._owed), "owed": sorted(self._owed)}

    def add_figures(self, figures: dict[str, float]) -> bool:
        words = [word for pair in figures.items() for word in pair]
        try:
            self._call("count", "", *words)
        except (Away, ResponseError):
            return False
        return True

    def figures(self) -> dict[str, float]:
        try:
            told = self._wire.command("HGETALL", "figures")
        except (Away, ResponseError):
            return {}
        names = [name.decode() for name in told[::2]]
        return dict(zip(names, map(float, told[1::2]), strict=True))


def fresh() -> str:
    return secrets.token_hex(8)
