"""A reminder that comes back so long after it was done: "3 days after it is done", kept as P3D.

The time of day stays; days, weeks and months are counted from the local day on which it was done. A month that is
too short gives its last day.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from reminder_app.errors import refuse
from reminder_app.recurrence.rrule import YEARS
from reminder_app.recurrence.schedule import Schedule
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

MOST = {"D": 366, "W": 104, "M": 120}
AT_MOST = {
    "D": lazy_gettext("Choose at most %(most)s days.", most=MOST["D"]),
    "W": lazy_gettext("Choose at most %(most)s weeks.", most=MOST["W"]),
    "M": lazy_gettext("Choose at most %(most)s months.", most=MOST["M"]),
}
AFTER = re.compile(r"P([1-9][0-9]{0,2})([DWM])", re.ASCII)


def checked(after: str) -> str:
    """Raises Invalid naming repeat_after."""
    found = AFTER.fullmatch(after)
    if found is None:
        refuse("repeat_after", _("Write days, weeks or months, such as P3D, P2W or P1M."))
    if int(found[1]) > MOST[found[2]]:
        refuse("repeat_after", str(AT_MOST[found[2]]))
    return after


def parts(after: str) -> tuple[int, str]:
    """(3, "D")"""
    return int(after[1:-1]), after[-1]


def restarted(schedule: Schedule, due_at: datetime, done_at: datetime) -> datetime | None:
    """The start of the next time, after `due_at` was done at `done_at`; None: beyond all calendars.

    Done so early that the next would not come later than this one, it counts from this one.
    """
    zone = zone_named(schedule.zone)
    if schedule.after is None or zone is None:
        return None
    for day in (to_wall(done_at, zone).date(), to_wall(due_at, zone).date()):
        start = datetime.combine(added(day, schedule.after), schedule.starts_at.time())
        if to_instant(start, zone) > due_at:
            return start if start.year in YEARS else None
    return None


def next_start(schedule: Schedule, since: datetime) -> datetime:
    """Its time of day, on the first day on which that is not before `since`."""
    zone = zone_named(schedule.zone)
    if zone is None:
        return schedule.starts_at
    start = datetime.combine(to_wall(since, zone).date(), schedule.starts_at.time())
    return start if to_instant(start, zone) >= since else start + timedelta(days=1)


def start_of(schedule: Schedule, due_at: datetime) -> datetime:
    """The start by which `due_at` came about."""
    zone = zone_named(schedule.zone)
    if zone is None:
        return schedule.starts_at
    wall = to_wall(due_at, zone)
    # In the gap of a clock change it came later than asked for, and then perhaps on the next day.
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        start = datetime.combine(day, schedule.starts_at.time())
        if to_instant(start, zone) == due_at:
            return start
    return wall


def added(day: date, after: str) -> date:
    number, unit = parts(after)
    if unit != "M":
        return day + timedelta(days=number * (7 if unit == "W" else 1))
    year, month_before = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = monthrange(year, month_before + 1)[1]
    return date(year, month_before + 1, min(day.day, last))
