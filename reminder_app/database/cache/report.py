"""The figures as the operator reads them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from reminder_app.database.cache.queries import current

REASONS = {
    "own_writes": "The transaction had written one of its tables",
    "older_snapshot": "The transaction began before the last commit",
    "busy": "Another transaction was committing",
    "away": "Redis was away",
    "suspended": "It was suspended, because it did not pay",
    "impatient": "It waited for another one long enough",
    "no_writer": "The writer was away, and a replica answered",
    "learning": "Its tables were not known yet",
}
OFF = "The cache is off: either CACHE says so, or there is no Redis that the processes could share it in."


@dataclass
class Row:
    """Of one query."""

    name: str
    numbers: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def hits(self) -> int:
        return int(self.numbers["hits"])

    @property
    def misses(self) -> int:
        return int(self.numbers["misses"])

    @property
    def passed(self) -> int:
        return int(self.numbers["passed"])

    @property
    def hit_rate(self) -> float | None:
        """Of all calls, those past the cache included."""
        calls = self.hits + self.misses + self.passed
        return self.hits / calls if calls else None

    @property
    def query_ms(self) -> float | None:
        return self.numbers["query_ms"] / self.misses if self.misses else None

    @property
    def lookup_ms(self) -> float | None:
        calls = self.hits + self.misses
        return self.numbers["spent_ms"] / calls if calls else None

    @property
    def saved_ms(self) -> float:
        """What hits saved, less what looking up cost where there was none."""
        return self.numbers["saved_ms"]

    @property
    def saved_seconds(self) -> float:
        return self.saved_ms / 1000

    @property
    def short_name(self) -> str:
        """Of a function its own name and its module's; of a statement how it begins."""
        return self.name[:40] if " " in self.name else ".".join(self.name.split(".")[-2:])

    @property
    def reasons(self) -> list[str]:
        """Why it went past the cache, and how often."""
        return [
            f"{says}: {int(self.numbers[why]):,}"
            for why, says in REASONS.items()
            if self.numbers[why]
        ]

    @property
    def mean_bytes(self) -> float | None:
        kept = self.numbers["kept"]
        return self.numbers["bytes"] / kept if kept else None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "hits": self.hits,
            "misses": self.misses,
            "waited": int(self.numbers["waits"]),
            "past_the_cache": self.passed,
            "why_past": {why: int(self.numbers[why]) for why in REASONS if self.numbers[why]},
            "hit_rate": rounded(self.hit_rate),
            "query_ms": rounded(self.query_ms),
            "lookup_ms": rounded(self.lookup_ms),
            "saved_ms": round(self.saved_ms, 1),
            "mean_bytes": rounded(self.mean_bytes),
            "suspensions": int(self.numbers["suspensions"]),
        }


@dataclass
class Report:
    backend: str  # redis | process | off
    scope: str  # whose figures
    state: dict[str, Any]
    total: Row
    rows: list[Row]
    says: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "backend": self.backend,
            "figures_of": self.scope,
            "state": self.state,
            "says": self.says,
            "total": self.total.as_json(),
            "queries": [row.as_json() for row in self.rows],
        }


def report() -> Report:
    """What saved most comes first."""
    cache = current()
    if cache is None:
        return Report("off", "nobody", {}, Row("all"), [], OFF)
    cache.send(cache.figures.due(at_once=True))
    told = cache.store.figures()
    numbers = told or dict(cache.figures.numbers)
    rows = rows_of(numbers)
    total = Row("all")
    for row in rows:
        for what, number in row.numbers.items():
            total.numbers[what] += number
    scope = "all processes" if told else "this process"
    rows.sort(key=lambda row: row.saved_ms, reverse=True)
    return Report(cache.store.name, scope, cache.store.state(), total, rows)


def rows_of(numbers: dict[str, float]) -> list[Row]:
    rows: dict[str, Row] = {}
    for name, number in numbers.items():
        query, bar, what = name.rpartition("|")
        if bar:
            rows.setdefault(query, Row(query)).numbers[what] += number
    return list(rows.values())


def rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
