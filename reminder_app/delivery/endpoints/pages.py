"""Settings, Channels: through what one is reminded."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.delivery.endpoints import (
    apprise_forms,
    apprise_services,
    kinds,
    orders,
    push_keys,
    service,
    trying,
)
from reminder_app.delivery.endpoints.apprise_forms import Service
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.endpoints.schemas import (
    NameSchema,
    OrderSchema,
    PastedSchema,
    PushSchema,
    WebhookSchema,
    service_schema,
)
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("channels", __name__, url_prefix="/settings/channels")


@bp.get("")
@requires("account")
def show() -> ResponseReturnValue:
    return channels_page()


def channels_page(
    order: Form | None = None, webhook: Form | None = None, apprise: Form | None = None
) -> str:
    person = current().user_id
    kept = orders.order_of(person)
    page = service.browse(person, cursor=request.args.get("cursor"))
    has = {one.kind for one in page.items if not one.is_gone} | {kinds.EMAIL}
    return render_template(
        "channels/channels.html",
        order=order or Form(OrderSchema, initial=OrderSchema().dump(kept)),
        order_words=kept.words,
        webhook=webhook or Form(WebhookSchema),
        apprise=apprise or Form(PastedSchema),
        services=services(),
        may_use_others=bool(current_app.config["SETTINGS"].apprise_schemes),
        page=page,
        choices=[(kind, title) for kind, title in kinds.TITLES.items() if kind in has],
    )


@bp.post("/order")
@requires("account")
def set_order() -> ResponseReturnValue:
    form = Form(OrderSchema, request.form)
    form.submit(lambda data: orders.set_order(current().user_id, **data))
    if form.failed:
        return channels_page(order=form), 422
    say(_("Saved."))
    return redirect(url_for("channels.show"), 303)


@bp.post("/push-key")
@requires("account")
def push_key() -> ResponseReturnValue:
    """What a browser has to know of us before it subscribes."""
    return jsonify(key=push_keys.public_key())


@bp.post("/push")
@requires("account")
def subscribe() -> ResponseReturnValue:
    """From static/push.js: this browser takes pushes, or says once more that it does."""
    form = Form(PushSchema, request.form)
    found = form.submit(lambda data: service.subscribe(current().user_id, **data, **trust()))
    if found is None:
        return jsonify(errors=form.errors, message=form.message), 422
    return jsonify(id=str(found.id))


@bp.post("/webhooks")
@requires("account")
def add_webhook() -> ResponseReturnValue:
    form = Form(WebhookSchema, request.form)
    added = form.submit(lambda data: service.add_webhook(current().user_id, **data, **trust()))
    if added is None:
        return channels_page(webhook=form), 422
    found, secret = added
    # Answered at once, not after a redirect: it is shown this one time.
    return one_page(found.id, secret=secret), 201


@bp.post("/apprise")
@requires("account")
def add_apprise() -> ResponseReturnValue:
    form = Form(PastedSchema, request.form)
    added = form.submit(lambda data: add_by("apprise", url=data["apprise"], name=""))
    if added is None:
        return channels_page(apprise=form), 422
    say(_("Added. Send a test message to see whether it arrives."))
    return redirect(url_for("channels.show_one", channel_id=added.id), 303)


@bp.get("/services/<service_name>")
@requires("account")
def show_service(service_name: str) -> ResponseReturnValue:
    return service_page(service_called(service_name))


@bp.post("/services/<service_name>")
@requires("account")
def add_service(service_name: str) -> ResponseReturnValue:
    one = service_called(service_name)
    form = Form(service_schema(one), request.form)
    added = form.submit(
        lambda typed: add_by("", url=one.url(typed), name=typed["name"] or one.title)
    )
    if added is None:
        return service_page(one, form), 422
    say(_("Added. Send a test message to see whether it arrives."))
    return redirect(url_for("channels.show_one", channel_id=added.id), 303)


def add_by(field: str, **told: Any) -> Endpoint:
    """`field`: what its form calls the URL; empty: it has none, and it is the whole that is wrong."""
    try:
        return service.add_apprise(current().user_id, **told, **allowed())
    except (Invalid, Conflict) as error:
        words = error.fields.get("url")
        if words is None:
            raise
        raise Invalid(words, **({field: words} if field else {})) from None


def service_called(name: str) -> Service:
    """Raises NotFound."""
    found = apprise_forms.BY_NAME.get(name)
    if found is None or found not in services():
        raise NotFound(_("There is no such service here."))
    return found


def services() -> list[Service]:
    settings = current_app.config["SETTINGS"]
    return apprise_forms.offered(apprise_services.allowed(settings.apprise_schemes))


def service_page(one: Service, form: Form | None = None) -> str:
    return render_template(
        "channels/service.html", service=one, form=form or Form(service_schema(one))
    )


def allowed() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {"schemes": settings.apprise_schemes, "site": settings.public_url, **trust()}


def trust() -> dict[str, Any]:
    return {"may_be_private": current_app.config["SETTINGS"].private_hosts}


@bp.get("/<uuid:channel_id>")
@requires("account")
def show_one(channel_id: UUID) -> ResponseReturnValue:
    return one_page(channel_id)


def one_page(channel_id: UUID, form: Form | None = None, secret: str = "") -> str:
    found = service.get(current().user_id, channel_id)
    last = trying.last_of(found)
    return render_template(
        "channels/one.html",
        one=found,
        last=last,
        is_under_way=last is not None and trying.is_under_way(last),
        form=form or Form(NameSchema, initial={"name": found.name}),
        secret=secret,
    )


@bp.post("/<uuid:channel_id>/name")
@requires("account")
def rename(channel_id: UUID) -> ResponseReturnValue:
    form = Form(NameSchema, request.form)
    form.submit(lambda data: service.rename(current().user_id, channel_id, data["name"]))
    if form.failed:
        return one_page(channel_id, form), 422
    say(_("Saved."))
    return redirect(url_for("channels.show_one", channel_id=channel_id), 303)


@bp.post("/<uuid:channel_id>/test")
@requires("account")
def test(channel_id: UUID) -> ResponseReturnValue:
    try:
        service.test(current().user_id, channel_id, current().email)
    except Conflict as error:
        say(error.message, "warning")
    return redirect(url_for("channels.show_one", channel_id=channel_id), 303)


@bp.post("/<uuid:channel_id>/secret")
@requires("account")
def rotate(channel_id: UUID) -> ResponseReturnValue:
    _, secret = service.rotate(current().user_id, channel_id)
    return one_page(channel_id, secret=secret)


@bp.post("/<uuid:channel_id>/remove")
@requires("account")
def remove(channel_id: UUID) -> ResponseReturnValue:
    service.remove(current().user_id, channel_id)
    say(_("The channel is removed."))
    return redirect(url_for("channels.show"), 303)
