from pathlib import Path
from typing import Any, cast

from flask import Response, current_app

from reminder_app.contacts import exporting, importing
from reminder_app.contacts.import_schemas import (
    ContactFileSchema,
    ContactImportSchema,
    ExportArgs,
    ImportChoicesSchema,
    ImportFailureSchema,
    ImportPreviewSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent
from reminder_app.web.streams import streamed
from reminder_app.web.uploads import takes_files

bp = Blueprint(
    "contact_imports_api",
    __name__,
    url_prefix="/api/v1/contact-imports",
    description="Contacts from a file: upload it, look at it, start; then it is read in the background.",
)
exports = Blueprint(
    "contact_exports_api", __name__, url_prefix="/api/v1/contacts", title="Contacts"
)
AROUND = 100_000  # bytes of a request around its file
TEXT = {"type": "string"}
KINDS = {"csv": (exporting.as_csv, "text/csv"), "vcard": (exporting.as_vcards, "text/vcard")}


def folder() -> Path:
    return Path(current_app.config["SETTINGS"].instance_path) / importing.FOLDER


@bp.get("")
@requires("contacts:write")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ContactImportSchema))
def browse(args):
    """List imports, the latest first"""
    return page_of(importing.browse(current().workspace_id, **args))


@bp.post("")
@requires("contacts:write")
@takes_files(importing.BIGGEST + AROUND)
@idempotent
@bp.arguments(ContactFileSchema, location="files")
@bp.response(201, ContactImportSchema)
@bp.alt_response(413, "Problem")
def upload(files):
    """Upload a file of contacts

    Nothing is taken yet: look at the preview, say what the columns are, then start.
    """
    actor, file = current(), files["file"]
    return importing.upload(
        actor.workspace_id,
        actor.user_id,
        file.filename or "",
        cast(Any, file.stream),
        folder(),
    )


@bp.get("/<uuid:import_id>")
@requires("contacts:write")
@bp.response(200, ContactImportSchema)
@bp.alt_response(404, "Problem")
def show(import_id):
    """Show an import, and how far it is"""
    return importing.get(current().workspace_id, import_id)


@bp.patch("/<uuid:import_id>")
@requires("contacts:write")
@bp.arguments(ImportChoicesSchema)
@bp.response(200, ContactImportSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def choose(data, import_id):
    """Say what its columns are, and what becomes of those who are here already"""
    return importing.choose(current().workspace_id, import_id, **data)


@bp.get("/<uuid:import_id>/preview")
@requires("contacts:write")
@bp.response(200, ImportPreviewSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def preview(import_id):
    """Show its columns, and the first ten as they would be taken"""
    row = importing.get(current().workspace_id, import_id)
    names = importing.headings(row, folder()) if row.kind == importing.CSV else []
    return {"columns": names, "items": importing.preview(row, folder(), names)}


@bp.post("/<uuid:import_id>/start")
@requires("contacts:write")
@bp.response(202, ContactImportSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def start(import_id):
    """Start it, or go on with one that was stopped

    One that runs, or is done, answers 409: a repeated request begins nothing a second time.
    """
    return importing.start(current().workspace_id, import_id, folder())


@bp.post("/<uuid:import_id>/cancel")
@requires("contacts:write")
@bp.response(200, ContactImportSchema)
@bp.alt_response(404, "Problem")
def cancel(import_id):
    """Stop it; what was taken stays"""
    return importing.cancel(current().workspace_id, import_id)


@bp.get("/<uuid:import_id>/failures")
@requires("contacts:write")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ImportFailureSchema))
@bp.alt_response(404, "Problem")
def failures(args, import_id):
    """List what was not taken, and why"""
    return page_of(importing.failures(current().workspace_id, import_id, **args))


@exports.get("/export")
@requires("contacts:read")
@exports.arguments(ExportArgs, location="query")
@exports.response(200, TEXT, content_type="text/csv")
def export(args):
    """Get all contacts as a file

    As CSV, which an import takes again, or as vCards; filtered as the list is.
    """
    lines, kind = KINDS[args.pop("format")]
    archived = args.pop("archived")
    found = lines(current().workspace_id, is_archived=archived, **args)
    return Response(streamed(found), content_type=f"{kind}; charset=utf-8")
