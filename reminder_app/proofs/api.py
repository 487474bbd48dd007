from flask import current_app

from reminder_app.proofs import service
from reminder_app.proofs.schemas import HistoryArgs, LineSchema
from reminder_app.web.api import Blueprint, page_schema
from reminder_app.web.gate import current, requires

bp = Blueprint(
    "proofs_api",
    __name__,
    title="Histories of clients",
    url_prefix="/api/v1/contacts/<uuid:contact_id>",
    description="What a client was told, as proof.",
)


@bp.get("/history")
@requires("deliveries:read")
@bp.arguments(HistoryArgs, location="query")
@bp.response(200, page_schema(LineSchema))
@bp.alt_response(404, "Problem")
def history(args, contact_id):
    """List what a contact was told, the latest first"""
    mail_from = current_app.config["SETTINGS"].mail_from
    found = service.page(current().workspace_id, contact_id, mail_from, **args)
    return {"items": found.items, "next_cursor": found.next_cursor}
