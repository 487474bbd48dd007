"""Does a rule want this day? By month, by weekday (also the nth), by number of the week."""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from reminder_app.reminders.rrule import Rule

Filter = Callable[[date], bool]


def day_filters(rule: Rule) -> Iterator[Filter]:
    """The cheapest first: an impossible rule runs through 40 years of days before it is refused."""
    if rule.months:
        yield lambda day: day.month in rule.months
    if rule.weekdays:
        yield _weekday_filter(rule)
    if rule.week_numbers:
        yield _week_filter(rule)


def _week_filter(rule: Rule) -> Filter:
    def keeps(day: date) -> bool:
        number, weeks = _week_number(day, rule.week_start)
        return number in rule.week_numbers or number - weeks - 1 in rule.week_numbers

    return keeps


def _weekday_filter(rule: Rule) -> Filter:
    weekdays = frozenset(weekday for _, weekday in rule.weekdays)
    if all(n == 0 for n, _ in rule.weekdays):
        return lambda day: day.weekday() in weekdays
    wanted = frozenset(rule.weekdays)
    place = _in_month if rule.freq == "MONTHLY" or rule.months else _in_year

    def keeps(day: date) -> bool:
        weekday = day.weekday()
        if weekday not in weekdays:
            return False
        number, length = place(day)
        from_end = (number - length - 1) // 7
        return ((number + 6) // 7, weekday) in wanted or (from_end, weekday) in wanted

    return keeps


def _in_month(day: date) -> tuple[int, int]:
    return day.day, monthrange(day.year, day.month)[1]


def _in_year(day: date) -> tuple[int, int]:
    new_year = date(day.year, 1, 1).toordinal()
    return day.toordinal() - new_year + 1, 366 if isleap(day.year) else 365


def _week_number(day: date, week_start: int) -> tuple[int, int]:
    """The number of the day's week in its year, and how many weeks that year has."""
    # A week belongs to the year that has at least four of its days, so to that of its fourth day.
    fourth = day + timedelta(days=3 - (day.weekday() - week_start) % 7)
    number, length = _in_year(fourth)
    week = (number + 6) // 7
    return week, week + (length - number) // 7
