"""What was understood, in English."""

from datetime import date

from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY, by_place, listed
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.wording_en import DAYS, MONTHS, UNITS, ordinal

SIZES = (("week", 10_080), ("day", 1440), ("hour", 60), ("minute", 1))
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
PARTS = {
    "morning": "in the morning",
    "noon": "at noon",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
}
PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "normal", "low": "low"}
AT, UNTIL, ONCE_ON, TITLE = "at {}", "until {}", "once, on {}", "it belongs to the title"
TODAY, TOMORROW = "today", "tomorrow"
MONTH_ENDS = {"clamp": "on their last day", "skip": "not at all"}
QUESTIONS = {
    "weekday": "“{}”: today, or a week from now?",
    "next": "“{}”: which one?",
    "order": "“{}”: which day is that?",
    "past": "“{}” has passed. When instead?",
    "no_such_day": "“{}”: there is no such day then. Which one instead?",
    "end_of_week": "“{}”: which day does it end on?",
    "day_of_month": "“{}”: a day of the month?",
    "perhaps_day": "“{}”: is that a day?",
    "perhaps_time": "“{}”: is that a time?",
    "perhaps_repeat": "“{}”: how often is that?",
    "range_of_days": "“{}”: a reminder comes on one day. Which one?",
    "range": "“{}”: a reminder comes at one time. Which one?",
    "half": "“{}”: in the morning or in the evening?",
    "until_month": "“{}”: up to its beginning, or with it?",
    "midnight": "“{}”: which of the two?",
    "time_of_day": "“{}”: that does not go together. At what time?",
    "moves": "“{}” is on another day each year, so this comes once. On which day?",
    "except": "“{}”: only days of the week can be taken out, and only of what comes daily or weekly. What is meant?",
    "weekdays": "“{}”: each week on all of them, or on one of them?",
    "times": "There are several times. Which one?",
    "dates": "There are several days. Which one?",
    "repeats": "There are several repetitions. Which one?",
    "ends": "There are several ends. Which one?",
    "priorities": "There are several priorities. Which one?",
    "when": "When?",
    "time": "At what time today?",
    "month_end": "In months without that day?",
    "nth_weekday": "“{}”: how often is that?",
    "once_or_every": "“{}”: once, or each month?",
    "too_often": "“{}”: reminders come once an hour at most. Is that enough?",
    "twice": "“{}”: how often is that?",
    "times_in": "“{}”: like this?",
    "working_days": "“{}”: with Saturday?",
    "after_done": "“{}”: repetitions follow the calendar, not when it was done. Like this?",
    "nobody": "Nobody here is called “{}”. Who is meant?",
    "people": "“{}”: which one?",
}


def day(one: date, today: date) -> str:
    year = f" {one.year}" if one.year != today.year else ""
    return f"{DAYS[one.weekday()][:3]} {one.day} {MONTHS[one.month - 1]}{year}"


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def length(number: int, unit: str) -> str:
    return f"for {counted(number, unit)}"


def after(number: int, unit: str) -> str:
    return f"{counted(number, unit)} after it is done"


def so_often(number: int, unit: str) -> str:
    often = {1: "once", 2: "twice"}.get(number, f"{number} times")
    return f"{often} a {unit}, on any days"


def times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def notice(minutes: int) -> str:
    unit, size = next((unit, size) for unit, size in SIZES if minutes % size == 0)
    return f"{counted(minutes // size, unit)} before"


def rule(one: Rule) -> str:
    """Of the rules that these languages can say."""
    every = f"every {one.interval} {UNITS[one.freq]}s" if one.interval > 1 else ""
    if one.weekdays:
        return by_weekday(one, every)
    if one.months:
        return (
            f"every year on {one.month_days[0]} {MONTHS[one.months[0] - 1]}"
            if (one.month_days[0] > 0)
            else f"every year on the last day of {MONTHS[one.months[0] - 1]}"
        )
    if one.month_days:
        return by_month_day(one, every)
    return every or f"every {UNITS[one.freq]}"


def by_weekday(one: Rule, every: str) -> str:
    if one.positions:
        return f"every {nth(one.positions[0])} weekday of the month"
    number, weekday = one.weekdays[0]
    if number:
        named = f"{listed(nth(n) for n, _ in by_place(one))} {DAYS[weekday]}"
        if one.months:
            return f"every year on the {named} of {MONTHS[one.months[0] - 1]}"
        return f"{every} on the {named}" if every else f"every {named} of the month"
    if one.weekdays == MONDAY_TO_FRIDAY:
        return f"{every}, Monday to Friday" if every else "every weekday"
    days = listed(DAYS[weekday] for _, weekday in one.weekdays)
    return f"{every} on {days}" if every else f"every {days}"


def by_month_day(one: Rule, every: str) -> str:
    if one.month_days == (-1,):
        return f"{every} on the last day" if every else "every last day of the month"
    days = listed(ordinal(number) for number in one.month_days)
    return f"{every} on the {days}" if every else f"every {days} of the month"


def nth(number: int) -> str:
    return NTH.get(number) or ordinal(number)
