from reminder_app.proofs import files, service
from reminder_app.proofs.schemas import HistoryArgs, HistoryFileArgs, LineSchema
from reminder_app.web.api import Blueprint, page_schema
from reminder_app.web.gate import current, requires

bp = Blueprint(
    "proofs_api",
    __name__,
    title="Histories of clients",
    url_prefix="/api/v1/contacts/<uuid:contact_id>",
    description="What a client was told, as proof.",
)
BINARY = {"type": "string", "format": "binary"}


@bp.get("/history")
@requires("deliveries:read")
@bp.arguments(HistoryArgs, location="query")
@bp.response(200, page_schema(LineSchema))
@bp.alt_response(404, "Problem")
def history(args, contact_id):
    """List what a contact was told, the latest first"""
    found = service.page(current().workspace_id, contact_id, files.mail_from(), **args)
    return {"items": found.items, "next_cursor": found.next_cursor}


@bp.get("/history/file")
@requires("deliveries:read")
@bp.arguments(HistoryFileArgs, location="query")
@bp.response(200, BINARY, content_type="application/pdf")
@bp.alt_response(404, "Problem")
def as_file(args, contact_id):
    """Get what a contact was told as a file

    As a PDF to show, or as CSV; in the language of the token's person, with the workspace's time zone.
    """
    write = {"pdf": files.as_paper, "csv": files.as_table}[args.pop("format")]
    return write(contact_id, args)
