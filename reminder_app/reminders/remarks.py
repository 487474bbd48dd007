"""Why a due time is not quite where its rule would have it: said beside the time, before saving."""

import calendar
from datetime import datetime

from reminder_app import recurrence
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import Schedule, rule_of
from reminder_app.recurrence.wall_time import to_wall, zone_named
from reminder_app.recurrence.wording import Clock, day_number, describe, full_day, month
from reminder_app.translations import gettext as _


def remark(schedule: Schedule, at: datetime, clock: Clock = full_day) -> str:
    """Of the occurrence at the instant `at`; empty when there is nothing to say."""
    one = next(recurrence.occurrences(schedule, at))
    return _of_clocks(schedule.zone, one, clock(one.wall.time())) or _of_month(schedule, one.wall)


def is_about_month_ends(schedule: Schedule) -> bool:
    """Does it matter what happens in months without a 31st?"""
    clamped = Schedule(schedule.starts_at, schedule.zone, schedule.rule, "clamp")
    skipped = Schedule(schedule.starts_at, schedule.zone, schedule.rule, "skip")
    return describe(clamped) != describe(skipped)


def _of_clocks(zone: str, one: recurrence.Occurrence, asked: str) -> str:
    place, wall = zone_named(zone), one.wall
    if place is None:
        return ""
    if to_wall(one.at, place) != wall:
        return _("the clocks go forward: there is no %(time)s that day", time=asked)
    first, second = (wall.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        return _("the clocks go back: the first of two %(time)s", time=asked)
    return ""


def _of_month(schedule: Schedule, wall: datetime) -> str:
    wanted = _day_of_month(schedule)
    last = calendar.monthrange(wall.year, wall.month)[1]
    if wanted > last == wall.day:
        return _(
            "the last day, as %(month)s has no %(day)s",
            month=month(wall.month),
            day=day_number(wanted),
        )
    return ""


def _day_of_month(schedule: Schedule) -> int:
    """The one day of a month that the rule is about, or 0."""
    if schedule.rule is None:
        return 0
    rule = rule_of(schedule)
    if rule.freq not in ("MONTHLY", "YEARLY") or _is_by_other_days(rule):
        return 0
    return max(rule.month_days, default=schedule.starts_at.day)


def _is_by_other_days(rule: Rule) -> bool:
    return bool(rule.weekdays or rule.year_days or rule.week_numbers or rule.positions)
