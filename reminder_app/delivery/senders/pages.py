"""Senders, under the workspace's settings: in whose name messages go out, and through what."""

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.database import now
from reminder_app.delivery.senders import asking, configurations, identities, uses
from reminder_app.delivery.senders.details import LONGEST
from reminder_app.delivery.senders.models import EMAIL, SenderIdentity
from reminder_app.delivery.senders.schemas import (
    CodeSchema,
    SenderEditSchema,
    SenderFormSchema,
)
from reminder_app.errors import Conflict, Invalid, TooMany
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("senders", __name__, url_prefix="/settings/senders")
A_PAGE = 50


@bp.get("")
@requires("senders:write")
def index() -> ResponseReturnValue:
    workspace_id = current().workspace_id
    return render_template(
        "senders/index.html",
        page=identities.browse(workspace_id, cursor=request.args.get("cursor"), limit=A_PAGE),
        servers=configurations.browse(workspace_id, limit=configurations.MOST).items,
    )


@bp.get("/new")
@requires("senders:write")
def new() -> ResponseReturnValue:
    return form_page(Form(SenderFormSchema, initial={"type": EMAIL}))


@bp.post("")
@requires("senders:write")
def create() -> ResponseReturnValue:
    form = Form(SenderFormSchema, request.form)
    made = form.submit(lambda data: identities.create(current().workspace_id, **data))
    if made is None:
        return form_page(form)
    if made.type == EMAIL:
        sent_code(made)
    else:
        say(_("%(address)s is saved. %(what)s", address=made.address, what=identities.BY_OPERATOR))
    return shown(made.id)


def sent_code(one: SenderIdentity) -> None:
    address = one.address
    try:
        asking.send_code(one.id)
    except (TooMany, Conflict) as error:
        say(error.message, "warning")
    else:
        say(_("A code is on its way to %(address)s. It works for 15 minutes.", address=address))


@bp.get("/<uuid:identity_id>")
@requires("senders:write")
def show(identity_id: uuid.UUID) -> ResponseReturnValue:
    return sender_page(identities.get(current().workspace_id, identity_id))


@bp.post("/<uuid:identity_id>")
@requires("senders:write")
def update(identity_id: uuid.UUID) -> ResponseReturnValue:
    workspace_id = current().workspace_id
    form = Form(SenderEditSchema, request.form)
    if form.submit(lambda data: identities.edit(workspace_id, identity_id, **data)) is None:
        return sender_page(identities.get(workspace_id, identity_id), form=form)
    say(_("Saved."))
    return shown(identity_id)


@bp.post("/<uuid:identity_id>/code")
@requires("senders:write")
def send_code(identity_id: uuid.UUID) -> ResponseReturnValue:
    sent_code(identities.get(current().workspace_id, identity_id))
    return shown(identity_id)


@bp.post("/<uuid:identity_id>/verify")
@requires("senders:write")
def verify(identity_id: uuid.UUID) -> ResponseReturnValue:
    workspace_id = current().workspace_id
    form = Form(CodeSchema, request.form)
    done = form.submit(
        lambda data: identities.verify(workspace_id, identity_id, data["code"], asking.settings())
    )
    if done is None:
        return sender_page(identities.get(workspace_id, identity_id), code=form)
    say(_("%(address)s is verified: messages can go out in its name.", address=done.address))
    if done.is_default:
        say(as_default(done))
    return shown(identity_id)


@bp.post("/<uuid:identity_id>/default")
@requires("senders:write")
def set_default(identity_id: uuid.UUID) -> ResponseReturnValue:
    is_default = "no_longer" not in request.form
    one = identities.set_default(current().workspace_id, identity_id, is_default)
    if is_default:
        say(as_default(one))
    else:
        say(
            _(
                "%(address)s is no longer the default: the site's own address is.",
                address=one.address,
            )
        )
    return redirect(url_for("senders.index"), 303)


def as_default(one: SenderIdentity) -> str:
    if one.type == EMAIL:
        return _(
            "From now on, mail without a sender of its own goes out as %(address)s.",
            address=one.address,
        )
    return _(
        "From now on, text messages without a sender of their own go out as %(address)s.",
        address=one.address,
    )


@bp.post("/<uuid:identity_id>/delete")
@requires("senders:write")
def delete(identity_id: uuid.UUID) -> ResponseReturnValue:
    workspace_id, move_to = current().workspace_id, request.form.get("move_to", "")
    try:
        address = identities.delete(workspace_id, identity_id, move_to)
    except (Conflict, Invalid) as error:
        removal = Form(CodeSchema)
        removal.fail(error.message, error.fields)
        return sender_page(identities.get(workspace_id, identity_id), removal=removal)
    say(_("%(address)s is removed.", address=address))
    return redirect(url_for("senders.index"), 303)


def shown(identity_id: uuid.UUID) -> Response:
    return redirect(url_for("senders.show", identity_id=identity_id), 303)


def form_page(form: Form) -> ResponseReturnValue:
    page = render_template(
        "senders/form.html", form=form, servers=server_options(), longest=LONGEST
    )
    return page, 422 if form.failed else 200


def sender_page(one: SenderIdentity, **forms: Form) -> ResponseReturnValue:
    workspace_id = current().workspace_id
    initial: dict[str, Any] = {
        "display_name": one.display_name,
        "configuration_id": one.configuration_id,
    }
    others = [other for other in identities.choices(workspace_id) if other.id != one.id]
    page = render_template(
        "senders/show.html",
        sender=one,
        form=forms.get("form") or Form(SenderEditSchema, initial=initial),
        code=forms.get("code") or Form(CodeSchema),
        removal=forms.get("removal"),
        is_awaited=one.code_until is not None and one.code_until > now(),
        used=uses.found(workspace_id, one.id),
        others=others if one.type == EMAIL else [],
        servers=server_options(),
        longest=LONGEST,
    )
    return page, 422 if any(form.failed for form in forms.values()) else 200


def server_options() -> list[tuple[str, str]]:
    found = configurations.browse(current().workspace_id, limit=configurations.MOST).items
    own = [(str(one.id), f"{one.name} ({one.smtp_host})") for one in found]
    return [("", _("The site's own mail server")), *own]
