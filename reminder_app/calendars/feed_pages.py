"""Settings, Calendar feeds: make, copy, renew, revoke."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.calendars import feeds
from reminder_app.calendars.links import address_of
from reminder_app.calendars.schemas import FeedFormSchema
from reminder_app.errors import Invalid
from reminder_app.reminders import service as reminders
from reminder_app.translations import gettext as _
from reminder_app.web.forms import Form
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import say

bp = Blueprint("calendar_feeds", __name__, url_prefix="/settings/calendar-feeds")
ALL = "all"


@bp.get("")
@requires("account")
def show() -> ResponseReturnValue:
    return feeds_page(fresh())


@bp.post("")
@requires("account")
def create() -> ResponseReturnValue:
    form = Form(FeedFormSchema, request.form)
    token = form.submit(make)
    if token is None:
        return feeds_page(form), 422
    # Answered at once, not after a redirect: it is shown this one time and kept nowhere.
    return feeds_page(fresh(), token), 201


def make(data: dict[str, Any]) -> str:
    place = data.pop("place")
    try:
        data["workspace_id"] = None if place == ALL else UUID(place)
    except ValueError as error:
        raise Invalid("", place=_("Choose one of your workspaces.")) from error
    _feed, token = feeds.create(current().user_id, **data)
    return token


@bp.post("/<uuid:feed_id>/renew")
@requires("account")
def renew(feed_id: UUID) -> ResponseReturnValue:
    _feed, token = feeds.renew(current().user_id, feed_id)
    return feeds_page(fresh(), token)


@bp.post("/<uuid:feed_id>/revoke")
@requires("account")
def revoke(feed_id: UUID) -> ResponseReturnValue:
    feeds.revoke(current().user_id, feed_id)
    say(_("The feed is revoked: nothing stands at its address any more."))
    return redirect(url_for("calendar_feeds.show"), 303)


def fresh() -> Form:
    initial = {"name": _("Reminders"), "place": str(current().workspace_id)}
    return Form(FeedFormSchema, initial=initial)


def feeds_page(form: Form, token: str | None = None) -> str:
    actor = current()
    places = [(str(id), name) for id, name in feeds.places(actor.user_id)]
    url = address_of(token) if token else ""
    return render_template(
        "calendars/feeds.html",
        form=form,
        url=url,
        webcal=f"webcal://{url.partition('://')[2]}",
        page=feeds.browse(actor.user_id, cursor=request.args.get("cursor")),
        places=places + ([(ALL, _("All my workspaces"))] if len(places) > 1 else []),
        labels=reminders.labels(actor.workspace_id),
        most=feeds.MOST,
    )
