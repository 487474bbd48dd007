"""Contacts from a file: upload, columns, preview, progress, report."""

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from reminder_app.contacts import cells, columns, importing
from reminder_app.contacts.deciphering import SAID
from reminder_app.contacts.models import ContactImport
from reminder_app.contacts.schemas import ImportFormSchema, UploadFormSchema
from reminder_app.contacts.taking import EXISTING
from reminder_app.errors import Conflict
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say
from reminder_app.web.streams import streamed
from reminder_app.web.uploads import takes_files

bp = Blueprint("contact_imports", __name__, url_prefix="/contacts")
DELIMITERS = {
    ",": lazy_gettext("commas"),
    ";": lazy_gettext("semicolons"),
    "\t": lazy_gettext("tabs"),
    "|": lazy_gettext("bars"),
}
BESIDE = 100_000  # bytes of a form around its file
NO_FILE = lazy_gettext("Choose a file first.")


def folder() -> Path:
    return Path(current_app.config["SETTINGS"].instance_path) / importing.FOLDER


@bp.get("/import")
@requires("contacts:write")
def new() -> ResponseReturnValue:
    return upload_page(Form(UploadFormSchema))


@bp.post("/import")
@requires("contacts:write")
@takes_files(importing.BIGGEST + BESIDE)
def upload() -> ResponseReturnValue:
    actor, form, file = current(), Form(UploadFormSchema, request.form), request.files.get("file")
    if file is None or not file.filename:
        form.fail("", {"file": NO_FILE})
        return upload_page(form)

    name, stream = file.filename, cast(BinaryIO, file.stream)

    def keep(_data: dict[str, Any]) -> ContactImport:
        return importing.upload(actor.workspace_id, actor.user_id, name, stream, folder())

    with closing(file):
        row = form.submit(keep)
    return upload_page(form) if row is None else to(row)


def upload_page(form: Form) -> ResponseReturnValue:
    page = importing.browse(current().workspace_id, request.args.get("cursor"))
    text = render_template("contacts/import.html", form=form, page=page, biggest=importing.BIGGEST)
    return text, 422 if form.failed else 200


@bp.get("/imports/<uuid:import_id>")
@requires("contacts:write")
def show(import_id: uuid.UUID) -> ResponseReturnValue:
    row = importing.get(current().workspace_id, import_id)
    if row.state == importing.NEW:
        return columns_page(row, Form(ImportFormSchema, initial=chosen(row)))
    page = importing.failures(row.workspace_id, row.id, request.args.get("cursor"))
    return render_template("contacts/import_run.html", row=row, page=page)


@bp.post("/imports/<uuid:import_id>")
@requires("contacts:write")
def choose(import_id: uuid.UUID) -> ResponseReturnValue:
    """Look again, or begin."""
    workspace_id, form = current().workspace_id, Form(ImportFormSchema, request.form)
    begins = request.form.get("do") == "start"

    def act(data: dict[str, Any]) -> ContactImport:
        row = importing.choose(workspace_id, import_id, **data)
        return importing.start(workspace_id, row.id, folder()) if begins else row

    row = form.submit(act)
    if row is None:
        return columns_page(importing.get(workspace_id, import_id), form)
    if not begins:
        return columns_page(row, form)
    return to(row)


def columns_page(row: ContactImport, form: Form) -> ResponseReturnValue:
    try:
        names = importing.headings(row, folder()) if row.kind == importing.CSV else []
        preview = importing.preview(row, folder(), names)
    except Conflict as gone:
        names, preview = [], []
        form.fail(gone.message, {})
    page = render_template(
        "contacts/import_columns.html",
        row=row,
        form=form,
        names=names,
        preview=preview,
        meanings=list(columns.MEANINGS.items()),
        existing=list(EXISTING.items()),
        encoding=SAID.get(row.encoding, row.encoding),
        delimiter=DELIMITERS.get(row.delimiter, ""),
    )
    return page, 422 if form.failed else 200


def chosen(row: ContactImport) -> dict[str, Any]:
    """As the form shows it."""
    return {
        "mapping": row.mapping,
        "has_header": row.has_header,
        "existing": row.existing,
        "tags": ", ".join(row.tags),
    }


@bp.get("/imports/<uuid:import_id>/progress")
@requires("contacts:write")
def progress(import_id: uuid.UUID) -> ResponseReturnValue:
    """A part of the page, again and again while it runs; then the whole page."""
    row = importing.get(current().workspace_id, import_id)
    answer = Response(render_template("contacts/import_progress.html", row=row))
    if row.state != importing.RUNNING:
        answer.headers["HX-Redirect"] = url_for(".show", import_id=row.id)
    return answer


@bp.post("/imports/<uuid:import_id>/cancel")
@requires("contacts:write")
def cancel(import_id: uuid.UUID) -> ResponseReturnValue:
    row = importing.cancel(current().workspace_id, import_id)
    say(_("%(file)s is stopped. What was taken already stays.", file=row.file_name))
    return to(row)


@bp.post("/imports/<uuid:import_id>/again")
@requires("contacts:write")
def again(import_id: uuid.UUID) -> ResponseReturnValue:
    row = importing.start(current().workspace_id, import_id, folder())
    return to(row)


@bp.get("/imports/<uuid:import_id>/report.csv")
@requires("contacts:write")
def report(import_id: uuid.UUID) -> ResponseReturnValue:
    """What was not taken: where it stands, why, and what it says."""
    row = importing.get(current().workspace_id, import_id)
    headings = [_("Line"), _("Reason"), _("Content")]

    def lines(import_id: uuid.UUID) -> Iterator[str]:
        yield "\ufeff" + cells.row(headings)
        for one in importing.all_failures(import_id):
            yield cells.row([str(one.line), one.reason, one.content])

    head = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    kind = "text/csv; charset=utf-8"
    return Response(streamed(lines(row.id)), headers=head, content_type=kind)


def to(row: ContactImport) -> ResponseReturnValue:
    return redirect(url_for("contact_imports.show", import_id=row.id), 303)
