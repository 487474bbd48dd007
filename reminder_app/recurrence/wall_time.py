"""Local wall times and instants.

A wall time is a naive datetime: what a clock in its zone shows. An instant is an aware UTC datetime.
In a gap (clocks go forward) a wall time keeps the offset from before it: 02:30 becomes 03:30.
In an overlap (clocks go back) it is the first of the two. Both as RFC 5545, section 3.3.5, has it.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
# In the system's zone folder, but no place on earth: leap-second copies, "not set", "this machine".
NOT_PLACES = re.compile(r"(posix|right)/.*|posixrules|localtime|Factory")


# ZoneInfo itself keeps only eight zones; reading one from disk costs more than an occurrence.
@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    if not NAME.fullmatch(name) or NOT_PLACES.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return to_instant(datetime.combine(day, time()), zone)


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
