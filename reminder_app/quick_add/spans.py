"""Days that are named by a stretch of them: mid May, week 12, 3 to 7 August. Each function gives what the words can mean, or None."""

from datetime import date

from reminder_app.quick_add import days
from reminder_app.quick_add.meaning import Here, Meaning, Reading, asked


def middle_of_month(here: Here, month: int) -> Reading:
    """mid May: about its 15th, which is asked about."""
    return asked("perhaps_day", *days.on_date(here, 15, month).options)


def middle_of(here: Here, number: int) -> Reading | None:
    """The middle of this month (0) or the next (1)."""
    start = days.period_start(here, "month", number)
    return middle_of_month(here, start.month) if start else None


def in_week(here: Here, number: int) -> Reading | None:
    """KW 12: the Monday of this year's week or, when that is over, of the next year's."""
    for year in (here.today.year, here.today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if monday + 6 * days.A_DAY >= here.today:
            return days.the(max(monday, here.today))
    return None


def end_of_given_week(here: Here, number: int) -> Reading | None:
    """Ende KW 12: its Friday or its Sunday."""
    found = in_week(here, number)
    monday = found.options[0].day if found else None
    if monday is None:
        return None
    ends = [days.since(monday, weekday) for weekday in (4, 6)]
    return asked("end_of_week", *(Meaning(day=day) for day in sorted(ends)))


def first_or_last(here: Here, first: int, at: tuple[int, int]) -> Reading | None:
    """3 to 7 August: a reminder comes on one of them."""
    return either(here, (first, at[1]), at)


def either(here: Here, *said: tuple[int, ...]) -> Reading | None:
    found = [days.on_date(here, *one[:2]) for one in said]
    return asked("range_of_days", *(option for one in found for option in one.options))


def either_of_month(here: Here, month: int, first: int, last: int) -> Reading | None:
    return either(here, (first, month), (last, month)) if min(first, last) > 0 else None


def either_dotted(here: Here, *said: tuple[int, int, int | None]) -> Reading | None:
    found = [days.in_order(here, *one) for one in said]
    options = [option for one in found if one for option in one.options]
    return asked("range_of_days", *options) if all(found) else None
