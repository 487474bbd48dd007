from reminder_app.calendars import imports
from reminder_app.calendars.schemas import (
    LookArgs,
    ReminderFileSchema,
    ReminderImportSchema,
    TakenSchema,
    TakeSchema,
)
from reminder_app.web.api import Blueprint
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent
from reminder_app.web.uploads import takes_files

bp = Blueprint(
    "reminder_imports_api",
    __name__,
    url_prefix="/api/v1/reminder-imports",
    description="Reminders from a file: upload it, look at what becomes of each entry, take them.",
)
AROUND = 100_000  # bytes of a request around its file


@bp.post("")
@requires("reminders:write")
@takes_files(imports.LONGEST_FILE + AROUND)
@idempotent
@bp.arguments(ReminderFileSchema, location="files")
@bp.response(201, ReminderImportSchema)
@bp.alt_response(413, "Problem")
def upload(files):
    """Upload a file of reminders

    Nothing is taken yet. One is kept for each person and workspace, for a day: an earlier one is
    forgotten.
    """
    actor, file = current(), files["file"]
    row = imports.upload(
        actor.workspace_id,
        actor.user_id,
        file_name=file.filename or "",
        data=file.stream.read(imports.LONGEST_FILE + 1),
        zone=actor.time_zone,
        locale=actor.locale,
    )
    return imports.preview(actor.workspace_id, actor.user_id, row.id)


@bp.get("/<uuid:file_id>")
@requires("reminders:write")
@bp.arguments(LookArgs, location="query")
@bp.response(200, ReminderImportSchema)
@bp.alt_response(404, "Problem")
def look(args, file_id):
    """Show what becomes of its entries, a hundred at a time, and how many are here"""
    actor = current()
    return imports.preview(actor.workspace_id, actor.user_id, file_id, args["page"])


@bp.post("/<uuid:file_id>/take")
@requires("reminders:write")
@bp.arguments(TakeSchema)
@bp.response(200, TakenSchema)
@bp.alt_response(404, "Problem")
def take(data, file_id):
    """Make reminders of its entries

    For about eight seconds: ask again while `is_cut`. Each entry becomes a reminder once, however
    often it is asked for.
    """
    actor, numbers = current(), data["numbers"]
    chosen = None if numbers is None else set(numbers)
    return imports.take(actor.workspace_id, actor.user_id, file_id, chosen)


@bp.delete("/<uuid:file_id>")
@requires("reminders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def forget(file_id):
    """Forget what was read of it; what was taken stays"""
    actor = current()
    imports.forget(actor.workspace_id, actor.user_id, file_id)
