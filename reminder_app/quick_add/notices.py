"""Lengths of time, early notices, and small steps that join what was read."""

from datetime import date, timedelta

from reminder_app.quick_add import days, repeats, weekdays
from reminder_app.quick_add.meaning import Here, Length, Meaning, Reading, clear

A_YEAR = 365 * 24 * 60  # minutes


def length(_here: Here, number: int, unit: str) -> Length | None:
    return Length(number, unit) if number else None


def length_of(_here: Here, number: int, unit: str) -> Length:
    return Length(number, unit)


def fixed(_here: Here, number: int, unit: str) -> Length:
    return Length(number, unit)


def hours_and(_here: Here, minutes: int, number: int, _unit: bool) -> Length:
    """1.5 hours"""
    return Length(60 * number + minutes, "minute")


def hours_and_minutes(_here: Here, hours: int, _h: bool, minutes: int, _m: bool) -> Length | None:
    """1h 30m"""
    return hours_and_minutes_of(_here, hours, minutes)


def hours_and_minutes_of(_here: Here, hours: int, minutes: int) -> Length | None:
    return Length(60 * hours + minutes, "minute") if hours or minutes else None


def minutes_of(length: Length) -> int:
    return length.number * days.MINUTES[length.unit]


def before(_here: Here, lengths: tuple[Length, ...]) -> Reading | None:
    """2 days and 1 hour before: two notices."""
    found = tuple(sorted({minutes_of(one) for one in lengths}, reverse=True))
    return clear(minutes=found) if found and found[0] <= A_YEAR else None


def one_before(_here: Here, minutes: int) -> Reading:
    return clear(minutes=(minutes,))


def pair(_here: Here, day: int, month: int) -> tuple[int, int] | None:
    """No date of "the last April": the last counts from the end."""
    return (day, month) if day > 0 else None


def pair_turned(here: Here, month: int, day: int) -> tuple[int, int] | None:
    return pair(here, day, month)


def on_date(here: Here, at: tuple[int, int], year: int | None = None) -> Reading | None:
    return days.on_full_date(here, *at, year) if year else days.on_date(here, *at)


def every_date(here: Here, at: tuple[int, int]) -> Reading | None:
    return repeats.on_date(here, *at)


def until_weekday(here: Here, weekday: int) -> Reading:
    return days.until(here, weekdays.a_weekday(here, weekday))


def until_slashed(here: Here, parts: tuple[int, int, int | None, bool]) -> Reading | None:
    found = days.on_slashed(here, parts)
    return days.until(here, found) if found else None


def until_day(here: Here, day: int) -> Reading | None:
    found = days.in_month(here, day)
    return days.until(here, found) if found else None


def for_unit(here: Here, unit: str) -> Reading | None:
    return repeats.for_length(here, Length(1, unit))


def nothing(_here: Here) -> Reading:
    return Reading((Meaning(),))


def nothing_of(_here: Here, _length: Length, _day: Reading) -> Reading:
    """So long before a day that is itself in doubt: better nothing than the day alone."""
    return Reading((Meaning(),))


def last_day(start: date, length: Length) -> date | None:
    """for 3 weeks from the start on, that day included."""
    after_it = days.moved(start, length)
    return after_it - timedelta(days=1) if after_it else None
