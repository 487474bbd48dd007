"""What every language asks of a rule before it says it."""

from collections.abc import Iterable

from reminder_app.recurrence.rrule import Rule

SHORTEST_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONDAY_TO_FRIDAY = tuple((0, day) for day in range(5))


def listed(words: Iterable[str], joint: str = "and") -> str:
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def by_place(rule: Rule) -> list[tuple[int, int]]:
    """Its weekdays with their numbers in the month; the last comes last."""
    return sorted(rule.weekdays, key=lambda day: (day[0] < 0, day))


def is_one_date(rule: Rule) -> bool:
    """1 March, each year."""
    days = (*rule.month_days, *rule.weekdays, *rule.year_days)
    is_one = len(days) == len(rule.month_days) == len(rule.months) == 1
    return is_one and rule.month_days[0] > 0 and rule.freq == "YEARLY"


def picks_one(rule: Rule) -> bool:
    """The last weekday of a month, or the like."""
    is_alone = not (rule.month_days or rule.year_days or rule.months)
    return is_alone and len(rule.positions) == 1 and len(rule.hours) < 2


def names_working_day(rule: Rule) -> bool:
    return rule.weekdays == MONDAY_TO_FRIDAY and picks_one(rule)


def has_short_months(rule: Rule) -> bool:
    lengths = [SHORTEST_MONTH[month - 1] for month in rule.months] or [28]
    return any(day > min(lengths) for day in rule.month_days) and not rule.weekdays


def is_of_year(rule: Rule) -> bool:
    """Its counted weekdays are those of a whole year."""
    return rule.freq == "YEARLY" and not rule.months


def has_several_weeks(rule: Rule) -> bool:
    """A weekday comes more than once in its time."""
    return rule.freq in ("MONTHLY", "YEARLY") and not rule.week_numbers


def says_week_start(rule: Rule) -> bool:
    return bool(rule.week_start) and rule.freq in ("WEEKLY", "YEARLY")
