"""How often, as people say it, to a rule without its end. Each function gives what the words can mean, or None."""

from collections.abc import Sequence
from datetime import date, timedelta

from reminder_app.quick_add.days import in_months, last_of, since
from reminder_app.quick_add.meaning import Here, Length, Meaning, Reading, asked, clear
from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.rrule_check import MAX_COUNT, MAX_INTERVAL

FREQUENCY = {
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
AFTER_UNITS = ("day", "week", "month", "year")
MONDAY, TUESDAY, THURSDAY, FRIDAY = (0, 0), (0, 1), (0, 3), (0, 4)
WEEKEND = ((0, 5), (0, 6))
SIX_DAYS = Rule("WEEKLY", weekdays=(*MONDAY_TO_FRIDAY, (0, 5)))


def rule(one: Rule | None) -> Reading | None:
    return clear(rule=one) if one else None


def plain(number: int, unit: str) -> Rule | None:
    if unit == "quarter":
        number, unit = 3 * number, "month"
    freq = FREQUENCY.get(unit)
    return Rule(freq, number) if freq and 1 <= number <= MAX_INTERVAL[freq] else None


def every(_here: Here, number: int, unit: str) -> Reading | None:
    """every 3 days; every 30 minutes is more often than reminders come."""
    if unit == "minute":
        return asked("too_often", Meaning(rule=Rule("HOURLY")))
    return rule(plain(number, unit))


def every_length(here: Here, length: Length) -> Reading | None:
    return every(here, *length)


def every_nth(here: Here, nth: int, unit: str) -> Reading | None:
    """every third day; every last day is of the month."""
    if nth == -1:
        return on_last_day(here) if unit == "day" else None
    return every(here, nth, unit) if nth > 1 else None


def by_adverb(here: Here, said: tuple[int, str]) -> Reading | None:
    return every(here, *said)


def on_weekdays(_here: Here, number: int, days: Sequence[int]) -> Reading | None:
    found = tuple(sorted({(0, day) for day in days}))
    return rule(Rule("WEEKLY", number, weekdays=found)) if 1 <= number <= 520 else None


def on_weekdays_of(here: Here, length: Length, days: Sequence[int]) -> Reading | None:
    number, unit = length
    if unit == "day" and number % 7 == 0:
        number, unit = number // 7, "week"
    return on_weekdays(here, number, days) if unit == "week" else None


def in_part_of_weekdays(here: Here, days: Sequence[int], part: str) -> Reading | None:
    return with_part(on_weekdays(here, 1, days), part)


def in_days(here: Here, number: int) -> Reading | None:
    """14-tägig"""
    return every(here, number, "day")


def in_weeks(here: Here, number: int) -> Reading | None:
    return every(here, number, "week")


def working_days(here: Here) -> Reading:
    """werktags: to the law Saturday is one, to most people it is not."""
    return asked("working_days", *workdays(here).options, Meaning(rule=SIX_DAYS))


def in_part_of_weekday(here: Here, day: int, part: str) -> Reading | None:
    """Monday mornings"""
    return in_part_of_weekdays(here, (day,), part)


def weekday_part(here: Here, said: tuple[int, str]) -> Reading | None:
    """jeden Freitagabend"""
    return in_part_of_weekday(here, *said)


def on_so_many(here: Here, number: int, days: Sequence[int]) -> Reading | None:
    """twice a week on Monday and Friday"""
    return on_weekdays(here, 1, days) if len(set(days)) == number else None


def with_part(reading: Reading | None, part: str) -> Reading | None:
    if reading is None:
        return None
    return Reading(
        tuple(Meaning(rule=one.rule, day_part=part) for one in reading.options), reading.topic
    )


def every_part(_here: Here, part: str) -> Reading:
    """every morning"""
    return clear(rule=Rule("DAILY"), day_part=part)


def workdays_in_part(here: Here, part: str) -> Reading | None:
    return with_part(workdays(here), part)


def workdays(_here: Here) -> Reading:
    return clear(rule=Rule("WEEKLY", weekdays=MONDAY_TO_FRIDAY))


def weekends(_here: Here) -> Reading:
    return clear(rule=Rule("WEEKLY", weekdays=WEEKEND))


def in_month(_here: Here, days: Sequence[int], number: int = 1) -> Reading | None:
    """every 1st and 15th; -1 is the last day."""
    if not 1 <= number <= MAX_INTERVAL["MONTHLY"]:
        return None
    return rule(Rule("MONTHLY", number, month_days=tuple(sorted(set(days), key=from_end))))


def perhaps_in_month(here: Here, days: Sequence[int]) -> Reading | None:
    """every second counts: where a word follows, it may be no day."""
    found = in_month(here, days)
    return asked("day_of_month", *found.options) if found else None


def from_end(number: int) -> tuple[bool, int]:
    """The last comes last."""
    return number < 0, number


def on_last_day(here: Here) -> Reading | None:
    return in_month(here, (-1,))


def the_last_day(here: Here) -> Reading:
    """on the last day of the month: this one's, or each."""
    last = here.today.replace(day=last_of(here.today.year, here.today.month))
    rule_of_all = Rule("MONTHLY", month_days=(-1,))
    return asked("once_or_every", Meaning(rule=rule_of_all), Meaning(day=last))


def on_first_day(here: Here) -> Reading | None:
    return in_month(here, (1,))


def in_months_on(here: Here, length: Length, days: Sequence[int]) -> Reading | None:
    return in_month(here, days, length.number) if length.unit == "month" else None


def nth_in_month(_here: Here, nths: Sequence[int], weekday: int, number: int = 1) -> Reading | None:
    """every first and third Monday of the month"""
    if max(nths) > 5 or not 1 <= number <= MAX_INTERVAL["MONTHLY"]:
        return None
    return rule(Rule("MONTHLY", number, weekdays=tuple(sorted({(nth, weekday) for nth in nths}))))


def nth_in_months(here: Here, length: Length, nths: Sequence[int], weekday: int) -> Reading | None:
    return nth_in_month(here, nths, weekday, length.number) if length.unit == "month" else None


def nth_in_year(_here: Here, nth: int, weekday: int, month: int) -> Reading | None:
    """every first Monday in June"""
    found = Rule("YEARLY", months=(month,), weekdays=((nth, weekday),))
    return rule(found) if nth <= 5 else None


def nth_weekday(here: Here, nth: int, weekday: int) -> Reading | None:
    """every first Monday is of the month; every second one may be every two weeks."""
    of_month = nth_in_month(here, (nth,), weekday)
    if nth in (1, -1) or of_month is None:
        return of_month
    weekly = Rule("WEEKLY", nth, weekdays=((0, weekday),))
    return asked("nth_weekday", Meaning(rule=weekly), *of_month.options)


def the_nth_weekday(here: Here, nth: int, weekday: int) -> Reading | None:
    """the first Monday of the month: the coming one, or each."""
    of_month = nth_in_month(here, (nth,), weekday)
    day = coming_nth(here, nth, weekday)
    if of_month is None or day is None:
        return None
    return asked("once_or_every", *of_month.options, Meaning(day=day))


def nth_of_month(here: Here, nth: int, weekday: int, month: int) -> Reading | None:
    """the last Monday of May: the coming one"""
    day = coming_nth(here, nth, weekday, month)
    return clear(day=day) if day else None


def coming_nth(here: Here, nth: int, weekday: int, month: int = 0) -> date | None:
    """The next one, in any month or in that one."""
    for months in range(26):
        start = in_months(here.today.replace(day=1), months)
        is_wanted = start and month in (0, start.month)
        found = _nth_of(start, nth, weekday) if start and is_wanted else None
        if found and found >= here.today:
            return found
    return None


def _nth_of(start: date, nth: int, weekday: int) -> date | None:
    if nth == -1:
        return since(start.replace(day=last_of(start.year, start.month) - 6), weekday)
    found = since(start, weekday) + timedelta(days=7 * (nth - 1))
    return found if found.month == start.month else None


def nth_workday(_here: Here, nth: int) -> Reading | None:
    if not -1 <= nth <= 20:
        return None
    return rule(Rule("MONTHLY", weekdays=MONDAY_TO_FRIDAY, positions=(nth,)))


def the_nth_workday(here: Here, nth: int) -> Reading | None:
    """on the last working day of the month: of this one, or of each."""
    found = nth_workday(here, nth)
    return asked("once_or_every", *found.options) if found else None


def on_date(_here: Here, day: int, month: int) -> Reading | None:
    """every 15 March"""
    if day > last_of(2028, month):
        last = Meaning(rule=Rule("YEARLY", months=(month,), month_days=(-1,)))
        return asked("no_such_day", last)
    return rule(Rule("YEARLY", months=(month,), month_days=(day,)))


def on_month_first(here: Here, month: int, day: int) -> Reading | None:
    return on_date(here, day, month)


def after_done(here: Here, length: Length) -> Reading | None:
    """3 days after it was done; where only the calendar is kept, and for hours, that is asked about."""
    found = every(here, *length)
    if found is None or length.unit == "minute":
        return None
    if here.repeats_after_done and length.unit in AFTER_UNITS:
        return clear(after=in_months_of(length))
    return asked("after_done", *found.options)


def in_months_of(length: Length) -> Length:
    """A year is twelve months."""
    return Length(12 * length.number, "month") if length.unit == "year" else length


def after_done_unit(here: Here, number: int, unit: str) -> Reading | None:
    return after_done(here, Length(number, unit))


def count(_here: Here, number: int) -> Reading | None:
    return clear(count=number) if 1 <= number <= MAX_COUNT else None


def for_length(_here: Here, length: Length) -> Reading | None:
    """for 3 weeks: so long from the start on."""
    is_of_days = length.unit not in ("minute", "hour") and length.number
    return clear(length=length) if is_of_days else None
