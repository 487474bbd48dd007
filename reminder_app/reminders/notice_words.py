"""Times as a mail says them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date, format_time

from reminder_app.languages import language
from reminder_app.recurrence.wall_time import zone_named

A_WEEK = 10_080
UNITS = (("day", 1440), ("hour", 60), ("minute", 1))
MOST_UNITS = 2  # "in 2 days 3 hours": nobody needs the minutes of that


# A thousand reminders of one minute are the same few texts.
@lru_cache(maxsize=4096)
def when(instant: datetime, zone: str, locale: str) -> str:
    """Saturday, 31 January 2026, 09:00"""
    local = instant.astimezone(zone_named(zone))
    tongue = language(locale)
    day = format_date(local, "full", locale=tongue)
    clock = format_time(local, "short", locale=tongue)
    return f"{day}, {clock}".replace("\u202f", " ")  # a narrow space, which some mail programs box


@lru_cache(maxsize=4096)
def day(instant: datetime, zone: str, locale: str) -> str:
    """31 January 2026"""
    return format_date(instant.astimezone(zone_named(zone)), "long", locale=language(locale))


def time_of_day(instant: datetime, zone: str, locale: str) -> str:
    return clock(instant.astimezone(zone_named(zone)).time(), locale)


@lru_cache(maxsize=4096)
def clock(at: time, locale: str) -> str:
    style = "medium" if at.second else "short"
    return format_time(at, style, locale=language(locale)).replace("\u202f", " ")


def lead(ahead: timedelta) -> str:
    """How long it still is: "in 1 day", "in 1 hour 30 minutes"."""
    parts = list(counted(max(1, round(ahead / timedelta(minutes=1)))))
    return f"in {' '.join(parts[:MOST_UNITS])}"


def counted(minutes: int) -> Iterator[str]:
    units = (("week", A_WEEK),) if minutes % A_WEEK == 0 else UNITS
    for unit, size in units:
        number, minutes = divmod(minutes, size)
        if number:
            yield f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def subject(title: str, lead: str, was_due: str) -> str:
    """The title first: a list of mails shows no more than that."""
    if lead:
        return f"{title} ({lead})"
    return f"{title} (late: was due {was_due})" if was_due else title
