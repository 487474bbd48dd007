"""Settings, Senders: through what clients get SMS and WhatsApp."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.delivery.endpoints import apprise_forms, apprise_services, gateways, kinds, trying
from reminder_app.delivery.endpoints.apprise_forms import Service
from reminder_app.delivery.endpoints.schemas import GatewaySchema, NumberSchema
from reminder_app.errors import NotFound
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("gateways", __name__, url_prefix="/settings/gateways")


@bp.get("/<channel>")
@requires("senders:write")
def show(channel: str) -> ResponseReturnValue:
    return gateway_page(channel)


@bp.post("/<channel>")
@requires("senders:write")
def put(channel: str) -> ResponseReturnValue:
    form, settings = Form(GatewaySchema, request.form), current_app.config["SETTINGS"]
    told = {"schemes": settings.apprise_schemes, "site": settings.public_url}
    told["may_be_private"] = settings.private_hosts
    made = form.submit(lambda data: gateways.put(current().workspace_id, channel, **data, **told))
    if made is None:
        return gateway_page(channel, form), 422
    say(_("Saved. Send a test message to see whether it arrives."))
    return redirect(url_for("gateways.show", channel=channel), 303)


@bp.post("/<channel>/test")
@requires("senders:write")
def test(channel: str) -> ResponseReturnValue:
    form = Form(NumberSchema, request.form)
    form.submit(lambda data: gateways.test(current().workspace_id, channel, data["to"]))
    if form.failed:
        return gateway_page(channel, number=form), 422
    return redirect(url_for("gateways.show", channel=channel), 303)


@bp.post("/<channel>/remove")
@requires("senders:write")
def remove(channel: str) -> ResponseReturnValue:
    gateways.remove(current().workspace_id, channel)
    say(_("The gateway is removed."))
    return redirect(url_for("senders.index"), 303)


def gateway_page(channel: str, form: Form | None = None, number: Form | None = None) -> str:
    if channel not in kinds.GATEWAYS:
        raise NotFound(_("There is no such gateway here."))
    found = {one.channel: one for one in gateways.browse(current().workspace_id)}.get(channel)
    last = trying.last_of(found) if found else None
    return render_template(
        "channels/gateway.html",
        channel=channel,
        title=kinds.GATEWAYS[channel],
        one=found,
        last=last,
        is_under_way=last is not None and trying.is_under_way(last),
        examples=examples(channel),
        form=form or Form(GatewaySchema),
        number=number or Form(NumberSchema),
    )


def examples(channel: str) -> list[Service]:
    """How services that write to a number are written."""
    schemes = apprise_services.allowed(current_app.config["SETTINGS"].apprise_schemes)
    found = apprise_forms.offered(schemes)
    return [one for one in found if one.to_numbers_by == channel]
