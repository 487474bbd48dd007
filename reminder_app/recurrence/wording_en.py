"""A schedule in plain English."""

from collections.abc import Iterable, Iterator
from datetime import date

from reminder_app.recurrence import phrases
from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY, listed
from reminder_app.recurrence.rrule import Rule

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
UNITS = {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day", "HOURLY": "hour"}
OF_DONE = {"D": "day", "W": "week", "M": "month"}


def once(day: date, clock: str) -> str:
    return f"Once on {date_of(day)} at {clock}"


def after_done(number: int, unit: str) -> str:
    return f"{number} {OF_DONE[unit]}{'s' if number > 1 else ''} after it is done"


def after_done_at(number: int, unit: str, clock: str) -> str:
    return f"{after_done(number, unit)}, at {clock}"


def so_often(number: int, unit: str, rule: Rule) -> str:
    """3 times a week, on Mon, Wed or Fri"""
    often = {1: "Once", 2: "Twice"}.get(number, f"{number} times")
    days = [DAYS[day][:3] for _, day in rule.weekdays]
    on = f", on {phrases.listed(days, 'or')}" if days else ""
    return f"{often} a {unit}{on}"


def repeating(rule: Rule, month_end: str) -> str:
    every = f"Every {_counted(rule.interval, UNITS[rule.freq])}"
    days = " ".join(_days(rule))
    if days and rule.freq in ("DAILY", "HOURLY"):
        return f"{every}, only {days},"
    text = " ".join((every, *filter(None, (days, *_notes(rule, month_end)))))
    return "Every weekday" if text == "Every week on weekdays" else text


def at_times(clocks: Iterable[str]) -> str:
    return f" at {listed(clocks)}"


def hourly_from(clock: str) -> str:
    return f" from {clock}"


def times(count: int) -> str:
    return ", once" if count == 1 else f", {count} times"


def until(day: date, clock: str = "") -> str:
    return f" until {date_of(day)}, {clock}" if clock else f" until {date_of(day)}"


def date_of(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _counted(number: int, unit: str) -> str:
    return unit if number == 1 else f"{number} {unit}s"


def _days(rule: Rule) -> Iterator[str]:
    """Clauses that each narrow the one before: on the 13th, if it is a Friday, in June."""
    if phrases.is_one_date(rule):
        yield f"on {rule.month_days[0]} {MONTHS[rule.months[0] - 1]}"
        return
    numbers = [*_month_days(rule), *_year_days(rule)]
    yield from (f"{'on' if i == 0 else 'if it is'} {text}" for i, text in enumerate(numbers))
    if rule.weekdays and numbers:
        yield f"if it is {listed(_named(rule), 'or')}"
    elif rule.weekdays:
        yield f"on {_weekdays(rule)}"
    if rule.week_numbers:
        yield f"in the {listed(map(ordinal, rule.week_numbers))} week of the year"
    if rule.months:
        yield f"in {listed(MONTHS[month - 1] for month in rule.months)}"


def _month_days(rule: Rule) -> Iterator[str]:
    if rule.month_days == (-1,):
        yield "the last day"
    elif rule.month_days:
        yield f"the {listed(map(ordinal, rule.month_days))}{_of_day(rule.month_days)}"


def _of_day(numbers: tuple[int, ...]) -> str:
    return " day" if numbers[-1] < 0 else ""  # "the 2nd last" alone says too little


def _year_days(rule: Rule) -> Iterator[str]:
    if rule.year_days:
        yield f"the {listed(map(ordinal, rule.year_days))} day of the year"


def _weekdays(rule: Rule) -> str:
    if rule.weekdays[0][0]:
        whole_year = " of the year" if phrases.is_of_year(rule) else ""
        return f"the {listed(f'{ordinal(n)} {DAYS[day]}' for n, day in rule.weekdays)}{whole_year}"
    if rule.weekdays == MONDAY_TO_FRIDAY:
        return (
            f"the {ordinal(rule.positions[0])} weekday" if phrases.picks_one(rule) else "weekdays"
        )
    return f"{'every ' if phrases.has_several_weeks(rule) else ''}{listed(_named(rule))}"


def _named(rule: Rule) -> list[str]:
    names = [DAYS[day] for _, day in rule.weekdays]
    return names if len(names) == 1 else [name[:3] for name in names]


def _notes(rule: Rule, month_end: str) -> Iterator[str]:
    if phrases.has_short_months(rule):
        yield "(or the last day)" if month_end == "clamp" else "(not in shorter months)"
    if rule.positions and not phrases.names_working_day(rule):
        chosen = listed(map(ordinal, rule.positions))
        yield f"(only the {chosen} of these times each {UNITS[rule.freq]})"
    if phrases.says_week_start(rule):
        yield f"(weeks start on {DAYS[rule.week_start]})"


def ordinal(number: int) -> str:
    if number == -1:
        return "last"
    size = abs(number)
    ending = (
        "th" if size % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(size % 10, "th")
    )
    return f"{size}{ending}{' last' if number < 0 else ''}"
