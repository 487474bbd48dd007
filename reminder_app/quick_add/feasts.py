"""Days with a name of their own. Each function gives what the words can mean, or None when they name no day.

A feast can be several days: who says Easter may mean the Sunday or the Monday, and countries keep another Mother's Day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from reminder_app.quick_add import days, repeats
from reminder_app.quick_add.meaning import Here, Length, Meaning, Reading, asked
from reminder_app.recurrence.rrule import YEARS

MONDAY, WEDNESDAY, THURSDAY, SUNDAY = 0, 2, 3, 6
DayIn = Callable[[int], date]  # in a year
DayOf = Callable[[date], date | None]  # what is meant, by the day of the feast


@dataclass(frozen=True)
class Feast:
    """date: day and month of one that has the same each year."""

    days: tuple[DayIn, ...]
    date: tuple[int, int] | None = None


def dated(day: int, month: int) -> Feast:
    return Feast((lambda year: date(year, month, day),), (day, month))


def moving(*days_in: DayIn) -> Feast:
    return Feast(days_in)


def easter(later: int = 0) -> DayIn:
    return lambda year: easter_sunday(year) + timedelta(later)


def easter_sunday(year: int) -> date:
    """Of the western churches, as Meeus, Jones and Butcher count it."""
    century, rest = divmod(year, 100)
    moon = year % 19
    full = (19 * moon + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - full - rest % 4) % 7
    late = (moon + 11 * full + 22 * weekday) // 451
    month, day = divmod(full + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def first(weekday: int, day: int, month: int, later: int = 0) -> DayIn:
    """The first such weekday from that date on, and so many days later."""
    return lambda year: days.since(date(year, month, day), weekday) + timedelta(later)


FEASTS = {
    "new year": dated(1, 1),
    "epiphany": dated(6, 1),
    "valentine": dated(14, 2),
    "st patrick": dated(17, 3),
    "1 may": dated(1, 5),
    "assumption": dated(15, 8),
    "german unity": dated(3, 10),
    "halloween": dated(31, 10),
    "all saints": dated(1, 11),
    "st martin": dated(11, 11),
    "st nicholas": dated(6, 12),
    "christmas eve": dated(24, 12),
    "christmas": dated(25, 12),
    "boxing day": dated(26, 12),
    "new year's eve": dated(31, 12),
    "weihnachten": moving(*(dated(day, 12).days[0] for day in (24, 25, 26))),
    "feiertag": moving(*(dated(day, 12).days[0] for day in (25, 26))),
    "rose monday": moving(easter(-48)),
    "shrove tuesday": moving(easter(-47)),
    "ash wednesday": moving(easter(-46)),
    "palm sunday": moving(easter(-7)),
    "maundy thursday": moving(easter(-3)),
    "good friday": moving(easter(-2)),
    "holy saturday": moving(easter(-1)),
    "easter": moving(easter(), easter(1)),
    "easter sunday": moving(easter()),
    "easter monday": moving(easter(1)),
    "ascension": moving(easter(39)),
    "whitsun": moving(easter(49), easter(50)),
    "whit sunday": moving(easter(49)),
    "whit monday": moving(easter(50)),
    "corpus christi": moving(easter(60)),
    "mother": moving(first(SUNDAY, 8, 5), easter(-21)),
    "muttertag": moving(first(SUNDAY, 8, 5)),
    "father": moving(first(SUNDAY, 15, 6), first(SUNDAY, 1, 9)),
    "vatertag": moving(easter(39), first(SUNDAY, 8, 6)),
    "labour": moving(dated(1, 5).days[0], first(MONDAY, 1, 9)),
    "erntedank": moving(first(SUNDAY, 1, 10)),
    "thanksgiving": moving(first(THURSDAY, 22, 11), first(MONDAY, 8, 10)),
    "black friday": moving(first(THURSDAY, 22, 11, 1)),
    "cyber monday": moving(first(THURSDAY, 22, 11, 4)),
    "repentance": moving(first(WEDNESDAY, 16, 11)),
}


def named(_here: Here, name: str) -> Feast:
    return FEASTS[name]


def christmas_day(_here: Here, number: int) -> Feast | None:
    """1. or 2. Weihnachtstag"""
    return {1: FEASTS["christmas"], 2: FEASTS["boxing day"]}.get(number)


def advent(_here: Here, number: int) -> Feast | None:
    """The fourth is the last Sunday before Christmas."""
    return moving(first(SUNDAY, 18, 12, 7 * (number - 4))) if 1 <= number <= 4 else None


def coming(here: Here, feast: Feast) -> Reading:
    return meant(here, feast, lambda day: day)


def meant(here: Here, feast: Feast, of: DayOf) -> Reading:
    """Of each year's the next to come. What lies behind, of a feast that does not, is asked about."""
    found = {day for day_in in feast.days if (day := first_ahead(here, day_in, of))}
    passed = [day_in(here.today.year) for day_in in feast.days]
    is_missed = any(day >= here.today > (of(day) or day) for day in passed)
    topic = "past" if is_missed else "order" if len(found) > 1 else ""
    return Reading(tuple(one_day(feast, day) for day in sorted(found)), topic)


def first_ahead(here: Here, day_in: DayIn, of: DayOf) -> date | None:
    years = [year for year in range(here.today.year - 1, here.today.year + 3) if year in YEARS]
    found = (of(day_in(year)) for year in years)
    return next((day for day in found if day and day >= here.today), None)


def one_day(feast: Feast, day: date) -> Meaning:
    return Meaning(day=day, moves=feast.date is None)


def in_part(here: Here, feast: Feast, part: str) -> Reading:
    """Christmas morning"""
    return days.with_part(here, coming(here, feast), part)


def in_night(here: Here, feast: Feast) -> Reading:
    return in_part(here, feast, "night")


def new_years_eve(here: Here, part: str) -> Reading:
    """Silvesterabend"""
    return in_part(here, FEASTS["new year's eve"], part)


def next_one(here: Here, feast: Feast) -> Reading:
    """next Christmas: the coming one, or that of next year."""
    coming_ones = coming(here, feast).options
    later = in_year_from_now(here, 1, feast)
    return asked("next", *coming_ones, *(later.options if later else ()))


def in_year_from_now(here: Here, years: int, feast: Feast) -> Reading | None:
    return in_year(here, feast, here.today.year + years)


def in_year(here: Here, feast: Feast, year: int) -> Reading | None:
    if year not in YEARS:
        return None
    found = sorted(day_in(year) for day_in in feast.days)
    ahead = tuple(one_day(feast, day) for day in found if day >= here.today)
    if not ahead:
        return asked("past", *coming(here, feast).options)
    return Reading(ahead, "order" if len(ahead) > 1 else "")


def before(here: Here, length: Length, feast: Feast) -> Reading | None:
    """a week before Christmas"""
    return after(here, Length(-length.number, length.unit), feast)


def after(here: Here, length: Length, feast: Feast) -> Reading | None:
    if length.unit in ("minute", "hour"):
        return None
    return meant(here, feast, lambda day: days.moved(day, length))


def day_beside(here: Here, number: int, feast: Feast) -> Reading | None:
    """the day before Christmas"""
    return after(here, Length(number, "day"), feast)


def weekday_before(here: Here, weekday: int, feast: Feast) -> Reading:
    return meant(here, feast, lambda day: days.since(day - 7 * days.A_DAY, weekday))


def weekday_after(here: Here, weekday: int, feast: Feast) -> Reading:
    return meant(here, feast, lambda day: days.since(day + days.A_DAY, weekday))


def until(here: Here, feast: Feast) -> Reading:
    return days.until(here, coming(here, feast))


def every(here: Here, feast: Feast) -> Reading | None:
    """every Christmas; of what moves, the next one alone, which is asked about."""
    if feast.date:
        return repeats.on_date(here, *feast.date)
    return asked("moves", *coming(here, feast).options)


def nothing(_here: Here, _feast: Feast) -> Reading:
    """Easter Monday is not the coming Monday; whether it is a day is for the doubts."""
    return Reading((Meaning(),))
