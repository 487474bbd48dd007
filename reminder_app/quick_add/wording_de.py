"""What was understood, in German."""

from datetime import date

from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY, by_place
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.wording_de import (
    DAYS,
    MONTHS,
    OF_RULES,
    UNITS,
    after,
    counted,
    listed,
    nth,
)

__all__ = ["after", "listed"]

SIZES = (("week", 10_080), ("day", 1440), ("hour", 60), ("minute", 1))
PARTS = {
    "morning": "morgens",
    "noon": "mittags",
    "afternoon": "nachmittags",
    "evening": "abends",
    "night": "nachts",
}
PRIORITIES = {"urgent": "dringend", "high": "hoch", "normal": "normal", "low": "niedrig"}
AT, UNTIL, ONCE_ON, TITLE = "um {}", "bis {}", "einmal, am {}", "es gehört zum Titel"
TODAY, TOMORROW = "heute", "morgen"
MONTH_ENDS = {"clamp": "an ihrem letzten Tag", "skip": "gar nicht"}
QUESTIONS = {
    "weekday": "„{}“: heute, oder in einer Woche?",
    "next": "„{}“: welcher Tag ist gemeint?",
    "order": "„{}“: welcher Tag ist das?",
    "past": "„{}“ ist vorbei. Wann stattdessen?",
    "no_such_day": "„{}“: diesen Tag gibt es dann nicht. Welcher stattdessen?",
    "end_of_week": "„{}“: an welchem Tag?",
    "day_of_month": "„{}“: ein Tag im Monat?",
    "perhaps_day": "„{}“: ist das ein Tag?",
    "perhaps_time": "„{}“: ist das eine Uhrzeit?",
    "perhaps_repeat": "„{}“: wie oft ist das?",
    "range_of_days": "„{}“: erinnert wird an einem Tag. An welchem?",
    "range": "„{}“: erinnert wird zu einer Zeit. Zu welcher?",
    "half": "„{}“: morgens oder abends?",
    "until_month": "„{}“: bis zu seinem Anfang, oder mit ihm?",
    "midnight": "„{}“: welche von beiden?",
    "time_of_day": "„{}“: das passt nicht zusammen. Um wie viel Uhr?",
    "moves": "„{}“ fällt jedes Jahr auf einen anderen Tag; erinnert wird einmal. Wann?",
    "except": "„{}“: ausnehmen lassen sich nur Wochentage, und nur bei täglicher oder wöchentlicher Wiederholung."
    " Was ist gemeint?",
    "weekdays": "„{}“: jede Woche an allen, oder an einem davon?",
    "times": "Da stehen mehrere Uhrzeiten. Welche?",
    "dates": "Da stehen mehrere Tage. Welcher?",
    "repeats": "Da stehen mehrere Wiederholungen. Welche?",
    "ends": "Da stehen mehrere Enden. Welches?",
    "priorities": "Da stehen mehrere Prioritäten. Welche?",
    "when": "Wann?",
    "time": "Heute um wie viel Uhr?",
    "month_end": "In Monaten ohne diesen Tag?",
    "nth_weekday": "„{}“: wie oft ist das?",
    "once_or_every": "„{}“: einmal, oder jeden Monat?",
    "too_often": "„{}“: erinnert wird höchstens einmal in der Stunde. Genügt das?",
    "twice": "„{}“: wie oft ist das?",
    "times_in": "„{}“: so?",
    "working_days": "„{}“: mit Samstag?",
    "after_done": "„{}“: wiederholt wird nach dem Kalender, nicht nach dem Erledigen. So?",
    "nobody": "Niemand heißt hier „{}“. Wer ist gemeint?",
    "people": "„{}“: wer ist gemeint?",
}


def day(one: date, today: date) -> str:
    year = f" {one.year}" if one.year != today.year else ""
    return f"{DAYS[one.weekday()][:2]} {one.day}. {MONTHS[one.month - 1]}{year}"


def length(number: int, unit: str) -> str:
    return f"für {counted(number, unit)}"


def so_often(number: int, unit: str) -> str:
    of = "die Woche" if unit == "week" else "im Monat"
    return f"{number}-mal {of}, an beliebigen Tagen"


def times(number: int) -> str:
    return f"{number}-mal"


def notice(minutes: int) -> str:
    unit, size = next((unit, size) for unit, size in SIZES if minutes % size == 0)
    return f"{counted(minutes // size, unit)} vorher"


def rule(one: Rule) -> str:
    """Of the rules that these languages can say."""
    unit = OF_RULES[one.freq]
    every = f"alle {one.interval} {UNITS[unit][1]}" if one.interval > 1 else ""
    if one.weekdays:
        return by_weekday(one, every)
    if one.months:
        month, number = MONTHS[one.months[0] - 1], one.month_days[0]
        return f"jedes Jahr am {number}. {month}" if number > 0 else f"jedes Jahr Ende {month}"
    if one.month_days:
        return by_month_day(one, every)
    return every or UNITS[unit][2]


def by_weekday(one: Rule, every: str) -> str:
    if one.positions:
        return f"jeden {nth(one.positions[0])} Arbeitstag im Monat"
    number, weekday = one.weekdays[0]
    if number:
        named = f"{listed(nth(n) for n, _ in by_place(one))} {DAYS[weekday]}"
        if one.months:
            return f"jedes Jahr am {named} im {MONTHS[one.months[0] - 1]}"
        return f"{every} am {named}" if every else f"jeden {named} im Monat"
    if one.weekdays == MONDAY_TO_FRIDAY:
        return f"{every}, Montag bis Freitag" if every else "jeden Montag bis Freitag"
    days = listed(DAYS[weekday] for _, weekday in one.weekdays)
    return f"{every} am {days}" if every else f"jeden {days}"


def by_month_day(one: Rule, every: str) -> str:
    if one.month_days == (-1,):
        return f"{every} am letzten Tag" if every else "jeden letzten Tag im Monat"
    days = listed("letzten Tag" if n == -1 else f"{n}." for n in one.month_days)
    return f"{every} am {days}" if every else f"jeden {days} im Monat"
