"""When a person is not to be written to: hours of the night and days off, on the clock of their place.

Quiet is a set of stretches between wall times, turned into instants as all wall times are: an end in the gap of a
clock change comes an hour later, and in an overlap the first of the two counts. Whole days off begin and end at
midnight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from reminder_app.errors import refuse
from reminder_app.recurrence.rrule import WEEKDAYS
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named
from reminder_app.translations import gettext as _

A_DAY = timedelta(days=1)
AROUND = range(-2, 2)  # days; no zone has ever moved by more than one
# What may come through, beginning with this priority.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "urgent": ("urgent",),
    "high": ("high", "urgent"),
}


@dataclass(frozen=True)
class Quiet:
    """`start` and `end`: both or none; an end before the start is one of the next day. 0 is Monday."""

    zone: str
    start: time | None = None
    end: time | None = None
    days_off: frozenset[int] = frozenset()
    lets_through: str = "urgent"  # one of LEVELS

    def is_pierced_by(self, priority: str) -> bool:
        return priority in LEVELS[self.lets_through]


def checked(
    start: time | None, end: time | None, days_off: frozenset[int], lets_through: str
) -> dict[str, Any] | None:
    """As it is kept; None where nothing is quiet. Raises Invalid: quiet_from, quiet_until, days_off, …"""
    if (start is None) != (end is None):
        refuse("quiet_until" if end is None else "quiet_from", _("Say from when and until when."))
    if start is not None and start == end:
        refuse("quiet_until", _("Choose another end: a whole day is a day off."))
    if len(days_off) == len(WEEKDAYS):
        refuse("days_off", _("Leave at least one day on which you may be reminded."))
    if lets_through not in LEVELS:
        refuse("lets_through", _("Choose one of: %(levels)s.", levels=", ".join(LEVELS)))
    if start is None and not days_off:
        return None
    return {
        "from": f"{start:%H:%M}" if start else None,
        "until": f"{end:%H:%M}" if end else None,
        "days_off": [WEEKDAYS[day] for day in sorted(days_off)],
        "lets_through": lets_through,
    }


def of(kept: Mapping[str, Any] | None, zone: str) -> Quiet | None:
    """What checked() made, on the clock of `zone`."""
    if not kept:
        return None
    days = frozenset(WEEKDAYS.index(day) for day in kept["days_off"])
    return Quiet(zone, _clock(kept["from"]), _clock(kept["until"]), days, kept["lets_through"])


# A thousand reminders of one minute ask the same.
@lru_cache(maxsize=4096)
def may_go(quiet: Quiet, at: datetime) -> datetime:
    """`at`, or the end of the quiet that it falls into, and of what follows that without a break."""
    zone = zone_named(quiet.zone)
    if zone is None:
        return at
    while ends := [end for start, end in _stretches(quiet, zone, at) if start <= at < end]:
        at = max(ends)
    return at


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _stretches(quiet: Quiet, zone: ZoneInfo, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Those that may hold `at`."""
    today = to_wall(at, zone).date()
    for day in (today + days * A_DAY for days in AROUND):
        if day.weekday() in quiet.days_off:
            yield _instant(day, time(), zone), _instant(day + A_DAY, time(), zone)
        if quiet.start is not None and quiet.end is not None:
            last = day if quiet.start < quiet.end else day + A_DAY
            yield _instant(day, quiet.start, zone), _instant(last, quiet.end, zone)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return to_instant(datetime.combine(day, clock), zone)
