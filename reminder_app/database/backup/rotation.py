"""Which backups stay: all of the last two days, and of the days, weeks and months before the last each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

# Before a newer one: who makes one by hand loses no moment of that day.
RECENT = timedelta(days=2)


@dataclass(frozen=True)
class Keep:
    daily: int = 7
    weekly: int = 5
    monthly: int = 12


@dataclass(frozen=True)
class Chosen:
    stay: dict[str, tuple[str, ...]]  # name -> recent, daily, weekly, monthly
    go: list[str]

    @property
    def days(self) -> list[str]:
        """Those of the last days: point-in-time is promised from the oldest of them on."""
        return [name for name, why in self.stay.items() if {"recent", "daily"} & set(why)]


def day(at: datetime) -> Any:
    return at.astimezone(UTC).date()


def week(at: datetime) -> Any:
    return at.astimezone(UTC).isocalendar()[:2]


def month(at: datetime) -> Any:
    return at.astimezone(UTC).year, at.astimezone(UTC).month


def choose(backups: Iterable[tuple[str, datetime]], keep: Keep) -> Chosen:
    """Counts days with a backup, not days of the calendar: a pause in backing up removes nothing."""
    newest_first = sorted(backups, key=lambda one: (one[1], one[0]), reverse=True)
    reasons: dict[str, list[str]] = {name: [] for name, _ in newest_first}
    for name, at in newest_first:
        if at > newest_first[0][1] - RECENT:
            reasons[name].append("recent")
    for reason, period, count in (
        ("daily", day, keep.daily),
        ("weekly", week, keep.weekly),
        ("monthly", month, keep.monthly),
    ):
        for name in last_of_each(newest_first, period)[:count]:
            reasons[name].append(reason)
    return Chosen(
        stay={name: tuple(why) for name, why in reasons.items() if why},
        go=[name for name, why in reasons.items() if not why],
    )


def last_of_each(
    newest_first: Sequence[tuple[str, datetime]], period: Callable[[datetime], Any]
) -> list[str]:
    found: dict[Any, str] = {}
    for name, at in newest_first:
        found.setdefault(period(at), name)
    return list(found.values())
