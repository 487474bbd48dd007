"""The workspace's own mail servers: made, changed, tried out and removed."""

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.delivery.senders import asking, configurations
from reminder_app.delivery.senders.details import LONGEST
from reminder_app.delivery.senders.models import EmailConfiguration
from reminder_app.delivery.senders.schemas import ConfigurationFormSchema
from reminder_app.errors import Conflict, Invalid
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("mail_servers", __name__, url_prefix="/settings/mail-servers")
SHOWN = (
    *("name", "smtp_host", "smtp_port", "smtp_security", "smtp_user"),
    *("from_address", "is_active", "mails_per_minute"),
)
FRESH = {"smtp_port": 587, "smtp_security": "starttls", "is_active": True}


@bp.get("/new")
@requires("senders:write")
def new() -> ResponseReturnValue:
    return server_page(Form(ConfigurationFormSchema, initial=FRESH))


@bp.post("")
@requires("senders:write")
def create() -> ResponseReturnValue:
    actor, form = current(), Form(ConfigurationFormSchema, request.form)
    made = form.submit(lambda data: configurations.create(actor.workspace_id, actor.name, **data))
    if made is None:
        return server_page(form)
    say(_("%(name)s is saved. Try it out now.", name=made.name))
    return redirect(url_for("mail_servers.show", configuration_id=made.id), 303)


@bp.get("/<uuid:configuration_id>")
@requires("senders:write")
def show(configuration_id: uuid.UUID) -> ResponseReturnValue:
    one = configurations.get(current().workspace_id, configuration_id)
    return server_page(Form(ConfigurationFormSchema, initial=filled(one)), one)


@bp.post("/<uuid:configuration_id>")
@requires("senders:write")
def update(configuration_id: uuid.UUID) -> ResponseReturnValue:
    actor, form = current(), Form(ConfigurationFormSchema, request.form)

    def save(data: dict[str, Any]) -> EmailConfiguration:
        return configurations.edit(actor.workspace_id, configuration_id, actor.name, **data)

    if form.submit(save) is None:
        return server_page(form, configurations.get(actor.workspace_id, configuration_id))
    say(_("Saved."))
    return redirect(url_for("mail_servers.show", configuration_id=configuration_id), 303)


@bp.post("/<uuid:configuration_id>/test")
@requires("senders:write")
def test(configuration_id: uuid.UUID) -> ResponseReturnValue:
    asking.try_out(configuration_id, "send" in request.form)
    target = url_for("mail_servers.show", configuration_id=configuration_id)
    return redirect(target + "#test", 303)


@bp.post("/<uuid:configuration_id>/delete")
@requires("senders:write")
def delete(configuration_id: uuid.UUID) -> ResponseReturnValue:
    workspace_id, move_to = current().workspace_id, request.form.get("move_to", "")
    try:
        configurations.delete(workspace_id, configuration_id, move_to)
    except (Conflict, Invalid) as error:
        removal = Form(ConfigurationFormSchema)
        removal.fail(error.message, error.fields)
        one = configurations.get(workspace_id, configuration_id)
        return server_page(Form(ConfigurationFormSchema, initial=filled(one)), one, removal)
    say(_("The mail server is removed."))
    return redirect(url_for("senders.index"), 303)


def filled(one: EmailConfiguration) -> dict[str, Any]:
    return {name: getattr(one, name) for name in SHOWN}


def server_page(
    form: Form, one: EmailConfiguration | None = None, removal: Form | None = None
) -> ResponseReturnValue:
    form.values.pop("smtp_password", None)  # it is written into no page
    found = configurations.browse(current().workspace_id, limit=configurations.MOST).items
    others = [(str(other.id), other.name) for other in found if one and other.id != one.id]
    page = render_template(
        "senders/server.html",
        form=form,
        server=one,
        removal=removal,
        others=[("site", _("The site's own mail server")), *others],
        waiting=configurations.has_waiting(one) if one else False,
        longest=LONGEST,
    )
    return page, 422 if form.failed or (removal and removal.failed) else 200
