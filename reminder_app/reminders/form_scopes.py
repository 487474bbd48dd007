"""Which times of a series a form is about: all, one and those that follow it, or only one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from werkzeug.datastructures import MultiDict

from reminder_app import recurrence
from reminder_app.recurrence import following
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders import editing, people, service
from reminder_app.reminders.form_choices import Values, repeat_values, to_values
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.page_schemas import ReminderFormSchema
from reminder_app.reminders.pages import asked_at
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import clock, iso, locale
from reminder_app.web.forms import Form
from reminder_app.web.gate import current

OFFERED = 6  # of the times to come
SAME = (
    *("title", "notes", "time_zone", "zone_mode", "priority"),
    *("kind", "amount", "currency", "link", "reference", "text_id"),
    "sender_identity_id",
)
# What one time alone does not have; its form keeps them for when one looks at the series again.
OF_A_SERIES = (
    *("repeat", "every", "days", "day", "nth", "weekday"),
    *("ends", "until", "count", "rule", "month_end", "after_unit", "times", "times_unit"),
)


@dataclass(frozen=True)
class Scope:
    name: str = "all"  # one of editing.SCOPES
    at: datetime | None = None  # the due time it is about, for the other two

    @property
    def is_one(self) -> bool:
        return self.name == "this"


def asked(reminder: Reminder, given: Mapping[str, str]) -> Scope:
    """Raises Invalid for a time that is none of the reminder's."""
    name = given.get("scope", "")
    if name not in editing.SCOPES or name == "all" or not (reminder.rule and reminder.next_at):
        return Scope()
    at = asked_at(given) if given.get("at") else reminder.due_at
    return Scope(name, editing.occurrence_of(reminder, at))


def fields_of(reminder: Reminder, scope: Scope) -> Values:
    """The reminder as the form's fields have it, before anybody changed them."""
    schedule: Schedule = reminder.schedule
    if scope.at and scope.name == "following":
        schedule = following.from_occurrence(schedule, scope.at)
    if scope.at and scope.is_one:
        schedule = Schedule(editing.wall_of(reminder, scope.at), schedule.zone)
    return {name: getattr(reminder, name) for name in SAME} | {
        "starts_at": schedule.starts_at,
        "rule": schedule.rule,
        "month_end": schedule.month_end,
        "advance_notices": sorted(reminder.advance_notices),
        "recipients": people.as_typed(current(), reminder.shown_recipients),
        "labels": reminder.label_names,
        "repeat_after": schedule.after,
        "times_per": schedule.times,
        "nag": reminder.nag,
        "escalation": people.second(current(), reminder),
    }


def filled(reminder: Reminder, scope: Scope) -> Values:
    """The form as it is first shown."""
    values = to_values(fields_of(reminder, scope), locale()) | {"version": reminder.version}
    if scope.is_one:
        repeats = repeat_values(reminder.rule, reminder.starts_at)
        values |= repeats | {"month_end": reminder.month_end}
    return values


def switched(reminder: Reminder, typed: MultiDict[str, str], scope: Scope) -> Values:
    """The form for another scope, with all that was typed into the one before."""
    before = filled(reminder, asked(reminder, typed))
    given = Form(ReminderFormSchema, typed).values
    kept = {
        name: value
        for name, value in given.items()
        if (name in typed or isinstance(value, list)) and plain(value) != plain(before.get(name))
    }
    # Whoever changed it meanwhile has not been seen by this form.
    return filled(reminder, scope) | kept | {"version": typed.get("version")}


def plain(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return sorted(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n")


def offered(reminder: Reminder, scope: Scope) -> list[dict[str, Any]]:
    """The times to choose from: what waits, what comes, and the one that is chosen already."""
    schedule = reminder.schedule
    ahead = {time.at for time in service.next_times(reminder, OFFERED)}
    found = ahead | {at for at in (scope.at, reminder.due_at) if at}
    # What waits may be a time of the rule before this one.
    instants = sorted(at for at in found if recurrence.at_or_after(schedule, at) == at)
    times = service.times(schedule, instants)
    is_daily = len({time.local.date() for time in times}) == len(times)
    return [
        {
            "at": iso(time.at),
            "words": format_date(time.local, _("EEE d MMM"), locale=locale())
            + ("" if is_daily else f", {clock(time.local.time())}"),
            "is_chosen": time.at == scope.at,
        }
        for time in times
    ]
