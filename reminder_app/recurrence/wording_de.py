"""A schedule in plain German."""

from collections.abc import Iterable, Iterator
from datetime import date

from reminder_app.recurrence import phrases
from reminder_app.recurrence.phrases import MONDAY_TO_FRIDAY
from reminder_app.recurrence.rrule import Rule

DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
# unit: one, several, each
UNITS = {
    "minute": ("Minute", "Minuten", "jede Minute"),
    "hour": ("Stunde", "Stunden", "jede Stunde"),
    "day": ("Tag", "Tage", "jeden Tag"),
    "week": ("Woche", "Wochen", "jede Woche"),
    "month": ("Monat", "Monate", "jeden Monat"),
    "year": ("Jahr", "Jahre", "jedes Jahr"),
}
OF_RULES = {
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
OF_DONE = {"D": "day", "W": "week", "M": "month"}
WITHIN = {"HOURLY": "in der Stunde", "DAILY": "am Tag", "WEEKLY": "in der Woche"} | {
    "MONTHLY": "im Monat",
    "YEARLY": "im Jahr",
}
NTH = {1: "ersten", 2: "zweiten", 3: "dritten", 4: "vierten", 5: "fünften"} | {
    -1: "letzten",
    -2: "vorletzten",
    -3: "drittletzten",
    -4: "viertletzten",
    -5: "fünftletzten",
}
WORKING_DAYS = "Montag bis Freitag"


def once(day: date, clock: str) -> str:
    return f"Einmal am {date_of(day)} um {clock}"


def after_done(number: int, unit: str) -> str:
    return after(number, OF_DONE[unit])


def after_done_at(number: int, unit: str, clock: str) -> str:
    return f"{after_done(number, unit)}, um {clock}"


def so_often(number: int, unit: str, rule: Rule) -> str:
    """3-mal pro Woche, am Mo, Mi oder Fr"""
    often = {1: "Einmal", 2: "Zweimal"}.get(number, f"{number}-mal")
    days = [DAYS[day][:2] for _, day in rule.weekdays]
    of = "Woche" if unit == "week" else "Monat"
    on = f", am {phrases.listed(days, 'oder')}" if days else ""
    return f"{often} pro {of}{on}"


def repeating(rule: Rule, month_end: str) -> str:
    every = _every(rule)
    if rule.freq == "WEEKLY" and rule.interval == 1 and rule.weekdays == MONDAY_TO_FRIDAY:
        every, days = "Montags bis freitags", [*_weeks(rule), *_months(rule)]
    else:
        days = [*_days(rule)]
    if days and rule.freq in ("DAILY", "HOURLY"):
        return f"{every}, nur {_joined('', days).strip(' ,')},"
    text = _joined(every, days)
    for note in _notes(rule, month_end):
        is_set_off = text.endswith(",")
        text = f"{text.removesuffix(',')} ({note}){',' if is_set_off else ''}"
    return text


def at_times(clocks: Iterable[str]) -> str:
    return f" um {listed(clocks)}"


def hourly_from(clock: str) -> str:
    return f" ab {clock}"


def times(count: int) -> str:
    return ", einmal" if count == 1 else f", {count}-mal"


def until(day: date, clock: str = "") -> str:
    return f", bis zum {date_of(day)}, {clock}" if clock else f", bis zum {date_of(day)}"


def date_of(day: date) -> str:
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def listed(words: Iterable[str]) -> str:
    return phrases.listed(words, "und")


def counted(number: int, unit: str) -> str:
    return f"{number} {UNITS[unit][number != 1]}"


def after(number: int, unit: str) -> str:
    return f"{counted(number, unit)} nach dem Erledigen"


def nth(number: int) -> str:
    """As in "am letzten": in the dative or the accusative."""
    return NTH.get(number) or ordinal(number)


def ordinal(number: int) -> str:
    """In digits, as long as it counts from the beginning."""
    return f"{number}." if number > 0 else NTH.get(number) or f"{-number}.-letzten"


def _every(rule: Rule) -> str:
    _, many, each = UNITS[OF_RULES[rule.freq]]
    return f"Alle {rule.interval} {many}" if rule.interval > 1 else each[0].upper() + each[1:]


def _joined(text: str, clauses: Iterable[str]) -> str:
    """A clause that begins with a comma is closed by one."""
    for clause in clauses:
        text = f"{text}{clause}," if clause.startswith(",") else f"{text} {clause}"
    return text.replace(",,", ",")


def _days(rule: Rule) -> Iterator[str]:
    """Clauses that each narrow the one before: am 13., wenn es ein Freitag ist, im Juni."""
    if phrases.is_one_date(rule):
        yield f"am {rule.month_days[0]}. {MONTHS[rule.months[0] - 1]}"
        return
    if rule.month_days:
        yield f"am {_month_days(rule)}"
    if rule.month_days and rule.year_days:
        yield f", wenn es der {_year_days(rule, 'oder').replace('letzten', 'letzte')} ist"
    elif rule.year_days:
        yield f"am {_year_days(rule, 'und')}"
    if rule.weekdays and (rule.month_days or rule.year_days):
        yield f", wenn es {phrases.listed(_named(rule), 'oder')} ist"
    elif rule.weekdays:
        yield _weekdays(rule)
    yield from _weeks(rule)
    yield from _months(rule)


def _weeks(rule: Rule) -> Iterator[str]:
    if rule.week_numbers:
        yield f"in der {listed(map(ordinal, rule.week_numbers))} Woche des Jahres"


def _months(rule: Rule) -> Iterator[str]:
    if rule.months:
        yield f"im {listed(MONTHS[month - 1] for month in rule.months)}"


def _month_days(rule: Rule) -> str:
    of_day = " Tag" if rule.month_days[-1] < 0 else ""
    return f"{listed(map(ordinal, rule.month_days))}{of_day}"


def _year_days(rule: Rule, joint: str) -> str:
    return f"{phrases.listed(map(ordinal, rule.year_days), joint)} Tag des Jahres"


def _weekdays(rule: Rule) -> str:
    if rule.weekdays[0][0]:
        whole_year = " des Jahres" if phrases.is_of_year(rule) else ""
        return f"am {listed(f'{nth(n)} {DAYS[day]}' for n, day in rule.weekdays)}{whole_year}"
    if rule.weekdays == MONDAY_TO_FRIDAY:
        one = f"am {nth(rule.positions[0])} Arbeitstag" if phrases.picks_one(rule) else ""
        return one or f", {WORKING_DAYS}"
    if phrases.has_several_weeks(rule):
        return f"an jedem {listed(_named(rule))}"
    return f"am {_named(rule)[0]}" if len(rule.weekdays) == 1 else f", {listed(_named(rule))}"


def _named(rule: Rule) -> list[str]:
    names = [DAYS[day] for _, day in rule.weekdays]
    return names if len(names) == 1 else [name[:2] for name in names]


def _notes(rule: Rule, month_end: str) -> Iterator[str]:
    if phrases.has_short_months(rule):
        yield "oder am letzten Tag" if month_end == "clamp" else "nicht in kürzeren Monaten"
    if rule.positions and not phrases.names_working_day(rule):
        chosen = listed(ordinal(number).replace("letzten", "letzte") for number in rule.positions)
        yield f"davon nur das {chosen} Mal {WITHIN[rule.freq]}"
    if phrases.says_week_start(rule):
        yield f"Wochen beginnen am {DAYS[rule.week_start]}"
