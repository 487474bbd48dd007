"""The choices of the repeat form, to a rule and back."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from reminder_app.errors import refuse
from reminder_app.recurrence import rrule
from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY
from reminder_app.recurrence.rrule import WEEKDAYS, Rule
from reminder_app.recurrence.rrule_check import MAX_COUNT, MAX_INTERVAL
from reminder_app.translations import gettext as _

Kind = Literal[
    "never",
    "daily",
    "weekdays",
    "weekly",
    "monthly_day",
    "monthly_last_day",
    "monthly_weekday",
    "yearly",
    "custom",
    "after_done",
    "so_many",
]
NTH = (1, 2, 3, 4, -1)


@dataclass(frozen=True)
class Repeat:
    """What the form shows. What is None or empty is taken from the start, and moves with it.

    days and weekday: MO..SU; day: 1..31; month: 1..12, with day, for yearly; nth: 1..4, or -1 for the last.
    rule: the text of a custom rule, which holds its own end.
    """

    kind: Kind = "never"
    every: int = 1
    days: tuple[str, ...] = ()
    month: int | None = None
    day: int | None = None
    nth: int | None = None
    weekday: str | None = None
    ends: Literal["never", "until", "count"] = "never"
    until: date | None = None
    count: int | None = None
    rule: str | None = None


def to_rule(repeat: Repeat, starts_at: datetime) -> str | None:
    """The rule in normal form, None for "never"; still to be validated, or snapped, with its start.

    Raises Invalid naming the field of the form.
    """
    if repeat.kind in ("never", "after_done"):
        return None
    if repeat.kind == "custom":
        return repeat.rule or refuse("rule", _("Write the rule, for example FREQ=WEEKLY;BYDAY=MO."))
    rule = _days(repeat, starts_at)
    _check_range("every", repeat.every, MAX_INTERVAL[rule.freq])
    return rrule.write(_ending(repeat, rule, starts_at))


def from_rule(rule: str | None, starts_at: datetime) -> Repeat:
    """The form's choices for a valid rule; kind "custom" when the form cannot show it."""
    if rule is None:
        return Repeat()
    custom = Repeat(kind="custom", rule=rule)
    parsed = rrule.parse(rule)
    if isinstance(parsed.until, datetime):
        return custom
    shown = _shown(parsed)
    if shown is None or rrule.write(_days(shown, starts_at)) != rrule.write(_endless(parsed)):
        return custom
    return _with_end(shown, parsed)


def _check_range(field: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        refuse(field, _("Choose a number from 1 to %(most)s.", most=most))


def _days(repeat: Repeat, starts_at: datetime) -> Rule:
    every = repeat.every
    match repeat.kind:
        case "daily":
            return Rule("DAILY", every)
        case "weekdays":
            return Rule("WEEKLY", every, weekdays=MONDAY_TO_FRIDAY)
        case "so_many" if not repeat.days:
            return Rule("DAILY")
        case "weekly" | "so_many":
            days = {(0, _weekday("days", day)) for day in repeat.days}
            return Rule("WEEKLY", every, weekdays=tuple(sorted(days)))
        case "yearly":
            months = _some("month", repeat.month, 12)
            return Rule("YEARLY", every, months=months, month_days=_some("day", repeat.day, 31))
        case _:
            return _in_month(repeat, starts_at)


def _in_month(repeat: Repeat, starts_at: datetime) -> Rule:
    monthly = Rule("MONTHLY", repeat.every)
    if repeat.kind == "monthly_last_day":
        return replace(monthly, month_days=(-1,))
    if repeat.kind == "monthly_day":
        return replace(monthly, month_days=_some("day", repeat.day, 31))
    nth = repeat.nth or _nth(starts_at)
    if nth not in NTH:
        refuse("nth", _("Choose the first to the fourth, or the last."))
    weekday = _weekday("weekday", repeat.weekday or WEEKDAYS[starts_at.weekday()])
    return replace(monthly, weekdays=((nth, weekday),))


def _nth(starts_at: datetime) -> int:
    """Which of its month's Mondays a Monday is; a fifth is the last, as most months have no fifth."""
    nth = (starts_at.day + 6) // 7
    return nth if nth < 5 else -1


def _weekday(field: str, name: str) -> int:
    if name not in WEEKDAYS:
        refuse(field, _("Choose days of the week: MO, TU, WE, TH, FR, SA, SU."))
    return WEEKDAYS.index(name)


def _some(field: str, number: int | None, most: int) -> tuple[int, ...]:
    if number is None:
        return ()
    _check_range(field, number, most)
    return (number,)


def _ending(repeat: Repeat, rule: Rule, starts_at: datetime) -> Rule:
    if repeat.ends == "until":
        if repeat.until is None or repeat.until < starts_at.date():
            refuse("until", _("Choose the last day, not before the start."))
        return replace(rule, until=repeat.until)
    if repeat.ends == "count":
        _check_range("count", repeat.count or 0, MAX_COUNT)
        return replace(rule, count=repeat.count)
    return rule


def _with_end(repeat: Repeat, rule: Rule) -> Repeat:
    if rule.until:
        return replace(repeat, ends="until", until=rule.until)
    if rule.count:
        return replace(repeat, ends="count", count=rule.count)
    return repeat


def _endless(rule: Rule) -> Rule:
    return replace(rule, until=None, count=None)


def _shown(rule: Rule) -> Repeat | None:
    """The nearest thing the form can show; the caller sees whether it is the same rule."""
    every = rule.interval
    match rule.freq:
        case "DAILY":
            return Repeat("daily", every)
        case "WEEKLY" if every == 1 and rule.weekdays == MONDAY_TO_FRIDAY:
            return Repeat("weekdays")
        case "WEEKLY":
            return Repeat("weekly", every, days=tuple(WEEKDAYS[day] for _, day in rule.weekdays))
        case "MONTHLY":
            return _shown_in_month(rule)
        case "YEARLY":
            return Repeat("yearly", every, month=_only(rule.months), day=_only(rule.month_days))
        case _:
            return None


def _shown_in_month(rule: Rule) -> Repeat | None:
    if rule.month_days == (-1,):
        return Repeat("monthly_last_day", rule.interval)
    if not rule.weekdays:
        return Repeat("monthly_day", rule.interval, day=_only(rule.month_days))
    nth, day = rule.weekdays[0]
    if nth not in NTH:
        return None
    return Repeat("monthly_weekday", rule.interval, nth=nth, weekday=WEEKDAYS[day])


def _only(numbers: tuple[int, ...]) -> int | None:
    return numbers[0] if len(numbers) == 1 and numbers[0] > 0 else None
