"""Reminders in the words and on the clock of whoever looks at them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from babel.dates import format_date

from reminder_app.database import now
from reminder_app.recurrence import per_period
from reminder_app.recurrence.schedule import Schedule
from reminder_app.recurrence.wording import describe, describe_days
from reminder_app.reminders import money, nagging, snoozing, web_link
from reminder_app.reminders.form_choices import notice_words
from reminder_app.reminders.form_follow_ups import after
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.remarks import remark
from reminder_app.reminders.service import Time
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import clock, iso, local_time, locale, zone
from reminder_app.web.gate import current


def in_words(schedule: Schedule) -> str:
    return describe(schedule, clock)


def in_short(schedule: Schedule) -> str:
    """Where its time of day stands beside it."""
    return describe_days(schedule, clock)


def coming(schedule: Schedule, times: Iterable[Time]) -> list[dict[str, Any]]:
    """Due times for next_times(): on the reminder's clock, with what is worth knowing beside them."""
    return [
        {
            "iso": iso(one.at),
            "day": day(one.local),
            "time": clock(one.local.time()),
            "note": ", ".join(filter(None, (remark(schedule, one.at, clock), elsewhere(one)))),
        }
        for one in times
    ]


def day(local: datetime) -> str:
    """Fri 30 Jan 2026"""
    return format_date(local, _("EEE d MMM y"), locale=locale())


def plainly(times: Iterable[Time]) -> list[dict[str, Any]]:
    """Moments that are no due times."""
    return [
        {
            "iso": iso(one.at),
            "day": day(one.local),
            "time": clock(one.local.time()),
            "note": elsewhere(one),
        }
        for one in times
    ]


def asked_again(reminder: Reminder) -> str:
    nag = nagging.of(reminder.nag)
    return nagging.in_words(nag) if nag else ""


def passed_on(reminder: Reminder) -> str:
    """Anna is told after 2 hours."""
    who = reminder.escalate_user or reminder.escalate_contact
    if who is None or reminder.escalate_after is None:
        return ""
    return _(
        "%(name)s is told %(after_so_long)s",
        name=name_of(who),
        after_so_long=after(reminder.escalate_after),
    )


def elsewhere(one: Time) -> str:
    """The same moment on the looker's own clock, where that differs."""
    here = one.at.astimezone(zone())
    is_other = here.utcoffset() != one.local.utcoffset()
    return _("%(time)s for you", time=local_time(one.at)) if is_other else ""


def names(reminder: Reminder) -> list[str]:
    """Who is reminded; the looker first, as "me"."""
    me = current().user_id
    others = [one for one in reminder.shown_recipients if one.user_id != me]
    found = sorted((name_of(one.user or one.contact) for one in others), key=str.casefold)
    return found if len(others) == len(reminder.shown_recipients) else [_("me"), *found]


def name_of(person: Any) -> str:
    return person.name or person.email if person else _("somebody who left")


def snoozes(reminder: Reminder) -> Iterable[snoozing.Choice]:
    return snoozing.choices(reminder.due_at, now(), zone()) if reminder.due_at else ()


def notices(reminder: Reminder) -> str:
    return ", ".join(notice_words(minutes) for minutes in sorted(reminder.advance_notices))


def is_past(value: datetime | None) -> bool:
    return value is not None and value <= now()


def progress(reminder: Reminder) -> str:
    """2 of 3 this week"""
    if reminder.times_per is None:
        return ""
    number, unit = per_period.parts(reminder.times_per)
    said = {"done": reminder.done_in_period, "number": number}
    if unit == "week":
        return _("%(done)s of %(number)s this week", **said)
    return _("%(done)s of %(number)s this month", **said)


def amount(reminder: Reminder) -> str:
    if reminder.amount is None:
        return ""
    return money.shown(reminder.amount, reminder.currency, str(locale()))


FILTERS: dict[str, Callable[..., Any]] = {
    "in_words": in_words,
    "in_short": in_short,
    "recipient_names": names,
    "snooze_choices": snoozes,
    "notices_in_words": notices,
    "notice_words": notice_words,
    "is_past": is_past,
    "asked_again": asked_again,
    "passed_on": passed_on,
    "amount_of": amount,
    "progress": progress,
    "link_host": web_link.host,
}
