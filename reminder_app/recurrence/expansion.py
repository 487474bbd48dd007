"""A Rule and its start, expanded to local wall times: a calendar without zones or instants.

Written out instead of left to dateutil, whose rrule searches an impossible rule up to the year 9999 and knows
no month end; the tests hold it against dateutil. The search jumps to the period asked for (year, month, week,
day), so a rule from long ago costs as much as a new one, and it never leaves YEARS, so it always ends.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from reminder_app.recurrence.day_filters import (
    Filter,
    counted,
    day_filters,
    days_of_weeks,
    days_of_year,
    weekdays_in,
)
from reminder_app.recurrence.rrule import YEARS, Rule

LAST_DAY = date(YEARS[-1], 12, 31)
MONTH_LENGTHS = (28, 29, 30, 31)


@dataclass(frozen=True)
class Plan:
    """A rule with everything it leaves to its start written out, ready to run."""

    rule: Rule
    start: datetime
    times: tuple[time, ...]
    month_days: dict[int, tuple[int, ...]]  # by length of month
    filters: tuple[Filter, ...]

    @property
    def is_every_day(self) -> bool:
        return not (self.filters or self.rule.month_days)


def plan_of(rule: Rule, start: datetime, month_end: str) -> Plan:
    rule = filled(rule, start)
    clamps = month_end == "clamp" and rule.freq in ("MONTHLY", "YEARLY") and not rule.weekdays
    return Plan(
        rule=rule,
        start=start,
        times=_times(rule, start),
        month_days={length: _month_days(rule, length, clamps) for length in MONTH_LENGTHS},
        filters=tuple(day_filters(rule)),
    )


def filled(rule: Rule, start: datetime) -> Rule:
    """Write out the days that `rule` leaves to its start."""
    if rule.weekdays or rule.month_days or rule.year_days or rule.week_numbers:
        return rule
    if rule.freq == "YEARLY":
        return replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
    if rule.freq == "MONTHLY":
        return replace(rule, month_days=(start.day,))
    if rule.freq == "WEEKLY":
        return replace(rule, weekdays=((0, start.weekday()),))
    return rule


def walls(plan: Plan, since: date, last: date = LAST_DAY) -> Iterator[datetime]:
    """Wall times on or after the day `since` and the start, in order, up to `last`."""
    since = max(since, plan.start.date())
    earliest = max(plan.start, datetime.combine(since, time()))
    for days in PERIODS[plan.rule.freq](plan, since, last):
        yield from (wall for wall in _times_on(plan, days) if wall >= earliest)


def matching_days(plan: Plan, since: date, last: date = LAST_DAY) -> Iterator[date]:
    """Days that pass the filters, whatever the INTERVAL, from the month of `since` on."""
    for index in range(_month_index(since), _month_index(last) + 1):
        yield from _days_of_month(plan, *divmod(index, 12))


def _times(rule: Rule, start: datetime) -> tuple[time, ...]:
    minute = rule.minutes[0] if rule.minutes else start.minute
    second = rule.seconds[0] if rule.seconds else start.second
    return tuple(time(hour, minute, second) for hour in rule.hours or (start.hour,))


def _month_days(rule: Rule, length: int, clamps: bool) -> tuple[int, ...]:
    """The days of the month to look at. From the days of the rule each time, so "the 31st" never drifts."""
    if not rule.month_days:
        return tuple(range(1, length + 1))
    days = {day if day > 0 else length + 1 + day for day in rule.month_days}
    if clamps:
        days = {min(day, length) for day in days}
    return tuple(sorted(day for day in days if 1 <= day <= length))


def _times_on(plan: Plan, days: list[date]) -> list[datetime]:
    times, positions = plan.times, plan.rule.positions
    if not positions:
        return [datetime.combine(day, at) for day in days for at in times]
    places = sorted(set(counted(positions, len(days) * len(times))))
    pairs = (divmod(place - 1, len(times)) for place in places)
    return [datetime.combine(days[day], times[at]) for day, at in pairs]


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _days_of_month(plan: Plan, year: int, month_before: int) -> list[date]:
    month = month_before + 1
    if plan.rule.months and month not in plan.rule.months:
        return []
    first_weekday, length = monthrange(year, month)
    numbers = plan.month_days[length]
    if plan.rule.weekdays and not plan.rule.month_days:
        numbers = weekdays_in(plan.rule, first_weekday, length)
    days = [date(year, month, number) for number in numbers]
    return [day for day in days if all(keeps(day) for keeps in plan.filters)]


def _steps(first: int, since: int, last: int, step: int) -> range:
    """first, first + step, ... from the last one at or before `since` on."""
    return range(first + max(0, (since - first) // step) * step, last + 1, step)


def _years(plan: Plan, since: date, last: date) -> Iterator[list[date]]:
    rule = plan.rule
    if rule.week_numbers:
        # A rule by weeks has no INTERVAL. 1 January may lie in a week of the year before.
        yield from (days_of_weeks(rule, year) for year in range(since.year - 1, last.year + 1))
        return
    for year in _steps(plan.start.year, since.year, last.year, rule.interval):
        if rule.year_days:
            yield [day for day in days_of_year(rule, year) if _fits(plan, day)]
        elif rule.weekdays and not rule.months:
            yield days_of_year(rule, year)
        else:
            yield [day for month in range(12) for day in _days_of_month(plan, year, month)]


def _months(plan: Plan, since: date, last: date) -> Iterator[list[date]]:
    first = _month_index(plan.start.date())
    for index in _steps(first, _month_index(since), _month_index(last), plan.rule.interval):
        yield _days_of_month(plan, *divmod(index, 12))


def _weeks(plan: Plan, since: date, last: date) -> Iterator[list[date]]:
    start, week_start = plan.start.date(), plan.rule.week_start
    first = start.toordinal() - (start.weekday() - week_start) % 7
    offsets = sorted((weekday - week_start) % 7 for _, weekday in plan.rule.weekdays)
    for ordinal in _steps(first, since.toordinal(), last.toordinal() - 6, plan.rule.interval * 7):
        days = [date.fromordinal(ordinal + offset) for offset in offsets]
        yield [day for day in days if all(keeps(day) for keeps in plan.filters)]


def _days(plan: Plan, since: date, last: date) -> Iterator[list[date]]:
    if plan.rule.interval == 1 and not plan.is_every_day:
        yield from _each_day(plan, since, last)
        return
    first = plan.start.date().toordinal()
    for ordinal in _steps(first, since.toordinal(), last.toordinal(), plan.rule.interval):
        day = date.fromordinal(ordinal)
        if plan.is_every_day or _fits(plan, day):
            yield [day]


def _fits(plan: Plan, day: date) -> bool:
    numbers = plan.month_days[monthrange(day.year, day.month)[1]]
    return day.day in numbers and all(keeps(day) for keeps in plan.filters)


def _each_day(plan: Plan, since: date, last: date) -> Iterator[list[date]]:
    """By the month, which passes over eleven months at once where BYMONTH names one."""
    for day in matching_days(plan, since, last):
        yield [day]


# An hourly rule comes here for its days only; its hours are counted in instants.
PERIODS = {
    "YEARLY": _years,
    "MONTHLY": _months,
    "WEEKLY": _weeks,
    "DAILY": _days,
    "HOURLY": _each_day,
}
