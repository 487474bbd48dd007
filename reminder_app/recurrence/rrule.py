"""RRULE text (RFC 5545, section 3.3.10) to a Rule and back. What a Rule means is in expansion.py."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NoReturn

from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _

MAX_LENGTH = 500
YEARS = range(1900, 2200)  # of starts, of UNTIL and of every occurrence
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
TOO_OFTEN = ("MINUTELY", "SECONDLY")
# part: (field of Rule, lowest, highest, whether -1 counts from the end)
LISTS = {
    "BYMONTH": ("months", 1, 12, False),
    "BYWEEKNO": ("week_numbers", 1, 53, True),
    "BYYEARDAY": ("year_days", 1, 366, True),
    "BYMONTHDAY": ("month_days", 1, 31, True),
    "BYHOUR": ("hours", 0, 23, False),
    "BYMINUTE": ("minutes", 0, 59, False),
    "BYSECOND": ("seconds", 0, 59, False),
    "BYSETPOS": ("positions", 1, 366, True),
}
PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *LISTS}
NAME = re.compile(r"[A-Z0-9-]{1,20}")
NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")


@dataclass(frozen=True)
class Rule:
    """The parts as written; an empty tuple is a part that was left out.

    weekdays: pairs (n, 0 for Monday .. 6); n 0 is every such day, 2 the second, -1 the last.
    until: a date (that whole local day), a naive datetime (local) or an aware one (UTC); inclusive.
    """

    freq: str
    interval: int = 1
    months: tuple[int, ...] = ()
    week_numbers: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: date | datetime | None = None


def refuse(sentence: str) -> NoReturn:
    raise Invalid(sentence, rule=sentence)


def parse(text: str) -> Rule:
    """Read `text`, with or without "RRULE:" and in any case; raise Invalid(rule=...) when it is not one."""
    parts = _parts(text)
    numbers = {field: _numbers(part, parts.get(part)) for part, (field, *_) in LISTS.items()}
    return Rule(
        freq=_frequency(parts.get("FREQ")),
        interval=_whole("INTERVAL", parts.get("INTERVAL")) or 1,
        count=_whole("COUNT", parts.get("COUNT")),
        until=_until(parts.get("UNTIL")),
        weekdays=_weekdays(parts.get("BYDAY")),
        week_start=_week_start(parts.get("WKST", "MO")),
        **numbers,
    )


def write(rule: Rule) -> str:
    """The normal form: fixed order, sorted values, defaults left out. parse(write(rule)) == rule."""
    values = {
        "FREQ": rule.freq,
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "BYDAY": ",".join(f"{n or ''}{WEEKDAYS[day]}" for n, day in rule.weekdays),
        **{part: ",".join(map(str, getattr(rule, field))) for part, (field, *_) in LISTS.items()},
        "WKST": WEEKDAYS[rule.week_start] if rule.week_start else "",
        "COUNT": str(rule.count or ""),
        "UNTIL": _written_until(rule.until),
    }
    return ";".join(f"{part}={value}" for part, value in values.items() if value)


def _parts(text: str) -> dict[str, str]:
    if len(text) > MAX_LENGTH:
        refuse(
            _(
                "This rule is too long. Keep it under %(max_length)s characters.",
                max_length=MAX_LENGTH,
            )
        )
    if not text.isascii() or not text.isprintable():
        refuse(
            _("A rule is one line of plain letters, digits and signs. Remove the other characters.")
        )
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, _sign, value = piece.partition("=")
        _check_part(name, value, parts)
        parts[name] = value
    return parts


def _check_part(name: str, value: str, earlier: dict[str, str]) -> None:
    if name in ("SKIP", "RSCALE"):
        refuse(
            _(
                "%(name)s is not supported. Choose what happens in short months by the month-end "
                "setting.",
                name=name,
            )
        )
    if name and name not in PARTS:
        refuse(unknown_part(name))
    if not value:
        refuse(
            _(
                "%(name)s has no value. A rule reads like FREQ=WEEKLY;BYDAY=MO. Leave the rule out "
                "for a one-off.",
                name=name,
            )
            if name
            else _("A rule reads like FREQ=WEEKLY;BYDAY=MO. Leave the rule out for a one-off.")
        )
    if name in earlier:
        refuse(_("%(name)s stands in this rule twice. Keep one.", name=name))


def unknown_part(name: str) -> str:
    if NAME.fullmatch(name):
        return _(
            "This rule has a part, %(name)s, that is not part of RFC 5545. Remove it, or check "
            "its spelling.",
            name=name,
        )
    return _("This rule has a part that is not part of RFC 5545. Remove it, or check its spelling.")


def _frequency(value: str | None) -> str:
    if value is None:
        refuse(_("A rule needs FREQ, for example FREQ=DAILY."))
    if value in TOO_OFTEN:
        refuse(_("Reminders repeat hourly at most. Use FREQ=HOURLY or slower."))
    if value not in FREQUENCIES:
        refuse(_("FREQ must be YEARLY, MONTHLY, WEEKLY, DAILY or HOURLY."))
    return value


def _whole(part: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdigit() or not 1 <= int(value[:6]) <= 9999:
        refuse(_("%(part)s must be a whole number from 1 up, and not that large.", part=part))
    return int(value)


def _numbers(part: str, value: str | None) -> tuple[int, ...]:
    if value is None:
        return ()
    numbers = {_number(part, text) for text in value.split(",")}
    return tuple(sorted(numbers, key=lambda n: (n < 0, n)))


def _number(part: str, text: str) -> int:
    _name, low, high, from_end = LISTS[part]
    number = int(text) if NUMBER.fullmatch(text) else -9999
    if low <= number <= high or (from_end and -high <= number <= -low):
        return number
    places = {"part": part, "low": low, "high": high}
    if from_end:
        refuse(_("%(part)s takes numbers from %(low)s to %(high)s or from -1 down.", **places))
    refuse(_("%(part)s takes numbers from %(low)s to %(high)s.", **places))


def _weekdays(value: str | None) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({_weekday(text) for text in value.split(",")})) if value else ()


def _weekday(text: str) -> tuple[int, int]:
    found = BYDAY.fullmatch(text)
    if not found or (found[1] and int(found[1]) == 0):
        refuse(_("BYDAY takes days like MO,TU or, with a count, 1MO (first) or -1FR (last)."))
    return (int(found[1] or 0), WEEKDAYS.index(found[2]))


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        refuse(_("WKST must be one of MO, TU, WE, TH, FR, SA, SU."))
    return WEEKDAYS.index(value)


def _until(value: str | None) -> date | datetime | None:
    if value is None:
        return None
    found = UNTIL.fullmatch(value)
    try:
        until = _moment(found.groups()) if found else None
    except ValueError:
        until = None
    if until is None or until.year not in YEARS:
        refuse(
            _(
                "UNTIL must be a date such as 20270301, or a time such as 20270301T090000Z, before "
                "2200."
            )
        )
    return until


def _moment(groups: tuple[str | None, ...]) -> date | datetime:
    year, month, day, hour, minute, second = (int(group or 0) for group in groups[:6])
    if groups[3] is None:
        return date(year, month, day)
    zone = UTC if groups[6] else None
    return datetime.combine(date(year, month, day), time(hour, minute, second), zone)


def _written_until(until: date | datetime | None) -> str:
    if isinstance(until, datetime):
        return f"{until:%Y%m%dT%H%M%S}{'Z' if until.tzinfo else ''}"
    return f"{until:%Y%m%d}" if until else ""
