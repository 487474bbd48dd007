"""The same schedule, changed in the middle: from an occurrence on, before it, or in another zone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from reminder_app.recurrence import rrule
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.instants import Occurrence
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import Schedule, rule_of
from reminder_app.recurrence.series import latest_before_or_at, occurrences
from reminder_app.recurrence.wall_time import to_instant, to_wall, zone_named


def from_occurrence(schedule: Schedule, at: datetime) -> Schedule:
    """The part of `schedule` that begins with its occurrence at the instant `at`: "this and all following".

    A rule for the 31st that left the day to its start has it written out when cut on 28 February; COUNT is
    lowered by those gone by. An hourly schedule cut in the hour that the clock shows twice begins an hour
    early. Raises ValueError when nothing is due at `at`.
    """
    one = _occurrence(schedule, at)
    if schedule.rule is None:
        return schedule
    rule = rule_of(schedule)
    if filled(rule, one.wall) != filled(rule, schedule.starts_at):
        rule = filled(rule, schedule.starts_at)
    if rule.count:
        gone = sum(1 for _ in takewhile(lambda earlier: earlier.at < at, occurrences(schedule)))
        rule = replace(rule, count=rule.count - gone)
    return replace(schedule, starts_at=one.wall, rule=rrule.write(rule))


def before_occurrence(schedule: Schedule, at: datetime) -> Schedule | None:
    """The part of `schedule` before its occurrence at the instant `at`; None when that is the first."""
    next_one = _occurrence(schedule, at)
    last = latest_before_or_at(schedule, at - timedelta(microseconds=1))
    if last is None:
        return None
    last_day = _occurrence(schedule, last).wall.date()
    until = last_day if last_day < next_one.wall.date() else last
    return replace(schedule, rule=_with_until(rule_of(schedule), until))


def next_start(schedule: Schedule, end: datetime) -> datetime:
    """The start with which `schedule` leaves out all before `end`, the first moment of a local day."""
    one = next(occurrences(schedule, end), None)
    if one is not None:
        return one.wall
    zone = zone_named(schedule.zone)
    day = to_wall(end, zone).date() if zone else end.date()
    return datetime.combine(day, schedule.starts_at.time())


def in_zone(schedule: Schedule, zone: str) -> Schedule:
    """The same wall times in another zone, the end included: for a person who moves."""
    rule = rule_of(schedule) if schedule.rule else None
    old, new = zone_named(schedule.zone), zone_named(zone)
    if rule and isinstance(rule.until, datetime) and old and new:
        until = to_instant(to_wall(rule.until, old), new)
        return replace(schedule, zone=zone, rule=_with_until(rule, until))
    return replace(schedule, zone=zone)


def _occurrence(schedule: Schedule, at: datetime) -> Occurrence:
    one = next(occurrences(schedule, at), None)
    if one is None or one.at != at:
        raise ValueError("nothing is due at this instant")
    return one


def _with_until(rule: Rule, until: date | datetime) -> str:
    return rrule.write(replace(rule, count=None, until=until))
