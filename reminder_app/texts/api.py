from reminder_app.texts import service
from reminder_app.texts.schemas import (
    SaidSchema,
    TextChangesSchema,
    TextPreviewSchema,
    TextSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "texts_api",
    __name__,
    title="Texts for clients",
    url_prefix="/api/v1/texts",
    description="What a workspace writes to its clients, with fields for names and amounts.",
)


@bp.get("")
@requires("reminders:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(TextSchema))
def browse(args):
    """List texts by name"""
    return page_of(service.browse(current().workspace_id, **args))


@bp.post("")
@requires("reminders:write")
@idempotent
@bp.arguments(TextSchema)
@bp.response(201, TextSchema)
@bp.alt_response(409, "Problem")
def create(data):
    """Create a text

    A field that there is not is refused, with the one that was probably meant.
    """
    return service.create(current().workspace_id, current().user_id, **data)


@bp.post("/preview")
@requires("reminders:write")
@bp.arguments(TextPreviewSchema)
@bp.response(200, SaidSchema)
@bp.alt_response(404, "Problem")
def preview(data):
    """Show what a client would read"""
    return service.preview(current().workspace_id, **data)


@bp.get("/<uuid:text_id>")
@requires("reminders:read")
@bp.response(200, TextSchema)
@bp.alt_response(404, "Problem")
def show(text_id):
    """Show a text"""
    return service.get(current().workspace_id, text_id)


@bp.patch("/<uuid:text_id>")
@requires("reminders:write")
@bp.arguments(TextChangesSchema(partial=True))
@bp.response(200, TextSchema)
@bp.alt_response(404, "Problem")
def edit(data, text_id):
    """Change what is given of a text

    What is planned already says what it was planned to say.
    """
    return service.edit(current().workspace_id, current().user_id, text_id, **data)


@bp.delete("/<uuid:text_id>")
@requires("reminders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def delete(text_id):
    """Delete a text that no reminder uses"""
    service.delete(current().workspace_id, text_id)
