"""Months as partitions: their names and bounds. No I/O.

A bound is an id, as ids begin with the time: the key stays as it is, and every row finds its month by it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import total_ordering

from reminder_app.database.audit.ids import lowest_id

REST = "later"  # holds what is beyond the last month, and should be empty
NAME = re.compile(r"p(\d{4})(\d{2})")


@total_ordering
@dataclass(frozen=True)
class Month:
    year: int
    number: int  # 1 to 12

    @classmethod
    def of(cls, at: datetime) -> "Month":
        at = at.astimezone(UTC)  # a month begins for everybody at once, whatever their clocks do
        return cls(at.year, at.month)

    @classmethod
    def named(cls, name: str) -> "Month | None":
        found = NAME.fullmatch(name)
        if not found or not 1 <= int(found[2]) <= 12:
            return None
        return cls(int(found[1]), int(found[2]))

    @property
    def name(self) -> str:
        return f"p{self.year:04}{self.number:02}"

    @property
    def text(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def begins(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        return self.plus(1).begins

    def plus(self, months: int) -> "Month":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __lt__(self, other: "Month") -> bool:
        return (self.year, self.number) < (other.year, other.number)


def through(first: Month, last: Month) -> list[Month]:
    months = (last.year - first.year) * 12 + last.number - first.number
    return [first.plus(n) for n in range(months + 1)]


def missing(there: Iterable[Month], oldest: Month, now: Month, ahead: int) -> list[Month]:
    """What has to be split off the rest: all that is not there up to `ahead` months from now.

    In order, and only behind the last one: a range cannot be put in between.
    """
    last = max(there, default=None)
    first = last.plus(1) if last else min(oldest, now)
    return through(first, now.plus(ahead))


def over(there: Iterable[Month], now: Month, kept: int) -> list[Month]:
    """Those that ended more than `kept` whole months ago."""
    return sorted(month for month in there if month < now.plus(-kept))


def clause(months: Sequence[Month]) -> str:
    """For PARTITION BY … and REORGANIZE … INTO."""
    parts = [
        f"PARTITION {month.name} VALUES LESS THAN (x'{lowest_id(month.ends).hex}')"
        for month in months
    ]
    return ", ".join([*parts, f"PARTITION {REST} VALUES LESS THAN (MAXVALUE)"])
