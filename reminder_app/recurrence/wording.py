"""A schedule in plain English."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time

from reminder_app.recurrence.completion import in_words
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import Schedule, rule_of
from reminder_app.recurrence.wall_time import to_wall, zone_named

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORTEST_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
UNITS = {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day", "HOURLY": "hour"}
MONDAY_TO_FRIDAY = tuple((0, day) for day in range(5))
Clock = Callable[[time], str]


def full_day(at: time) -> str:
    """09:00, and the seconds where there are some."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def describe(schedule: Schedule, clock: Clock = full_day) -> str:
    """One line for a valid schedule, without its zone: "Every 2 weeks on Mon and Thu at 09:00"."""
    start = schedule.starts_at
    if schedule.after:
        return f"{in_words(schedule.after)}, at {clock(start.time())}"
    if schedule.rule is None:
        return f"Once on {_date(start)} at {clock(start.time())}"
    rule = filled(rule_of(schedule), start)
    days, end = _repeating(rule, schedule.month_end), _end(rule, schedule.zone, clock)
    return f"{days}{_times(rule, start, clock)}{end}"


def describe_days(schedule: Schedule, clock: Clock = full_day) -> str:
    """The same for a repeating one, without its time of day where it has only one."""
    if schedule.after:
        return in_words(schedule.after)
    rule = filled(rule_of(schedule), schedule.starts_at)
    if rule.freq == "HOURLY" or len(rule.hours) > 1:
        return describe(schedule, clock)
    days = _repeating(rule, schedule.month_end).removesuffix(",")
    return f"{days}{_end(rule, schedule.zone, clock)}"


def _repeating(rule: Rule, month_end: str) -> str:
    every = f"Every {_counted(rule.interval, UNITS[rule.freq])}"
    days = " ".join(_days(rule))
    if days and rule.freq in ("DAILY", "HOURLY"):
        return f"{every}, only {days},"
    text = " ".join((every, *filter(None, (days, *_notes(rule, month_end)))))
    return "Every weekday" if text == "Every week on weekdays" else text


def _counted(number: int, unit: str) -> str:
    return unit if number == 1 else f"{number} {unit}s"


def _days(rule: Rule) -> Iterator[str]:
    """Clauses that each narrow the one before: on the 13th, if it is a Friday, in June."""
    if _is_one_date(rule):
        yield f"on {rule.month_days[0]} {MONTHS[rule.months[0] - 1]}"
        return
    numbers = [*_month_days(rule), *_year_days(rule)]
    yield from (f"{'on' if i == 0 else 'if it is'} {text}" for i, text in enumerate(numbers))
    if rule.weekdays and numbers:
        yield f"if it is {listed(_named(rule), 'or')}"
    elif rule.weekdays:
        yield f"on {_weekdays(rule)}"
    if rule.week_numbers:
        yield f"in the {listed(map(_ordinal, rule.week_numbers))} week of the year"
    if rule.months:
        yield f"in {listed(MONTHS[month - 1] for month in rule.months)}"


def _is_one_date(rule: Rule) -> bool:
    days = (*rule.month_days, *rule.weekdays, *rule.year_days)
    is_one = len(days) == len(rule.month_days) == len(rule.months) == 1
    return is_one and rule.month_days[0] > 0 and rule.freq == "YEARLY"


def _month_days(rule: Rule) -> Iterator[str]:
    if rule.month_days == (-1,):
        yield "the last day"
    elif rule.month_days:
        yield f"the {listed(map(_ordinal, rule.month_days))}{_of_day(rule.month_days)}"


def _of_day(numbers: tuple[int, ...]) -> str:
    return " day" if numbers[-1] < 0 else ""  # "the 2nd last" alone says too little


def _year_days(rule: Rule) -> Iterator[str]:
    if rule.year_days:
        yield f"the {listed(map(_ordinal, rule.year_days))} day of the year"


def _weekdays(rule: Rule) -> str:
    if rule.weekdays[0][0]:
        whole_year = " of the year" if rule.freq == "YEARLY" and not rule.months else ""
        return f"the {listed(f'{_ordinal(n)} {DAYS[day]}' for n, day in rule.weekdays)}{whole_year}"
    if rule.weekdays == MONDAY_TO_FRIDAY:
        return f"the {_ordinal(rule.positions[0])} weekday" if _picks_one(rule) else "weekdays"
    is_several = rule.freq in ("MONTHLY", "YEARLY") and not rule.week_numbers
    return f"{'every ' if is_several else ''}{listed(_named(rule))}"


def _named(rule: Rule) -> list[str]:
    names = [DAYS[day] for _, day in rule.weekdays]
    return names if len(names) == 1 else [name[:3] for name in names]


def _picks_one(rule: Rule) -> bool:
    """The last weekday of a month, or the like."""
    is_alone = not (rule.month_days or rule.year_days or rule.months)
    return is_alone and len(rule.positions) == 1 and len(rule.hours) < 2


def _notes(rule: Rule, month_end: str) -> Iterator[str]:
    lengths = [SHORTEST_MONTH[month - 1] for month in rule.months] or [28]
    if any(day > min(lengths) for day in rule.month_days) and not rule.weekdays:
        yield "(or the last day)" if month_end == "clamp" else "(not in shorter months)"
    if rule.positions and not (rule.weekdays == MONDAY_TO_FRIDAY and _picks_one(rule)):
        chosen = listed(map(_ordinal, rule.positions))
        yield f"(only the {chosen} of these times each {UNITS[rule.freq]})"
    if rule.week_start and rule.freq in ("WEEKLY", "YEARLY"):
        yield f"(weeks start on {DAYS[rule.week_start]})"


def _ordinal(number: int) -> str:
    if number == -1:
        return "last"
    size = abs(number)
    ending = (
        "th" if size % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(size % 10, "th")
    )
    return f"{size}{ending}{' last' if number < 0 else ''}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def by_place(rule: Rule) -> list[tuple[int, int]]:
    """Its weekdays with their numbers in the month; the last comes last."""
    return sorted(rule.weekdays, key=lambda day: (day[0] < 0, day))


def _times(rule: Rule, start: datetime, clock: Clock) -> str:
    if rule.freq == "HOURLY":
        return f" from {clock(start.time())}"
    hours = rule.hours or (start.hour,)
    return f" at {listed(clock(start.time().replace(hour=hour)) for hour in hours)}"


def _end(rule: Rule, zone: str, clock: Clock) -> str:
    if rule.count:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    place = zone_named(zone)
    if isinstance(rule.until, datetime) and place:
        wall = to_wall(rule.until, place)
        return f" until {_date(wall)}, {clock(wall.time())}"
    return f" until {_date(rule.until)}" if rule.until else ""


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
