"""The days that a calendar page shows: whole weeks of a month, a week, or thirty days from one on."""

from dataclasses import dataclass
from datetime import date, timedelta

VIEWS = ("month", "week", "agenda")
YEARS = range(1901, 2199)  # a month before and after are days, too
WEEK = 7
AGENDA_DAYS = 30
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shown:
    """days: all that stand on the page. month: the month meant, whose neighbours are dimmed; 0 for none."""

    view: str
    days: tuple[date, ...]
    month: int
    before: date
    after: date

    @property
    def weeks(self) -> list[tuple[date, ...]]:
        return [self.days[at : at + WEEK] for at in range(0, len(self.days), WEEK)]


def shown(view: str, day: date, first_weekday: int) -> Shown:
    """What `view` shows around `day`; weeks begin on `first_weekday`, 0 for Monday."""
    if view == "agenda":
        step = timedelta(days=AGENDA_DAYS)
        return Shown(view, days_from(day, AGENDA_DAYS), 0, day - step, day + step)
    if view == "week":
        first, step = week_of(day, first_weekday), timedelta(days=WEEK)
        return Shown(view, days_from(first, WEEK), 0, first - step, first + step)
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    begin, end = week_of(first, first_weekday), week_of(after - A_DAY, first_weekday)
    days = days_from(begin, (end - begin).days + WEEK)
    return Shown(view, days, day.month, (first - A_DAY).replace(day=1), after)


def week_of(day: date, first_weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - first_weekday) % WEEK)


def days_from(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range(count))


def asked_day(text: str, today: date) -> date:
    """The day of an address; today when it is none, or beyond what there is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if day.year in YEARS else today
