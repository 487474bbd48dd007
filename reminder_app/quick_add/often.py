"""So many times in a day, a week, a year: the rule needs to know when, so one way is offered."""

from reminder_app.quick_add import repeats
from reminder_app.quick_add.meaning import Here, Meaning, Reading, asked
from reminder_app.quick_add.repeats import FRIDAY, MONDAY, THURSDAY, TUESDAY
from reminder_app.recurrence import per_period
from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY
from reminder_app.recurrence.rrule import Rule

# So many times in a week, a month, a year: days that lie well apart, to be asked about.
IN_A_WEEK = {
    2: (MONDAY, THURSDAY),
    3: (MONDAY, (0, 2), FRIDAY),
    4: (MONDAY, TUESDAY, THURSDAY, FRIDAY),
    5: MONDAY_TO_FRIDAY,
    6: (*MONDAY_TO_FRIDAY, (0, 5)),
}
IN_A_MONTH = {2: (1, 15), 3: (1, 11, 21), 4: (1, 8, 15, 22)}
IN_A_YEAR = {2: 6, 3: 4, 4: 3, 6: 2}  # times -> months between them
IN_A_DAY = {2: (9, 18), 3: (8, 13, 18), 4: (8, 12, 16, 20)}


def twice_or_every_two(_here: Here, unit: str) -> Reading | None:
    """biweekly: every two weeks to some, twice a week to others."""
    twice = _spread(2, unit)
    once = repeats.plain(2, unit)
    return asked("twice", *(Meaning(rule=one) for one in (once, twice) if one))


def times_in(here: Here, number: int, unit: str) -> Reading | None:
    """3 times a day: the rule needs to know when, so one way is offered; of a week or month, any days are another."""
    if number == 1:
        return repeats.every(here, 1, unit)
    spread = _spread(number, unit)
    fixed = [Meaning(rule=spread)] if spread else []
    options = [*any_days(here, number, unit), *fixed]
    return asked("times_in", *options) if options else None


def any_days(here: Here, number: int, unit: str) -> list[Meaning]:
    if not here.counts_times or number > per_period.MOST.get(unit, 0):
        return []
    return [Meaning(rule=Rule("DAILY"), times=f"{number}/{unit}")]


def times_in_unit(here: Here, unit: str, number: int) -> Reading | None:
    return times_in(here, number, unit)


def times_by_adverb(here: Here, number: int, said: tuple[int, str]) -> Reading | None:
    """twice daily"""
    return times_in(here, number, said[1]) if said[0] == 1 else None


def _spread(number: int, unit: str) -> Rule | None:
    if unit == "day" and number in IN_A_DAY:
        return Rule("DAILY", hours=IN_A_DAY[number])
    if unit == "week" and number in IN_A_WEEK:
        return Rule("WEEKLY", weekdays=IN_A_WEEK[number])
    if unit == "week" and number == 7:
        return Rule("DAILY")
    if unit == "month" and number in IN_A_MONTH:
        return Rule("MONTHLY", month_days=IN_A_MONTH[number])
    return _spread_in_year(number) if unit == "year" else None


def _spread_in_year(number: int) -> Rule | None:
    if number == 12:
        return Rule("MONTHLY")
    return Rule("MONTHLY", IN_A_YEAR[number]) if number in IN_A_YEAR else None
