"""Writing a reminder down: the form, the due times shown beside it, and who is reminded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reminder_app.accounts.details import zones
from reminder_app.database import now
from reminder_app.delivery.senders import identities
from reminder_app.errors import Conflict, Invalid
from reminder_app.reminders import (
    clients,
    draft,
    editing,
    form_files,
    form_follow_ups,
    form_scopes,
    money,
    nagging,
    people,
    service,
)
from reminder_app.reminders.form_checks import say_all
from reminder_app.reminders.form_choices import (
    NOTICES,
    changed,
    in_form,
    minutes,
    to_fields,
)
from reminder_app.reminders.form_scopes import OF_A_SERIES, Scope
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.page_schemas import ReminderFormSchema, ScheduleFormSchema
from reminder_app.reminders.preview_pages import preview_of
from reminder_app.reminders.reached_people import reached
from reminder_app.texts import service as texts
from reminder_app.translations import gettext as _
from reminder_app.web.formatting import locale, when, zone
from reminder_app.web.forms import Form, as_typed
from reminder_app.web.gate import current, requires, safe_path
from reminder_app.web.htmx import say
from reminder_app.web.uploads import takes_files

bp = Blueprint("reminder_forms", __name__, url_prefix="/reminders")
SHOWN_AGAIN = {"preview", "find", "more"}  # buttons that keep the form open


@bp.get("/new")
@requires("reminders:write")
def new() -> ResponseReturnValue:
    return form_page(Form(ReminderFormSchema, initial=fresh()))


@bp.post("")
@requires("reminders:write")
@takes_files(form_files.most_bytes)
def create() -> ResponseReturnValue:
    form, actor = Form(ReminderFormSchema, request.form), current()

    def save(data: dict[str, Any]) -> Reminder:
        fields = to_fields(data, locale())
        return form_files.saved(
            lambda: service.create_reminder(actor.workspace_id, actor.user_id, **fields),
            with_files=data["with_files"],
        )

    reminder = submitted(form, save)
    if reminder is None:
        return form_page(form)
    say(f"{reminder.title}: {when(reminder.next_at)}.", undo_url=deleting(reminder))
    target = url_for("reminders.show", reminder_id=reminder.id)
    return redirect(safe_path(request.form.get("next") or target), 303)


@bp.get("/<uuid:reminder_id>/edit")
@requires("reminders:write")
def edit(reminder_id: UUID) -> ResponseReturnValue:
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    scope = form_scopes.asked(reminder, request.args)
    form = Form(ReminderFormSchema, initial=form_scopes.filled(reminder, scope))
    return form_page(form, reminder, scope)


@bp.post("/<uuid:reminder_id>/edit")
@requires("reminders:write")
@takes_files(form_files.most_bytes)
def update(reminder_id: UUID) -> ResponseReturnValue:
    actor = current()
    reminder = service.get_reminder(actor.workspace_id, reminder_id)
    scope = form_scopes.asked(reminder, request.args)
    if "switch" in request.form:
        kept = form_scopes.switched(reminder, request.form, scope)
        return form_page(Form(ReminderFormSchema, initial=kept), reminder, scope)
    before = form_scopes.fields_of(reminder, scope)
    form = Form(ReminderFormSchema, request.form)

    def save(data: dict[str, Any]) -> Reminder:
        changes = changed(before, to_fields(data, locale()))
        if not changes and not form_files.sent():
            return reminder
        return form_files.saved(
            lambda: editing.update_reminder(
                actor.workspace_id,
                actor.user_id,
                reminder_id,
                changes,
                version=data["version"],
                scope=scope.name,
                occurrence_at=scope.at,
            ),
            reminder_id,
        )

    after = submitted(form, save, reminder, scope)
    if after is None:
        # A refused save has left behind what was read before it.
        reminder = service.get_reminder(actor.workspace_id, reminder_id)
        return form_page(form, reminder, scope)
    say(_("Saved."))
    return redirect(url_for("reminders.show", reminder_id=after.id), 303)


@bp.post("/preview")
@requires("reminders:write")
def preview() -> ResponseReturnValue:
    form = schedule_form(request.form, is_one=request.args.get("scope") == "this")
    shown = preview_of(form) | {"reached": reached(current(), request.form)}
    return render_template("reminders/preview.html", form=form, preview=shown)


@bp.get("/people")
@requires("reminders:write")
def find_people() -> ResponseReturnValue:
    """Those chosen so far and those who match, for the picker."""
    chosen = request.args.getlist("recipients")
    found = people.choices(current(), chosen, request.args.get("who", ""))
    return render_template(
        "reminders/people.html",
        people=found,
        form=None,
        channels=request.args.getlist("channels"),
        has_channels="channels" in request.args,
    )


def submitted(
    form: Form,
    save: Callable[[dict[str, Any]], Reminder],
    reminder: Reminder | None = None,
    scope: Scope = Scope(),  # noqa: B008 - cannot be changed
) -> Reminder | None:
    """What was saved; None when the form is to be shown again."""
    if SHOWN_AGAIN & set(request.form):
        return None
    if scope.is_one:
        form.leave_out(OF_A_SERIES)

    def save_in_form(data: dict[str, Any]) -> Reminder:
        try:
            return save(data)
        except Invalid as error:
            raise in_form(error, data["repeat"]) from error
        except Conflict as error:
            raise Conflict(error.message, body=error.message) from error

    saved = form.submit(save_in_form)
    if saved is None:
        say_all(form, reminder)
    return saved


def form_page(
    form: Form,
    reminder: Reminder | None = None,
    scope: Scope = Scope(),  # noqa: B008 - cannot be changed
) -> ResponseReturnValue:
    typed = as_typed(form.values)
    shown = preview_of(schedule_form(typed, scope.is_one)) | {"reached": reached(current(), typed)}
    if form.failed:
        shown.pop("wrong", None)  # said beside its field
    return page_with_choices(
        "reminders/form.html",
        form,
        reminder=reminder,
        scope=scope,
        has_channels=True,
        channels=typed.getlist("channels"),
        times=form_scopes.offered(reminder, scope) if reminder and reminder.rule else [],
        preview=shown,
    )


def page_with_choices(template_name: str, form: Form, **context: Any) -> ResponseReturnValue:
    """What the parts of the form choose from."""
    typed = as_typed(form.values)
    page = render_template(
        template_name,
        form=form,
        people=people.with_second(
            current(),
            typed.getlist("recipients"),
            typed.get("escalate_to", ""),
            typed.get("who", ""),
        ),
        not_done=form_follow_ups,
        zones=zones(),
        notices=sorted({*NOTICES, *minutes(typed.getlist("advance_notices"))}),
        shelf=form_files.shelf(),
        files_lost=bool(form_files.sent()),
        brought=form_files.brought(typed.getlist("with_files")),
        draft=draft,
        currencies=money.USUAL,
        an_amount=money.written(money.SAMPLE, locale()),
        texts=texts.choices(current().workspace_id),
        senders=identities.choices(current().workspace_id),
        **context,
    )
    return page, 422 if form.failed else 200


def schedule_form(typed: MultiDict[str, str], is_one: bool) -> Form:
    form = Form(ScheduleFormSchema, typed)
    if is_one:
        form.leave_out(OF_A_SERIES)
    return form


def fresh() -> dict[str, Any]:
    """A new form: at the next full hour that is not too near, for oneself, and what the address gives."""
    actor, args = current(), request.args
    at = (now().astimezone(zone()) + timedelta(minutes=90)).replace(minute=0)
    kind = args.get("kind", "")
    kind = kind if kind in draft.KINDS else draft.PERSONAL
    return {
        "title": args.get("title", "")[: draft.LONGEST_TITLE],
        "date": args.get("date") or at.date().isoformat(),
        "time": args.get("time") or at.strftime("%H:%M"),
        "time_zone": actor.time_zone,
        "zone_mode": "fixed",
        "repeat": "never",
        "every": 1,
        "ends": "never",
        "month_end": "clamp",
        "own_unit": "hours",
        "after_unit": "D",
        "nag_most": nagging.USUAL,
        "priority": "normal",
        "kind": kind,
        "currency": clients.currency(actor.workspace_id),
        "recipients": chosen_first(kind, args.get("contact")),
    }


def chosen_first(kind: str, contact: str | None) -> list[str]:
    """Oneself, but for what a business sends to its clients. static/reminders.js has the same rule for what is pressed."""
    if contact:
        return [f"contact:{contact}"]
    is_for_clients = current().workspace_kind == "business" and kind in draft.MOSTLY_FOR_CLIENTS
    return [] if is_for_clients else ["me"]


def deleting(reminder: Reminder) -> str:
    return url_for("reminders.delete", reminder_id=reminder.id)
