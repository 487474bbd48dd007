"""The days that a rule wants: filters, and days found by counting instead of going through the calendar."""

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from reminder_app.recurrence.rrule import Rule

Filter = Callable[[date], bool]
WEEK = 7


def day_filters(rule: Rule) -> Iterator[Filter]:
    if rule.months:
        yield lambda day: day.month in rule.months
    weekdays = frozenset(weekday for n, weekday in rule.weekdays if n == 0)
    if weekdays:
        yield lambda day: day.weekday() in weekdays


def weekdays_in(rule: Rule, first_weekday: int, length: int) -> tuple[int, ...]:
    """BYDAY (MO, 2MO, -1FR) as days 1..length of a month or year that begins on `first_weekday`."""
    found: set[int] = set()
    for n, weekday in rule.weekdays:
        first = (weekday - first_weekday) % WEEK + 1
        every = range(first, length + 1, WEEK)
        found.update(every[place - 1] for place in counted((n,), len(every)))
        found.update(every if n == 0 else ())
    return tuple(sorted(found))


def days_of_year(rule: Rule, year: int) -> list[date]:
    new_year, length = date(year, 1, 1), 366 if isleap(year) else 365
    if rule.year_days:
        numbers = tuple(sorted(set(counted(rule.year_days, length))))
    else:
        numbers = weekdays_in(rule, new_year.weekday(), length)
    return [date.fromordinal(new_year.toordinal() + number - 1) for number in numbers]


def days_of_weeks(rule: Rule, year: int) -> list[date]:
    """The days of the weeks of `year`, some of which lie in the year before or after."""
    first, end = _first_week(year, rule.week_start), _first_week(year + 1, rule.week_start)
    weeks = sorted(set(counted(rule.week_numbers, (end - first) // WEEK)))
    offsets = sorted((weekday - rule.week_start) % WEEK for _, weekday in rule.weekdays)
    return [date.fromordinal(first + WEEK * (n - 1) + day) for n in weeks for day in offsets]


def counted(numbers: Iterable[int], size: int) -> Iterator[int]:
    """Those of 1..size that `numbers` mean; -1 is the last, 0 is none."""
    places = (n if n >= 0 else size + 1 + n for n in numbers)
    return (place for place in places if 1 <= place <= size)


def _first_week(year: int, week_start: int) -> int:
    # It is the first with at least four days in the year, so the one that holds the fourth.
    fourth = date(year, 1, 4)
    return fourth.toordinal() - (fourth.weekday() - week_start) % WEEK
