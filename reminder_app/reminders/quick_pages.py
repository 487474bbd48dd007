"""Quick add: one line of plain words, what was understood of it, and what has to be asked.

Without JavaScript the first press shows what was understood, the second one saves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reminder_app.database import now
from reminder_app.errors import Invalid
from reminder_app.quick_add import Parse, Part, known_language
from reminder_app.recurrence import Schedule
from reminder_app.reminders import form_pages, quick_fields, service, showing
from reminder_app.reminders.form_choices import repeat_values
from reminder_app.reminders.form_follow_ups import repeat_after_values, times_values
from reminder_app.reminders.page_schemas import ReminderFormSchema
from reminder_app.web.formatting import when
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires, safe_path
from reminder_app.web.htmx import say

bp = Blueprint("quick_add", __name__, url_prefix="/reminders/quick-add")
ANSWER = "answer:"  # before the name of a question
MOST_SENT = 50  # of parts that are off, and of answers
SHOWN_TIMES = 3
SILENT = ("opening", "joint")  # parts that say nothing


@dataclass
class Typed:
    """`shown`: the text whose parts the person has seen. off: "kind:text" of each part that is clicked off."""

    text: str = ""
    shown: str = ""
    off: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    next: str = "/"


@bp.get("")
@requires("reminders:write")
def show() -> ResponseReturnValue:
    return page(typed(request.args))


@bp.post("")
@requires("reminders:write")
def save() -> ResponseReturnValue:
    one = typed(request.form)
    found = parse_of(one)
    if "more" in request.form:
        return full_form(found)
    if one.shown != one.text or {"turn_off", "turn_on"} & set(request.form):
        return page(one, found)
    actor = current()
    try:
        fields = quick_fields.to_fields(actor, found)
        reminder = service.create_reminder(actor.workspace_id, actor.user_id, **fields)
    except Invalid as error:
        return page(one, found, error), 422
    undo = url_for("reminders.delete", reminder_id=reminder.id)
    say(f"{reminder.title}: {when(reminder.next_at)}.", undo_url=undo)
    return redirect(safe_path(one.next), 303)


@bp.post("/read")
@requires("reminders:write")
def read() -> ResponseReturnValue:
    """What is understood so far, while one types."""
    one = typed(request.form)
    return render_template("reminders/quick_parts.html", quick=shown(one, parse_of(one)))


def typed(given: MultiDict[str, str]) -> Typed:
    off = dict.fromkeys(given.getlist("off"), True)
    off |= dict.fromkeys(given.getlist("turn_off"), True)
    for back in given.getlist("turn_on"):
        off.pop(back, None)
    answers = {
        name.removeprefix(ANSWER): value
        for name, value in given.items()
        if name.startswith(ANSWER) and value
    }
    return Typed(
        text=given.get("text", "").strip(),
        shown=given.get("shown", "").strip(),
        off=list(off)[:MOST_SENT],
        answers=dict(list(answers.items())[:MOST_SENT]),
        next=given.get("next", "/"),
    )


def parse_of(one: Typed) -> Parse:
    """Of a text that is too long, its beginning: the field takes no more."""
    off = [(kind, text) for kind, _, text in (value.partition(":") for value in one.off)]
    text = one.text[: quick_fields.LONGEST]
    return quick_fields.understood(current(), text, off, one.answers)


def page(one: Typed, found: Parse | None = None, error: Invalid | None = None) -> str:
    quick = shown(one, found or parse_of(one)) | {"wrong": wrong(error) if error else []}
    return render_template("reminders/quick_page.html", quick=quick)


def wrong(error: Invalid) -> list[str]:
    """What is open is asked below; the rest is said."""
    said = [why for name, why in error.fields.items() if not name.startswith("answers.")]
    return list(dict.fromkeys(said)) or [error.message]


def shown(one: Typed, found: Parse) -> dict[str, Any]:
    return {
        "text": one.text,
        "next": one.next,
        "found": found,
        "chips": chips(found),
        "language": known_language(current().locale),
        "questions": [*found.answered, *found.questions],
        **times_of(found),
    }


def chips(found: Parse) -> list[tuple[Part, bool]]:
    """In the order of the text, each with whether it is off."""
    both = [*((one, False) for one in found.parts), *((one, True) for one in found.off)]
    said = [(one, is_off) for one, is_off in both if one.kind not in SILENT]
    return sorted(said, key=lambda chip: chip[0].start)


def times_of(found: Parse) -> dict[str, Any]:
    """The first due times, or why there are none."""
    if found.starts_at is None:
        return {"times": []}
    zone = current().time_zone
    schedule = Schedule(
        found.starts_at, zone, found.rule, found.month_end, found.repeat_after, found.times_per
    )
    try:
        service.check_comes(schedule, now())
        times = service.preview(schedule, SHOWN_TIMES, now())
    except Invalid as error:
        return {"times": [], "never": error.message}
    return {"times": showing.coming(schedule, times)}


def full_form(found: Parse) -> ResponseReturnValue:
    """All that is clear, in the form; what is open is left as in a new one."""
    values = form_pages.fresh()
    if found.starts_at:
        values |= {"date": f"{found.starts_at:%Y-%m-%d}", "time": f"{found.starts_at:%H:%M}"}
    start = datetime.fromisoformat(f"{values['date']}T{values['time']}")
    values |= repeat_values(found.rule, start)
    values |= repeat_after_values(found.repeat_after)
    values |= times_values(found.times_per, found.rule)
    values |= {name: getattr(found, name) for name in ("title", "month_end", "priority")}
    values |= {
        "advance_notices": [str(minutes) for minutes in found.advance_notices],
        "labels": ", ".join(found.labels),
        "recipients": list(found.people) or ["me"],
    }
    return form_pages.form_page(Form(ReminderFormSchema, initial=values))
