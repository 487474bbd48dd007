"""Skipping several times at once, and taking that back."""

from datetime import datetime, time

from flask import Blueprint, redirect, render_template, request, url_for

from reminder_app.errors import Conflict
from reminder_app.reminders import service, showing, skipping
from reminder_app.reminders.page_schemas import SkipFormSchema
from reminder_app.reminders.pages import asked_at, changed
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.formatting import iso, zone
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("skipping", __name__, url_prefix="/reminders")


@bp.get("/<uuid:reminder_id>/skip-many")
@requires("reminders:act")
def show(reminder_id):
    return page(reminder_id, Form(SkipFormSchema))


@bp.post("/<uuid:reminder_id>/skip-many")
@requires("reminders:act")
def save(reminder_id):
    actor, at = current(), asked_at()
    form = Form(SkipFormSchema, request.form)

    def skip(data):
        day = data["until"]
        until = datetime.combine(day, time(), zone()) if day else None
        return skipping.skip_many(
            *(actor.workspace_id, actor.user_id, reminder_id),
            count=data["count"],
            until=until,
            occurrence_at=at,
        )

    skipped = form.submit(skip)
    if skipped is None:
        return page(reminder_id, form), 422
    undo = url_for("skipping.take_back", reminder_id=reminder_id, at=iso(skipped[0].due_at))
    say(ngettext("Skipped: once.", "Skipped: %(num)s times.", len(skipped)), undo_url=undo)
    return redirect(url_for("reminders.show", reminder_id=reminder_id), 303)


@bp.post("/<uuid:reminder_id>/unskip")
@requires("reminders:act")
def take_back(reminder_id):
    actor, refused = current(), ""
    try:
        skipping.unskip(actor.workspace_id, actor.user_id, reminder_id, asked_at())
    except Conflict as error:
        refused = error.message
    reminder = service.get_reminder(actor.workspace_id, reminder_id)
    return changed(reminder, refused or _("Open again: %(title)s.", title=reminder.title))


def page(reminder_id, form):
    reminder = service.get_reminder(current().workspace_id, reminder_id)
    coming = showing.coming(reminder.schedule, service.next_times(reminder))
    return render_template("reminders/skip.html", reminder=reminder, form=form, coming=coming)
