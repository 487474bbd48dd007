"""The files of a reminder: one to keep, and one to remove. They are added with its form."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from reminder_app.reminders import attaching
from reminder_app.reminders.form_files import shelf
from reminder_app.translations import gettext as _
from reminder_app.web.downloads import download
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("reminder_files", __name__, url_prefix="/reminders/<uuid:reminder_id>/files")


@bp.get("/<uuid:attachment_id>")
@requires("reminders:read")
def content(reminder_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    row = attaching.get(current().workspace_id, reminder_id, attachment_id)
    path = attaching.path_of(row, shelf().folder)
    return download(path, row.name, row.media_type, row.sha256.hex())


@bp.post("/<uuid:attachment_id>/remove")
@requires("reminders:write")
def remove(reminder_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    row = attaching.remove(current().workspace_id, reminder_id, attachment_id, shelf().folder)
    say(_("%(name)s is removed: it goes with nothing more.", name=row.name))
    return redirect(url_for("reminders.show", reminder_id=reminder_id), 303)
