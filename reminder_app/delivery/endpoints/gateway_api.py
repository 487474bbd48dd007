from flask import current_app

from reminder_app.delivery.endpoints import gateways
from reminder_app.delivery.endpoints.schemas import (
    ChannelTestSchema,
    GatewaySchema,
    NumberSchema,
)
from reminder_app.web.api import Blueprint
from reminder_app.web.gate import current, requires

bp = Blueprint(
    "gateways_api",
    __name__,
    title="SMS and WhatsApp",
    url_prefix="/api/v1/gateways",
    description="SMS and WhatsApp to the clients of a workspace.",
)


@bp.get("")
@requires("senders:read")
@bp.response(200, GatewaySchema(many=True))
def browse():
    """List the gateways: one for SMS and one for WhatsApp at most"""
    return gateways.browse(current().workspace_id)


@bp.put("/<channel>")
@requires("senders:write")
@bp.arguments(GatewaySchema)
@bp.response(200, GatewaySchema)
@bp.alt_response(404, "Problem")
def put(data, channel):
    """Say through what SMS or WhatsApp go to clients who prefer them

    `channel` is sms or whatsapp. Without a gateway, or without a number that begins with + and the country,
    clients are written to by email.
    """
    settings = current_app.config["SETTINGS"]
    return gateways.put(
        current().workspace_id,
        channel,
        **data,
        schemes=settings.apprise_schemes,
        site=settings.public_url,
        may_be_private=settings.private_hosts,
    )


@bp.post("/<channel>/test")
@requires("senders:write")
@bp.arguments(NumberSchema)
@bp.response(202, ChannelTestSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def test(data, channel):
    """Send a test message; what comes of it stands in the gateway's state and words"""
    return gateways.test(current().workspace_id, channel, data["to"])


@bp.delete("/<channel>")
@requires("senders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def remove(channel):
    """Remove a gateway, and call off what waits for it"""
    gateways.remove(current().workspace_id, channel)
