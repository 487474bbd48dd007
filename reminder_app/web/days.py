"""A list cut to some days: `since` and `until` as people give them, on the looker's own clock."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reminder_app.web.formatting import zone


def day_or_none(text: str | None) -> date | None:
    """Years that nobody means are none, as are words."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None


def as_moments(asked: Mapping[str, date | None], place: ZoneInfo | None = None) -> dict[str, Any]:
    """Of its `since` and `until`, the last day that belongs to it. `place`: without it, the looker's."""
    since, until, place = asked["since"], asked["until"], place or zone()
    return {
        "since": datetime.combine(since, time(), place) if since else None,
        "until": datetime.combine(until + timedelta(days=1), time(), place) if until else None,
    }
