"""Days as people name them. Each function gives what the words can mean, or None when they name no day."""

import calendar
from dataclasses import replace
from datetime import UTC, date, timedelta

from reminder_app.quick_add.meaning import Here, Length, Meaning, Reading, asked, clear
from reminder_app.recurrence.rrule import YEARS

A_DAY = timedelta(days=1)
MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080, "month": 43_200, "year": 525_600}
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}


def ahead(here: Here, days: int) -> Reading | None:
    """So many days from today; what lies behind is asked about."""
    if days < 0:
        return asked("past", Meaning(day=here.today), Meaning(day=here.today + A_DAY))
    return the(_safely(here.today, days))


def the(day: date | None) -> Reading | None:
    return clear(day=day) if day and day.year in YEARS else None


def _safely(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def later(here: Here, length: Length) -> Reading | None:
    """in 3 weeks"""
    return the(moved(here.today, length))


def moved(day: date, length: Length) -> date | None:
    """A month later is the same day or, in a shorter month, its last; None for hours and minutes."""
    number, unit = length
    if unit in DAYS:
        return _safely(day, number * DAYS[unit])
    return in_months(day, number * MONTHS[unit]) if unit in MONTHS else None


def before(here: Here, length: Length, at: tuple[int, int]) -> Reading | None:
    """a week before 15 May"""
    found = on_date(here, *at)
    day = found.options[0].day
    return ahead_of(here, length, day) if day and not found.topic else None


def ahead_of(here: Here, length: Length, day: date) -> Reading | None:
    found = moved(day, Length(-length.number, length.unit))
    if found is None or found >= here.today:
        return the(found)
    return asked("past", Meaning(day=here.today), Meaning(day=here.today + A_DAY))


def in_months(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year not in YEARS:
        return None
    return date(year, month + 1, min(day.day, last_of(year, month + 1)))


def last_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def moment(here: Here, length: Length) -> Reading | None:
    """in 2 hours: that many hours that pass, whatever the clocks do meanwhile; up to the full minute."""
    number, unit = length
    if unit not in ("minute", "hour"):
        return None
    at = here.now.astimezone(UTC) + timedelta(minutes=number * MINUTES[unit])
    wall = at.astimezone(here.zone).replace(tzinfo=None)
    full = wall.replace(second=0, microsecond=0)
    wall = full if full == wall else full + timedelta(minutes=1)
    return clear(day=wall.date(), clock=wall.time()) if number else None


def since(start: date, weekday: int) -> date:
    """The first such weekday on or after `start`."""
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def this_week(here: Here) -> date:
    return here.today - timedelta(days=(here.today.weekday() - here.first_weekday) % 7)


def later_than(here: Here, days: int, length: Length) -> Reading | None:
    """a week from tomorrow"""
    first = _safely(here.today, days)
    return the(moved(first, length)) if first else None


def next_period(here: Here, unit: str, number: int = 1) -> Reading | None:
    """The first day of the next week, month or year."""
    return the(period_start(here, unit, number))


def period_start(here: Here, unit: str, number: int) -> date | None:
    if unit == "week":
        return _safely(this_week(here), 7 * number)
    start = here.today.replace(day=1) if unit == "month" else here.today.replace(month=1, day=1)
    return in_months(start, MONTHS[unit] * number)


def end_of(here: Here, number: int, unit: str) -> Reading | None:
    """The last day of this period (0) or the next (1); of a week, Friday or its last."""
    following = period_start(here, unit, number + 1)
    if following is None:
        return None
    last = following - A_DAY
    if unit == "week":
        friday = since(last - 6 * A_DAY, 4)
        days = [day for day in (friday, last) if day >= here.today]
        return asked("end_of_week", *(Meaning(day=day) for day in days))
    return the(last)


def start_of_month(here: Here, month: int) -> Reading:
    return on_date(here, 1, month)


def end_of_month(here: Here, month: int) -> Reading | None:
    start = here.today.replace(month=1, day=1)
    ends = [in_months(start, month - 1 + months) for months in (0, 12)]
    last = [one.replace(day=last_of(one.year, month)) for one in ends if one]
    return the(next((day for day in last if day >= here.today), None))


def until_month(here: Here, month: int) -> Reading | None:
    """until June: up to it, or with it."""
    last = end_of_month(here, month)
    end = last.options[0].day if last else None
    if end is None:
        return None
    before = end.replace(day=1) - A_DAY
    found = [day for day in (before, end) if day >= here.today]
    return asked("until_month", *(Meaning(until=day) for day in found))


def on_date(here: Here, day: int, month: int) -> Reading:
    """15 March: this year's, or the next when that is over."""
    this, following = here.today.year, here.today.year + 1
    if day > last_of(2028, month):  # a leap year: no year has 30 February
        return no_such_day(here, this, month)
    if day > last_of(this, month):
        leap = next(year for year in range(this, this + 9) if last_of(year, 2) == 29)
        near = no_such_day(here, this, month)
        return asked("no_such_day", *near.options, Meaning(day=date(leap, month, day)))
    found = date(this, month, day)
    if found >= here.today:
        return clear(day=found)
    if day > last_of(following, month):
        return no_such_day(here, following, month)
    return clear(day=date(following, month, day))


def no_such_day(here: Here, year: int, month: int) -> Reading:
    """The day before the gap in the calendar, or the one after it."""
    last = date(year, month, last_of(year, month))
    if last < here.today:
        last = date(year + 1, month, last_of(year + 1, month))
    return asked("no_such_day", Meaning(day=last), Meaning(day=last + A_DAY))


def on_full_date(here: Here, day: int, month: int, year: int) -> Reading | None:
    if not 1 <= month <= 12 or day < 1 or year not in YEARS:
        return None
    if day > last_of(year, month):
        return no_such_day(here, year, month) if day <= 31 else None
    found = date(year, month, day)
    if found >= here.today:
        return clear(day=found)
    return asked("past", *on_date(here, day, month).options)


def on_month_first(here: Here, month: int, day: int, year: int | None = None) -> Reading | None:
    return on_full_date(here, day, month, year) if year else on_date(here, day, month)


def on_iso(here: Here, parts: tuple[int, int, int]) -> Reading | None:
    year, month, day = parts
    return on_full_date(here, day, month, year)


def on_dotted(here: Here, parts: tuple[int, int, int | None]) -> Reading | None:
    day, month, year = parts
    return in_order(here, day, month, year)


def on_dotted_year(here: Here, parts: tuple[int, int, int | None]) -> Reading | None:
    """Where points stand in other numbers too, only with a year."""
    return on_dotted(here, parts) if parts[2] else None


def in_order(here: Here, day: int, month: int, year: int | None) -> Reading | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return on_full_date(here, day, month, year) if year else on_date(here, day, month)


def on_slashed(here: Here, parts: tuple[int, int, int | None, bool]) -> Reading | None:
    """03/04 is the 3rd of April or the 4th of March."""
    first, second, year, _ = parts
    found = [in_order(here, first, second, year), in_order(here, second, first, year)]
    readings = [reading for reading in found if reading]
    options = tuple(dict.fromkeys(one for reading in readings for one in reading.options))
    if len(readings) == 1 or len(options) == 1:
        return readings[0] if readings else None
    return asked("order", *options) if options else None


def on_bare_slashed(here: Here, parts: tuple[int, int, int | None, bool]) -> Reading | None:
    """Where nothing says that it is a date, 1/2 is a half and 24/7 is always."""
    return on_slashed(here, parts) if parts[2] or parts[3] else None


def in_month(here: Here, day: int) -> Reading | None:
    """on the 15th: of this month or, when that is over, of the next."""
    if day == -1:
        return end_of(here, 0, "month")
    start = here.today.replace(day=1)
    month = start if day >= here.today.day else in_months(start, 1)
    if month is None:
        return None
    if day <= last_of(month.year, month.month):
        return the(month.replace(day=day))
    after_it = in_months(month, 1)
    near = no_such_day(here, month.year, month.month).options[:1]
    return asked(
        "no_such_day", *near, *([Meaning(day=after_it.replace(day=day))] if after_it else [])
    )


def perhaps_in_month(here: Here, day: int) -> Reading | None:
    """on the 2nd floor: where a word follows, it may be no day."""
    found = in_month(here, day)
    return Reading(found.options, found.topic or "day_of_month") if found else None


def in_next_month(here: Here, day: int) -> Reading | None:
    start = period_start(here, "month", 1)
    return in_order(here, day, start.month, start.year) if start else None


def with_part(_here: Here, day: Reading, part: str) -> Reading:
    """tomorrow morning"""
    return Reading(tuple(replace(one, day_part=part) for one in day.options), day.topic)


def ahead_in_part(here: Here, number: int, part: str) -> Reading | None:
    """tomorrow pm"""
    day = ahead(here, number)
    return with_part(here, day, part) if day else None


def with_part_of(here: Here, part: str, day: Reading) -> Reading:
    """first thing tomorrow"""
    return with_part(here, day, part)


def in_night(here: Here, day: Reading) -> Reading:
    return with_part(here, day, "night")


def part_today(here: Here, part: str) -> Reading:
    return clear(day=here.today, day_part=part)


def same(_here: Here, day: Reading) -> Reading:
    return day


def until(_here: Here, day: Reading) -> Reading:
    """until Friday: the last day of a rule or, without one, the day itself."""
    options = tuple(Meaning(until=one.day, day_part=one.day_part) for one in day.options)
    return Reading(options, day.topic)
