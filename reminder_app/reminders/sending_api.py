from typing import Any
from uuid import UUID

from flask import current_app

from reminder_app.accounts.site import Site
from reminder_app.reminders import audience, sending_now
from reminder_app.reminders.audience import Wanted
from reminder_app.reminders.sending_schemas import (
    AddedSchema,
    OneRecipientSchema,
    RemovedSchema,
    SendNowSchema,
    ToldSchema,
    WhomSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "recipients_api",
    __name__,
    url_prefix="/api/v1/reminders/<uuid:reminder_id>",
    description="Whom a reminder reaches, up to ten thousand, and sending it now.",
)


@bp.get("/recipients")
@requires("reminders:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(OneRecipientSchema))
@bp.alt_response(404, "Problem")
def browse(args: dict[str, Any], reminder_id: UUID) -> Any:
    """List whom a reminder reaches"""
    return page_of(audience.page(current().workspace_id, reminder_id, **args))


@bp.post("/recipients")
@requires("reminders:write")
@bp.arguments(WhomSchema)
@bp.response(200, AddedSchema)
@bp.alt_response(404, "Problem")
def add(data: dict[str, Any], reminder_id: UUID) -> Any:
    """Add people: they get what is still to come

    Those who are there already stay as they are, so that a repeated request does nothing more.
    """
    actor = current()
    return audience.add(actor.workspace_id, actor.user_id, reminder_id, wanted(data))


@bp.delete("/recipients")
@requires("reminders:write")
@bp.arguments(WhomSchema)
@bp.response(200, RemovedSchema)
@bp.alt_response(404, "Problem")
def remove(data: dict[str, Any], reminder_id: UUID) -> Any:
    """Remove people: they get nothing more, not even what waits already"""
    actor = current()
    return audience.remove(actor.workspace_id, actor.user_id, reminder_id, wanted(data))


@bp.post("/send-now")
@requires("reminders:write")
@idempotent
@bp.arguments(SendNowSchema)
@bp.response(202, ToldSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def send_now(data: dict[str, Any], reminder_id: UUID) -> Any:
    """Tell the coming time now, instead of when it is due

    It counts as told: when its time comes nobody gets it again but who was added meanwhile. Name it by
    `occurrence_at`, or send an Idempotency-Key, and a repeated request does nothing more.
    """
    actor, site = current(), Site.of(current_app.config["SETTINGS"])
    return sending_now.send_now(actor.workspace_id, actor.user_id, reminder_id, site, **data)


def wanted(data: dict[str, Any]) -> Wanted:
    return Wanted(
        data["contacts"], data["members"], data["addresses"], data["tag"], data["q"].strip()
    )
