"""Reminders from a file: choose it, look at what becomes of each entry, take what is chosen."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.calendars import imports
from reminder_app.calendars.imports import Taken
from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.formatting import number
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say
from reminder_app.web.limits import limiter
from reminder_app.web.uploads import takes_files

bp = Blueprint("reminder_imports", __name__, url_prefix="/reminders/import")
RATE = "60 per hour"
FORM = 100_000  # bytes, around the file


@bp.get("")
@requires("reminders:write")
def show() -> ResponseReturnValue:
    return render_template("calendars/import.html", wrong="")


@bp.post("")
@requires("reminders:write")
@takes_files(imports.LONGEST_FILE + FORM)
@limiter.limit(RATE)
def upload() -> ResponseReturnValue:
    actor, (name, data) = current(), sent()
    try:
        row = imports.upload(
            actor.workspace_id,
            actor.user_id,
            file_name=name,
            data=data,
            zone=actor.time_zone,
            locale=actor.locale,
        )
    except Invalid as error:
        return render_template("calendars/import.html", wrong=error.message), 422
    return redirect(url_for("reminder_imports.look", file_id=row.id), 303)


def sent() -> tuple[str, bytes]:
    """A file's name and all of it; a longer one shows that it is by one byte."""
    file = request.files.get("file")
    if file is None:
        return "", b""
    with file.stream:
        return file.filename or "", file.stream.read(imports.LONGEST_FILE + 1)


@bp.get("/<uuid:file_id>")
@requires("reminders:write")
def look(file_id: UUID) -> ResponseReturnValue:
    actor, page = current(), request.args.get("page", 1, type=int)
    found = imports.preview(actor.workspace_id, actor.user_id, file_id, page)
    return render_template("calendars/preview.html", found=found)


@bp.post("/<uuid:file_id>/take")
@requires("reminders:write")
def take(file_id: UUID) -> ResponseReturnValue:
    """`all`, or the numbers of those that are chosen on a page."""
    actor = current()
    numbers = None if "all" in request.form else set(request.form.getlist("item", type=int))
    taken = imports.take(actor.workspace_id, actor.user_id, file_id, numbers)
    say(told(taken))
    page = request.form.get("page", 1, type=int)
    return redirect(url_for("reminder_imports.look", file_id=file_id, page=page), 303)


def told(taken: Taken) -> str:
    said = [
        ngettext(
            "%(count)s reminder made.",
            "%(count)s reminders made.",
            taken.made,
            count=number(taken.made),
        )
    ]
    if taken.here:
        said.append(_("%(count)s were here already.", count=number(taken.here)))
    if taken.is_cut:
        said.append(_("There is more: press the button again."))
    return " ".join(said)


@bp.post("/<uuid:file_id>/forget")
@requires("reminders:write")
def forget(file_id: UUID) -> ResponseReturnValue:
    actor = current()
    imports.forget(actor.workspace_id, actor.user_id, file_id)
    say(_("What was read of the file is forgotten; what was taken stays."))
    return redirect(url_for("reminder_imports.show"), 303)
