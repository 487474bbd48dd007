"""All that is wrong with a form at once: a schema stops at its own errors, a service at its first."""

from collections.abc import Callable
from typing import Any

from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.reminders import draft, service
from reminder_app.reminders.form_choices import (
    Values,
    in_form,
    to_labels,
    to_notices,
    to_payment,
    to_recipients,
    to_schedule,
)
from reminder_app.reminders.form_follow_ups import to_nag
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.page_schemas import ScheduleFormSchema
from reminder_app.reminders.recipients import choose
from reminder_app.web.formatting import locale
from reminder_app.web.forms import Form
from reminder_app.web.gate import current


def check_schedule(data: Values, reminder: Reminder | None) -> None:
    schedule = to_schedule(data)
    if reminder is None or schedule != reminder.schedule:
        service.check_comes(schedule, now())


def check_people(data: Values, reminder: Reminder | None) -> None:
    if reminder and reminder.is_for_many:
        return
    actor = current()
    choose(actor.workspace_id, actor.user_id, to_recipients(data))


def check_payment(data: Values, _reminder: Reminder | None) -> None:
    draft.check_payment(data["kind"], *to_payment(data, locale()).values())
    draft.currency(to_payment(data, locale())["currency"])


# What a check needs -> the check.
CHECKS: dict[tuple[str, ...], Callable[[Values, Reminder | None], Any]] = {
    ("title",): lambda data, _: draft.title(data["title"]),
    ("notes",): lambda data, _: draft.notes(data["notes"]),
    ("labels",): lambda data, _: draft.labels(to_labels(data)),
    ("advance_notices", "own_amount", "own_unit"): lambda data, _: draft.advance_notices(
        to_notices(data)
    ),
    ("kind", "amount", "currency"): check_payment,
    ("link",): lambda data, _: draft.link(data["link"]),
    ("reference",): lambda data, _: draft.reference(data["reference"]),
    ("recipients", "channels"): check_people,
    ("nag_every", "nag_most", "nag_start", "nag_end"): lambda data, _: to_nag(data),
    tuple(ScheduleFormSchema().fields): check_schedule,
}

# From top to bottom.
PLACES = (
    *("body", "title", "kind", "amount", "currency", "link", "reference"),
    *("date", "time", "repeat", "days", "nth", "weekday", "rule"),
    *("day", "every", "ends", "until", "count", "month_end", "recipients"),
    *("nag_every", "nag_most", "nag_start", "nag_end", "escalate_after", "escalate_to"),
    *("advance_notices", "own_amount", "own_unit", "notes", "labels", "priority", "time_zone"),
)


def say_all(form: Form, reminder: Reminder | None = None) -> None:
    """To what a refused form says already, add what it would say next."""
    for needed, check in CHECKS.items():
        if not set(needed) <= form.data.keys() - form.errors.keys():
            continue
        try:
            check(form.data, reminder)
        except Invalid as error:
            form.fail(form.message, in_form(error, form.data.get("repeat", "")).fields)
    form.errors = dict(sorted(form.errors.items(), key=place))


def place(said: tuple[str, list[str]]) -> int:
    return PLACES.index(said[0]) if said[0] in PLACES else len(PLACES)
