from flask import current_app

from reminder_app.delivery.endpoints import orders, service
from reminder_app.delivery.endpoints.schemas import (
    AppriseSchema,
    ChannelSchema,
    ChannelTestSchema,
    NameSchema,
    OrderSchema,
    SecretSchema,
    WebhookSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "channels_api",
    __name__,
    url_prefix="/api/v1/channels",
    description="Through what, beside email, you are reminded.",
)


@bp.get("")
@requires("me:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ChannelSchema))
def browse(args):
    """List your channels"""
    return page_of(service.browse(current().user_id, **args))


@bp.get("/order")
@requires("me:read")
@bp.response(200, OrderSchema)
def show_order():
    """Which channel comes first, and which one follows"""
    return orders.order_of(current().user_id)


@bp.put("/order")
@requires("tokens:write")
@bp.arguments(OrderSchema)
@bp.response(200, OrderSchema)
def set_order(data):
    """Say which channel comes first, and which one follows

    For all your reminders, but where one names its own channel.
    """
    return orders.set_order(current().user_id, **data)


@bp.post("/webhooks")
@requires("tokens:write")
@bp.arguments(WebhookSchema)
@bp.response(201, SecretSchema)
@bp.alt_response(409, "Problem")
def add_webhook(data):
    """Add a webhook

    Its `secret` is shown this once. An `Idempotency-Key` counts for nothing here: it would keep the secret.
    """
    may_be_private = current_app.config["SETTINGS"].private_hosts
    return with_secret(
        *service.add_webhook(current().user_id, **data, may_be_private=may_be_private)
    )


@bp.post("/apprise")
@requires("tokens:write")
@idempotent
@bp.arguments(AppriseSchema)
@bp.response(201, ChannelSchema)
@bp.alt_response(409, "Problem")
def add_apprise(data):
    """Add a chat, an SMS provider or another service by its Apprise URL

    Which schemes may be used is for whoever runs the site to say. The URL is not shown again.
    """
    settings = current_app.config["SETTINGS"]
    return service.add_apprise(
        current().user_id,
        **data,
        schemes=settings.apprise_schemes,
        site=settings.public_url,
        may_be_private=settings.private_hosts,
    )


@bp.get("/<uuid:channel_id>")
@requires("me:read")
@bp.response(200, ChannelSchema)
@bp.alt_response(404, "Problem")
def show(channel_id):
    """Look at a channel"""
    return service.get(current().user_id, channel_id)


@bp.patch("/<uuid:channel_id>")
@requires("tokens:write")
@bp.arguments(NameSchema(partial=True))
@bp.response(200, ChannelSchema)
@bp.alt_response(404, "Problem")
def rename(data, channel_id):
    """Rename a channel"""
    return service.rename(current().user_id, channel_id, **data)


@bp.post("/<uuid:channel_id>/test")
@requires("tokens:write")
@bp.response(202, ChannelTestSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def test(channel_id):
    """Send a test message; what comes of it stands in the channel's state and words"""
    return service.test(current().user_id, channel_id, current().email)


@bp.post("/<uuid:channel_id>/secret")
@requires("tokens:write")
@bp.response(200, SecretSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def rotate(channel_id):
    """Give a webhook a new secret; for a day messages are signed with the former one as well"""
    return with_secret(*service.rotate(current().user_id, channel_id))


@bp.delete("/<uuid:channel_id>")
@requires("tokens:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def remove(channel_id):
    """Remove a channel, and call off what waits for it"""
    service.remove(current().user_id, channel_id)


def with_secret(found, secret):
    return {name: getattr(found, name) for name in ChannelSchema().fields} | {"secret": secret}
