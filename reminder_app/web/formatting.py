"""Times as a person reads them: in their zone and their locale."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, g

from reminder_app.database import now
from reminder_app.languages import language
from reminder_app.translations import gettext as _
from reminder_app.translations import language as spoken
from reminder_app.translations.sizes import size_in_words


def zone() -> ZoneInfo:
    actor = g.get("actor")
    return ZoneInfo(actor.time_zone if actor else "UTC")


def locale() -> Locale:
    actor = g.get("actor")
    return language(actor.locale if actor else spoken())


def local_datetime(value: datetime | None, style: str = "medium") -> str:
    if value is None:
        return ""
    return format_datetime(value.astimezone(zone()), style, locale=locale())


def local_date(value: datetime | None, style: str = "full") -> str:
    return "" if value is None else format_date(value.astimezone(zone()), style, locale=locale())


def local_day(value: date) -> str:
    """1 Dec 2026, or 01.12.2026, as the locale has it."""
    return format_date(value, locale=locale())


def local_time(value: datetime | None) -> str:
    """09:00, or 9:00 AM, as the locale has it."""
    if value is None:
        return ""
    return format_time(value.astimezone(zone()), "short", locale=locale())


def clock(value: time) -> str:
    """The same for a time of day that has no zone."""
    return format_time(value, "medium" if value.second else "short", locale=locale())


def when(value: datetime | None) -> str:
    """Today, tomorrow and yesterday by name, other days by date, always with the time."""
    if value is None:
        return ""
    here = value.astimezone(zone())
    today = now().astimezone(zone()).date()
    names = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    day = names.get((here.date() - today).days) or format_date(
        here, _("EEE d MMM") if here.year == today.year else _("d MMM y"), locale=locale()
    )
    return f"{day}, {local_time(value)}"


def exact(value: datetime | None) -> str:
    """3 Mar, 10:41:12.345: with its milliseconds, as the locale parts them, and another year than this one."""
    if value is None:
        return ""
    here, point = value.astimezone(zone()), get_decimal_symbol(locale())
    is_this_year = here.year == now().astimezone(zone()).year
    pattern = _("d MMM, HH:mm:ss") if is_this_year else _("d MMM y, HH:mm:ss")
    return f"{format_datetime(here, pattern, locale=locale())}{point}{here.microsecond // 1000:03d}"


def ago(value: datetime | None, form: Literal["long", "short"] = "long") -> str:
    """in 5 minutes, 2 hours ago; short: in 5 min, 2 hr ago."""
    if value is None:
        return ""
    return format_timedelta(value - now(), add_direction=True, format=form, locale=locale())


def duration(length: timedelta) -> str:
    """3 minutes, 2 hours: about so long."""
    return format_timedelta(length, threshold=1.5, locale=locale())


def number(value: float, digits: int = 0) -> str:
    """12,345 or 12.345, as the locale has it."""
    return format_decimal(round(value, digits), locale=locale())


def file_size(size: float | None) -> str:
    """24.4 kB or 24,4 kB, as the locale has it."""
    return size_in_words(size, locale())


def lateness(milliseconds: int | None) -> str:
    """How long after its time a message went out."""
    if milliseconds is None:
        return ""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{format_decimal(milliseconds / 1000, '0.0', locale=locale())} s"
    return format_timedelta(timedelta(milliseconds=milliseconds), locale=locale())


def iso(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(UTC).isoformat()


def init_app(app: Flask) -> None:
    for name in (
        local_datetime,
        local_date,
        local_time,
        when,
        exact,
        ago,
        duration,
        lateness,
        number,
        file_size,
        iso,
    ):
        app.jinja_env.filters[name.__name__] = name
