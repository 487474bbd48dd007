"""The lists of reminders, one reminder, and what a person does about it."""

from datetime import datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from reminder_app.contacts import service as contacts
from reminder_app.database import now
from reminder_app.delivery.senders import identities
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import (
    acting,
    attaching,
    linked,
    sending_now,
    service,
    showing,
    snoozing,
    telling,
)
from reminder_app.reminders.draft import KINDS, PRIORITIES
from reminder_app.reminders.page_schemas import PauseFormSchema, SnoozeFormSchema
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.formatting import iso, when, zone
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires, safe_path, split
from reminder_app.web.htmx import is_htmx, say, toast

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
LONGEST_SEARCH = 200
HISTORY = 10
NOT_A_TIME = lazy_gettext("This link is damaged: open the reminder and try from there.")
for name, function in showing.FILTERS.items():
    bp.add_app_template_filter(function, name)


@bp.get("")
@requires("reminders:read")
def browse():
    actor, asked = current(), wanted()
    page = service.list_reminders(
        actor.workspace_id, zone=actor.time_zone, cursor=request.args.get("cursor"), **asked
    )
    counts = service.counts(actor.workspace_id, actor.time_zone)
    labels = service.labels(actor.workspace_id)
    people = contacts.get_many(
        actor.workspace_id, [asked["recipient"]] if asked["recipient"] else []
    )
    return render_template(
        "reminders/browse.html",
        page=page,
        asked=asked,
        counts=counts,
        labels=labels,
        person=next(iter(people), None),
    )


def wanted():
    asked = {name: request.args.get(name, "")[:LONGEST_SEARCH] for name in ("q", "label")}
    view, priority = request.args.get("view"), request.args.get("priority")
    kind = request.args.get("kind")
    return asked | {
        "view": view if view in service.VIEWS else "all",
        "priority": priority if priority in PRIORITIES else "",
        "kind": kind if kind in KINDS else "",
        "recipient": request.args.get("recipient", type=UUID),
        "sender_identity_id": request.args.get("sender_identity_id", type=UUID),
    }


@bp.get("/<uuid:reminder_id>")
@requires("reminders:read")
def show(reminder_id):
    workspace_id = current().workspace_id
    try:
        reminder = service.get_reminder(workspace_id, reminder_id)
    except NotFound:
        return elsewhere(reminder_id)
    coming = showing.coming(reminder.schedule, service.next_times(reminder))
    history = acting.occurrences(
        workspace_id, reminder_id, cursor=request.args.get("cursor"), limit=HISTORY
    )
    return render_template(
        "reminders/show.html",
        reminder=reminder,
        coming=coming,
        history=history,
        series=service.series_of(reminder),
        going=telling.progress(reminder),
        is_told=reminder.is_active and sending_now.is_told(reminder),
        files=attaching.of(reminder) if reminder.file_count else [],
        sender=identities.find(workspace_id, reminder.sender_identity_id),
    )


def elsewhere(reminder_id):
    """The link of a mail, opened while one works in another workspace."""
    workspace = linked.workspace_of(current().user_id, reminder_id)
    return render_template("workspaces/elsewhere.html", workspace=workspace, path=request.path)


@bp.post("/<uuid:reminder_id>/done")
@requires("reminders:act")
def done(reminder_id):
    return act(acting.done, reminder_id, _("Done: {title}."), "reminders.reopen")


@bp.post("/<uuid:reminder_id>/skip")
@requires("reminders:act")
def skip(reminder_id):
    return act(acting.skip, reminder_id, _("Skipped this time: {title}."), "reminders.reopen")


@bp.post("/<uuid:reminder_id>/reopen")
@requires("reminders:act")
def reopen(reminder_id):
    return act(acting.reopen, reminder_id, _("Open again: {title}."))


@bp.post("/<uuid:reminder_id>/snooze")
@requires("reminders:act")
def snooze(reminder_id):
    """`for`: one of the choices that snoozing offers."""
    at = asked_at()
    until = snoozing.chosen(request.form.get("for", ""), at, now(), zone())
    if until is None:
        raise Invalid(NOT_A_TIME)
    message = _("Snoozed until %(when)s: {title}.", when=when(until))

    def put_off(workspace_id, user_id, reminder_id, at):
        return acting.snooze(workspace_id, user_id, reminder_id, until, at)

    return act(put_off, reminder_id, message, "reminders.reopen")


@bp.get("/<uuid:reminder_id>/snooze")
@requires("reminders:act")
def show_snooze(reminder_id):
    tomorrow = now().astimezone(zone()) + timedelta(days=1)
    initial = {"date": tomorrow.date().isoformat(), "time": "09:00"}
    return snooze_page(reminder_id, Form(SnoozeFormSchema, initial=initial))


@bp.post("/<uuid:reminder_id>/snooze-until")
@requires("reminders:act")
def snooze_until(reminder_id):
    actor, at = current(), asked_at()
    form = Form(SnoozeFormSchema, request.form)

    def put_off(data):
        until = datetime.combine(data["date"], data["time"], zone())
        try:
            return acting.snooze(actor.workspace_id, actor.user_id, reminder_id, until, at)
        except Invalid as error:
            raise Invalid(error.message, date=error.message) from error

    one = form.submit(put_off)
    if one is None:
        return snooze_page(reminder_id, form), 422
    undo = url_for("reminders.reopen", reminder_id=reminder_id, at=iso(at))
    say(_("Snoozed until %(when)s.", when=when(one.snoozed_until)), undo_url=undo)
    return redirect(url_for("reminders.show", reminder_id=reminder_id), 303)


def snooze_page(reminder_id, form):
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    return render_template("reminders/snooze.html", reminder=reminder, form=form)


@bp.post("/<uuid:reminder_id>/pause")
@requires("reminders:write")
def pause(reminder_id):
    reminder = service.pause(current().workspace_id, reminder_id)
    return changed(reminder, _("Paused: %(title)s.", title=reminder.title), "reminders.resume")


@bp.get("/<uuid:reminder_id>/pause")
@requires("reminders:write")
def show_pause(reminder_id):
    return pause_page(reminder_id, Form(PauseFormSchema))


@bp.post("/<uuid:reminder_id>/pause-until")
@requires("reminders:write")
def pause_until(reminder_id):
    form = Form(PauseFormSchema, request.form)

    def put_off(data):
        until = datetime.combine(data["until"], time(), zone())
        return service.pause(current().workspace_id, reminder_id, until)

    reminder = form.submit(put_off)
    if reminder is None:
        return pause_page(reminder_id, form), 422
    undo = url_for("reminders.resume", reminder_id=reminder_id)
    say(_("Paused until %(when)s.", when=when(reminder.pause_until)), undo_url=undo)
    return redirect(url_for("reminders.show", reminder_id=reminder_id), 303)


def pause_page(reminder_id, form):
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    return render_template("reminders/pause.html", reminder=reminder, form=form)


@bp.post("/<uuid:reminder_id>/resume")
@requires("reminders:write")
def resume(reminder_id):
    reminder = service.resume(current().workspace_id, reminder_id)
    return changed(reminder, _("Goes on: %(title)s.", title=reminder.title), "reminders.pause")


@bp.post("/<uuid:reminder_id>/delete")
@requires("reminders:write")
def delete(reminder_id):
    reminder = service.delete_reminder(current().workspace_id, reminder_id)
    message = _("Deleted: %(title)s.", title=reminder.title)
    undo = url_for("reminders.restore", reminder_id=reminder_id)
    if is_htmx():
        return told(toast(make_response(""), message, undo))
    say(message, undo_url=undo)
    return redirect(back(gone=reminder_id), 303)


@bp.post("/<uuid:reminder_id>/restore")
@requires("reminders:write")
def restore(reminder_id):
    reminder = service.restore_reminder(current().workspace_id, reminder_id)
    return changed(reminder, _("Back again: %(title)s.", title=reminder.title))


def act(action, reminder_id, message, undo=None):
    """Do it to the occurrence named in the address, and say so; what is no longer possible, too."""
    actor, at = current(), asked_at()
    try:
        one = action(actor.workspace_id, actor.user_id, reminder_id, at)
    except Conflict as error:
        one, message, undo = None, error.message.replace("{", "{{").replace("}", "}}"), None
    reminder = service.get_reminder(actor.workspace_id, reminder_id)
    settled = one if one and not one.is_open else None
    return changed(reminder, message.format(title=reminder.title), undo, settled, at=iso(at))


def changed(reminder, message, undo=None, occurrence=None, **where):
    """The row as it is now for htmx; else back to the page it was done on."""
    undo_url = url_for(undo, reminder_id=reminder.id, **where) if undo else ""
    if is_htmx():
        row = render_template("reminders/row.html", reminder=reminder, occurrence=occurrence)
        return told(toast(make_response(row), message, undo_url))
    say(message, undo_url=undo_url)
    return redirect(back(), 303)


def told(response):
    """Parts of the page that count reminders look again."""
    response.headers["HX-Trigger-After-Swap"] = "reminders-changed"
    return response


def asked_at(given=None) -> datetime:
    """The due time that is meant: two clicks on one button then act once."""
    try:
        at = datetime.fromisoformat((request.args if given is None else given)["at"])
        if at.tzinfo is None or not 1900 < at.year < 2200:  # beyond, an offset leaves the calendar
            raise ValueError
    except (KeyError, ValueError) as error:
        raise Invalid(NOT_A_TIME) from error
    return at


def back(gone=None):
    """The page of ours this came from, unless it is about what is gone."""
    parts = split(request.referrer or "")
    if parts.netloc != request.host or (gone and str(gone) in parts.path):
        return url_for("reminders.browse")
    return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))
