"""A schedule in plain words, in the language that is spoken."""

from collections.abc import Callable
from datetime import datetime, time
from types import ModuleType

from reminder_app.recurrence import per_period, wording_de, wording_en
from reminder_app.recurrence.completion import parts
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.schedule import Schedule, rule_of
from reminder_app.recurrence.wall_time import to_wall, zone_named
from reminder_app.translations import language

Clock = Callable[[time], str]
WORDS: dict[str, ModuleType] = {"en": wording_en, "de": wording_de}


def full_day(at: time) -> str:
    """09:00, and the seconds where there are some."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def month(number: int) -> str:
    return str(WORDS[language()].MONTHS[number - 1])


def day_number(number: int) -> str:
    """31st"""
    return str(WORDS[language()].ordinal(number))


def describe(schedule: Schedule, clock: Clock = full_day) -> str:
    """One line for a valid schedule, without its zone: "Every 2 weeks on Mon and Thu at 09:00"."""
    words, start = WORDS[language()], schedule.starts_at
    if schedule.after:
        return str(words.after_done_at(*parts(schedule.after), clock(start.time())))
    if schedule.rule is None:
        return str(words.once(start, clock(start.time())))
    rule = filled(rule_of(schedule), start)
    days, end = _days(words, schedule, rule), _end(words, rule, schedule.zone, clock)
    return f"{days}{_times(words, rule, start, clock)}{end}"


def describe_days(schedule: Schedule, clock: Clock = full_day) -> str:
    """The same for a repeating one, without its time of day where it has only one."""
    words = WORDS[language()]
    if schedule.after:
        return str(words.after_done(*parts(schedule.after)))
    rule = filled(rule_of(schedule), schedule.starts_at)
    if rule.freq == "HOURLY" or len(rule.hours) > 1:
        return describe(schedule, clock)
    days = _days(words, schedule, rule).removesuffix(",")
    return f"{days}{_end(words, rule, schedule.zone, clock)}"


def _days(words: ModuleType, schedule: Schedule, rule: Rule) -> str:
    if schedule.times:
        return str(words.so_often(*per_period.parts(schedule.times), rule))
    return str(words.repeating(rule, schedule.month_end))


def _times(words: ModuleType, rule: Rule, start: datetime, clock: Clock) -> str:
    if rule.freq == "HOURLY":
        return str(words.hourly_from(clock(start.time())))
    hours = rule.hours or (start.hour,)
    return str(words.at_times(clock(start.time().replace(hour=hour)) for hour in hours))


def _end(words: ModuleType, rule: Rule, zone: str, clock: Clock) -> str:
    if rule.count:
        return str(words.times(rule.count))
    place = zone_named(zone)
    if isinstance(rule.until, datetime) and place:
        wall = to_wall(rule.until, place)
        return str(words.until(wall, clock(wall.time())))
    return str(words.until(rule.until)) if rule.until else ""
