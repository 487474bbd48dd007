"""Days by their names. Each function gives what the words can mean, or None when they name no day."""

from collections.abc import Sequence

from reminder_app.quick_add import days
from reminder_app.quick_add.meaning import Here, Length, Meaning, Reading, asked, clear
from reminder_app.recurrence.rrule import Rule

SATURDAY = 5


def a_weekday(here: Here, weekday: int) -> Reading:
    """On a Monday, "Monday" may be today or a week from now."""
    found = [days.since(here.today, weekday)]
    if found[0] == here.today:
        found.append(here.today + 7 * days.A_DAY)
    options = tuple(Meaning(day=day, is_weekday=True) for day in found)
    return Reading(options, "weekday" if len(options) > 1 else "")


def this_weekday(here: Here, weekday: int) -> Reading:
    day = days.since(days.this_week(here), weekday)
    if day >= here.today:
        return clear(day=day, is_weekday=True)
    return asked("past", Meaning(day=days.since(here.today, weekday), is_weekday=True))


def coming_weekday(here: Here, weekday: int) -> Reading:
    return clear(day=days.since(here.today + days.A_DAY, weekday), is_weekday=True)


def weekday_in_part(here: Here, weekday: int, part: str) -> Reading:
    return days.with_part(here, a_weekday(here, weekday), part)


def weekday_on(
    here: Here, weekday: int, at: tuple[int, ...], year: int | None = None
) -> Reading | None:
    """Tuesday, 31 March; None where that is no Tuesday. at: day, month and perhaps a year."""
    found = days.in_order(here, at[0], at[1], year or (at[2] if len(at) > 2 else None))
    day = found.options[0].day if found and not found.topic else None
    return found if day and day.weekday() == weekday else None


def weekday_after_next(here: Here, weekday: int) -> Reading:
    """übernächsten Freitag: the one after what people mean by the next."""
    found = next_weekday(here, weekday)
    options = [
        Meaning(day=one.day + 7 * days.A_DAY, is_weekday=True) for one in found.options if one.day
    ]
    return Reading(tuple(options), found.topic)


def one_of_weekdays(here: Here, weekdays: Sequence[int]) -> Reading | None:
    """on Saturday and Sunday: one of them, or both each week."""
    if len(set(weekdays)) < 2:
        return None
    weekly = Rule("WEEKLY", weekdays=tuple(sorted({(0, weekday) for weekday in weekdays})))
    options = [one for weekday in weekdays for one in a_weekday(here, weekday).options]
    return asked("weekdays", Meaning(rule=weekly), *options)


def one_or_other(here: Here, first: int, second: int) -> Reading:
    """Monday or Tuesday"""
    return asked("perhaps_day", *a_weekday(here, first).options, *a_weekday(here, second).options)


def next_weekday(here: Here, weekday: int) -> Reading:
    """The coming one, or that of next week: people disagree."""
    week = days.this_week(here) + 7 * days.A_DAY
    found = {days.since(here.today + days.A_DAY, weekday), days.since(week, weekday)}
    options = [Meaning(day=day, is_weekday=True) for day in sorted(found)]
    return asked("next", *options) if len(options) > 1 else Reading(tuple(options))


def last_weekday(here: Here, weekday: int) -> Reading:
    """last Friday has passed."""
    return asked("past", *a_weekday(here, weekday).options)


def weekday_week(here: Here, weekday: int) -> Reading | None:
    """Friday week"""
    return weekday_after(here, weekday, Length(1, "week"))


def before_weekday(here: Here, length: Length, weekday: int) -> Reading | None:
    """2 days before Friday"""
    day = days.since(here.today + days.A_DAY, weekday)
    return days.ahead_of(here, length, day)


def weekday_next_week(here: Here, weekday: int) -> Reading:
    return clear(day=days.since(days.this_week(here) + 7 * days.A_DAY, weekday), is_weekday=True)


def weekday_after(here: Here, weekday: int, length: Length) -> Reading | None:
    """Monday in 2 weeks: so long after the coming one."""
    day = days.moved(days.since(here.today + days.A_DAY, weekday), length)
    return days.the(day) if length.unit == "week" else None


def weekday_from(here: Here, length: Length, weekday: int) -> Reading | None:
    """a week from Monday"""
    return weekday_after(here, weekday, length)


def weekend(here: Here) -> Reading:
    is_now = here.today.weekday() >= SATURDAY
    return clear(day=here.today if is_now else days.since(here.today, SATURDAY))


def next_weekend(here: Here) -> Reading:
    coming = days.since(here.today + days.A_DAY, SATURDAY)
    if here.today.weekday() >= SATURDAY:
        return clear(day=coming)
    return asked("next", Meaning(day=coming), Meaning(day=coming + 7 * days.A_DAY))


def weekday_part(here: Here, said: tuple[int, str]) -> Reading:
    """Freitagabend"""
    return weekday_in_part(here, *said)
