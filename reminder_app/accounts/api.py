from reminder_app.accounts import hours, moments
from reminder_app.accounts import service as service_of_users
from reminder_app.accounts import tokens as service
from reminder_app.accounts.schemas import (
    HoursSchema,
    MeSchema,
    MomentsSchema,
    NewTokenSchema,
    TokenSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires

tokens = Blueprint(
    "tokens_api",
    __name__,
    url_prefix="/api/v1/tokens",
    description="Secrets of programs, each with what it may do and until when.",
    title="API tokens",
)
me = Blueprint(
    "me_api",
    __name__,
    url_prefix="/api/v1/me",
    description="Whose the token is, and what it may do.",
    title="Who is asking",
)


@me.get("")
@requires("me:read")
@me.response(200, MeSchema)
def show():
    """Who is asking, where, and what they may do"""
    actor = current()
    return {
        "user": {
            "id": actor.user_id,
            "email": actor.email,
            "name": actor.name,
            "time_zone": actor.time_zone,
            "locale": actor.locale,
        },
        "workspace": {
            "id": actor.workspace_id,
            "name": actor.workspace_name,
            "kind": actor.workspace_kind,
        },
        "role": actor.role,
        "scopes": sorted(actor.permissions),
    }


@me.get("/hours")
@requires("me:read")
@me.response(200, HoursSchema)
def show_hours():
    """Your quiet hours, days off and daily list"""
    return hours.shown(service_of_users.get_user(current().user_id))


@me.put("/hours")
@requires("me:write")
@me.arguments(HoursSchema)
@me.response(200, HoursSchema)
def set_hours(data):
    """Set your quiet hours, days off and daily list

    Reminders wait for the end of the quiet and come as one message.
    """
    return hours.shown(hours.set_hours(current().user_id, **data))


@me.get("/moments")
@requires("me:read")
@me.response(200, MomentsSchema)
def show_moments():
    """When your morning, noon, afternoon, evening and night are"""
    return moments.shown(service_of_users.get_user(current().user_id))


@me.put("/moments")
@requires("me:write")
@me.arguments(MomentsSchema)
@me.response(200, MomentsSchema)
def set_moments(data):
    """Set when your morning, noon, … are, for reminders written in plain words"""
    return moments.shown(moments.put(current().user_id, **data))


@tokens.get("")
@requires("tokens:write")
@tokens.arguments(PageArgs, location="query")
@tokens.response(200, page_schema(TokenSchema))
def index(args):
    """List your tokens of this workspace, the newest first"""
    actor = current()
    return page_of(service.browse(actor.user_id, actor.workspace_id, **args))


@tokens.post("")
@requires("tokens:write")
@tokens.arguments(TokenSchema)
@tokens.response(201, NewTokenSchema)
def create(data):
    """Make a token with some of the scopes of the one you use

    An `Idempotency-Key` counts for nothing here: it would keep the answer, and with it the secret.
    A request sent twice makes two tokens, which the list shows and `DELETE` ends.
    """
    actor = current()
    wanted = data.pop("scopes")
    row, secret = service.create(
        actor.user_id, actor.workspace_id, actor.permissions, wanted=wanted, **data
    )
    shown = {name: getattr(row, name) for name in TokenSchema().fields}
    return shown | {"token": secret}


@tokens.delete("/<uuid:token_id>")
@requires("tokens:write")
@tokens.response(204)
def revoke(token_id):
    """Revoke a token: it works no longer"""
    actor = current()
    service.revoke(actor.user_id, actor.workspace_id, token_id)
