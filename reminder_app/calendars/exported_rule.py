"""A schedule as other calendars compute the same from it.

What they read differently is written in another way: short months by BYSETPOS, hours that pass in UTC, an
UNTIL as an instant, and what no rule says alike for all of them as a list of dates.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from reminder_app.recurrence import Schedule, occurrences, rrule
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import rule_of
from reminder_app.recurrence.wall_time import to_instant, zone_named

SHORTEST_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FEBRUARY = 28
MOST_DATES = 400
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Exported:
    """is_utc: the start and all that repeats it stand in UTC. dates: instants, where there is no rule."""

    is_utc: bool = False
    rule: str | None = None
    dates: tuple[datetime, ...] = ()


def exported(schedule: Schedule, since: datetime) -> Exported:
    """`since`: from where on dates matter, if it takes a list of them."""
    if schedule.rule is None:
        return Exported()
    rule = rule_of(schedule)
    if rule.freq == "HOURLY":
        if has_days(rule):
            return by_dates(schedule, since)
        return Exported(is_utc=True, rule=written(rule, schedule))
    if is_read_differently(rule):
        return by_dates(schedule, since)
    if schedule.month_end == "clamp" and rule.freq in ("MONTHLY", "YEARLY") and not rule.weekdays:
        clamped = with_month_ends(filled(rule, schedule.starts_at))
        return Exported(rule=written(clamped, schedule)) if clamped else by_dates(schedule, since)
    return Exported(rule=written(rule, schedule))


def has_days(rule: Rule) -> bool:
    return bool(rule.months or rule.month_days or rule.weekdays)


def is_read_differently(rule: Rule) -> bool:
    """Weeks over the year end; positions in the week that the start divides."""
    return bool(rule.week_numbers) or (rule.freq == "WEEKLY" and bool(rule.positions))


def with_month_ends(rule: Rule) -> Rule | None:
    """The 31st as the last of the 28th to the 31st. None when no rule says it."""
    shortest = min((SHORTEST_MONTH[month - 1] for month in rule.months), default=FEBRUARY)
    late = [day for day in rule.month_days if day > shortest]
    if not late:
        return rule
    early = [day for day in rule.month_days if 0 < day <= FEBRUARY]
    is_plain = len(late) == 1 and len(early) + 1 == len(rule.month_days)
    if not is_plain or rule.positions or len(rule.hours) > 1:
        return None
    if rule.freq == "YEARLY" and len(rule.months) > 1:
        if rule.interval > 1:
            return None
        rule = replace(rule, freq="MONTHLY")
    days = tuple(sorted({*early, *range(FEBRUARY, late[0] + 1)}))
    return replace(rule, month_days=days, positions=(*range(1, len(early) + 1), -1))


def written(rule: Rule, schedule: Schedule) -> str:
    if rule.count and len(rule.hours) > 1:
        # Where a gap makes one of two hours, others count both.
        *_, last = (one.at for one in occurrences(schedule))
        rule = replace(rule, count=None, until=last)
    if isinstance(rule.until, date) and not isinstance(rule.until, datetime):
        rule = replace(rule, until=end_of(rule.until, schedule.zone))
    return rrule.write(rule)


def end_of(day: date, name: str) -> datetime:
    """The last second of a local day: beside a DTSTART with a zone, UNTIL stands in UTC."""
    zone = zone_named(name)
    assert zone is not None  # noqa: S101 - of a schedule that was checked
    return to_instant(datetime.combine(day + timedelta(days=1), time()), zone) - A_SECOND


def by_dates(schedule: Schedule, since: datetime) -> Exported:
    found = (one.at for one in occurrences(schedule, since))
    return Exported(is_utc=True, dates=tuple(islice(found, MOST_DATES)))


def start_of(schedule: Schedule) -> datetime:
    zone = zone_named(schedule.zone)
    assert zone is not None  # noqa: S101 - of a schedule that was checked
    return to_instant(schedule.starts_at, zone).astimezone(UTC)
