"""Times as a mail says them."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date, format_time

from reminder_app.languages import language
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext

A_WEEK = 10_080
A_DAY, AN_HOUR = 1440, 60


# A thousand reminders of one minute are the same few texts.
@lru_cache(maxsize=4096)
def when(instant: datetime, zone: str, locale: str) -> str:
    """Saturday, 31 January 2026, 09:00"""
    local = instant.astimezone(zone_named(zone))
    tongue = language(locale)
    day = format_date(local, "full", locale=tongue)
    clock = format_time(local, "short", locale=tongue)
    return f"{day}, {clock}".replace("\u202f", " ")  # a narrow space, which some mail programs box


@lru_cache(maxsize=4096)
def day(instant: datetime, zone: str, locale: str) -> str:
    """31 January 2026"""
    return format_date(instant.astimezone(zone_named(zone)), "long", locale=language(locale))


def time_of_day(instant: datetime, zone: str, locale: str) -> str:
    return clock(instant.astimezone(zone_named(zone)).time(), locale)


@lru_cache(maxsize=4096)
def clock(at: time, locale: str) -> str:
    style = "medium" if at.second else "short"
    return format_time(at, style, locale=language(locale)).replace("\u202f", " ")


def lead(ahead: timedelta) -> str:
    """How long it still is: "in 1 day", "in 1 hour 30 minutes"; nobody needs the minutes of days."""
    minutes = max(1, round(ahead / timedelta(minutes=1)))
    weeks, rest = divmod(minutes, A_WEEK)
    if not rest:
        return ngettext("in %(num)s week", "in %(num)s weeks", weeks)
    days, rest = divmod(minutes, A_DAY)
    hours, rest = divmod(rest, AN_HOUR)
    if days:
        return and_more(ngettext("in %(num)s day", "in %(num)s days", days), hours, rest)
    if hours:
        return and_more(ngettext("in %(num)s hour", "in %(num)s hours", hours), 0, rest)
    return ngettext("in %(num)s minute", "in %(num)s minutes", rest)


def and_more(ahead: str, hours: int, minutes: int) -> str:
    if hours:
        return ahead + " " + ngettext("%(num)s hour", "%(num)s hours", hours)
    if minutes:
        return ahead + " " + ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ahead


def subject(title: str, lead: str, was_due: str, due: str = "") -> str:
    """The title first: a list of mails shows no more than that."""
    if due:
        return _("%(title)s (due %(day)s)", title=title, day=due)
    if lead:
        return f"{title} ({lead})"
    return _("%(title)s (late: was due %(when)s)", title=title, when=was_due) if was_due else title
