from typing import Any
from uuid import UUID

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from reminder_app.errors import refuse
from reminder_app.reminders import attaching, form_files
from reminder_app.translations import gettext as _
from reminder_app.web.api import Blueprint, about
from reminder_app.web.downloads import download
from reminder_app.web.gate import current, requires
from reminder_app.web.instant import Instant
from reminder_app.web.uploads import takes_files

bp = Blueprint(
    "reminder_files_api",
    __name__,
    url_prefix="/api/v1/reminders/<uuid:reminder_id>/files",
    description="Files that go with the messages of a reminder.",
)
BINARY = {"type": "string", "format": "binary"}


class NewFileSchema(Schema):
    file = Upload(required=True, metadata=about("With its name.", "invoice.pdf"))


class FileSchema(Schema):
    id = fields.UUID()
    name = fields.String(metadata=about("As it was sent, without what a name may not have."))
    media_type = fields.String(metadata=about("By the ending of its name alone."))
    size = fields.Integer(metadata=about("In bytes."))
    sha256 = fields.Function(lambda row: row.sha256.hex(), metadata={"type": "string"})
    created_at = Instant()


class FilesSchema(Schema):
    items = fields.List(fields.Nested(FileSchema))


@bp.get("")
@requires("reminders:read")
@bp.response(200, FilesSchema)
@bp.alt_response(404, "Problem")
def browse(reminder_id: UUID) -> Any:
    """List the files of a reminder"""
    return {"items": attaching.listed(current().workspace_id, reminder_id)}


@bp.post("")
@requires("reminders:write")
@takes_files(form_files.most_bytes)
@bp.arguments(NewFileSchema, location="files")
@bp.response(201, FileSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(413, "Problem")
@bp.alt_response(503, "Problem")
def add(_files: Any, reminder_id: UUID) -> Any:
    """Add a file: it goes with what is planned from now on

    The same content under the same name is there once: a repeated request does nothing more, and needs
    no Idempotency-Key.
    """
    actor, files = current(), form_files.offered("file")
    if not files:  # a part without a name holds none
        refuse("file", _("Choose a file."))
    whose = actor.workspace_id, actor.user_id, reminder_id
    return attaching.add(*whose, files[0], form_files.shelf())


@bp.get("/<uuid:attachment_id>/content")
@requires("reminders:read")
@bp.response(200, BINARY, content_type="application/octet-stream")
@bp.alt_response(404, "Problem")
def content(reminder_id: UUID, attachment_id: UUID) -> Any:
    """Get what is in a file"""
    row = attaching.get(current().workspace_id, reminder_id, attachment_id)
    path = attaching.path_of(row, form_files.shelf().folder)
    return download(path, row.name, row.media_type, row.sha256.hex())


@bp.delete("/<uuid:attachment_id>")
@requires("reminders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def remove(reminder_id: UUID, attachment_id: UUID) -> None:
    """Remove a file: it goes with nothing more, not even with what waits already"""
    attaching.remove(current().workspace_id, reminder_id, attachment_id, form_files.shelf().folder)
