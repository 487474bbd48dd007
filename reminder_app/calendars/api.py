from zoneinfo import ZoneInfo

from reminder_app.calendars import feeds, months
from reminder_app.calendars.links import address_of
from reminder_app.calendars.schemas import DaysArgs, DaysSchema, FeedSchema, NewFeedSchema
from reminder_app.errors import Forbidden
from reminder_app.translations import gettext as _
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires

bp = Blueprint(
    "calendar_feeds_api",
    __name__,
    url_prefix="/api/v1/calendar-feeds",
    description="Addresses that calendar programs read.",
)
calendar = Blueprint(
    "calendar_api", __name__, url_prefix="/api/v1/calendar", description="What is due, day by day."
)
NEEDED = "reminders:read"


@calendar.get("")
@requires("reminders:read")
@calendar.arguments(DaysArgs, location="query")
@calendar.response(200, DaysSchema)
def days(args):
    """What was due and what comes, in some days of your zone"""
    actor = current()
    zone = ZoneInfo(actor.time_zone)
    found = months.between(actor.workspace_id, args["start"], args["end"], zone, args["label"])
    dues = [one for day in sorted(found.days) for one in found.days[day]]
    items = [vars(one) | {"local": one.at.astimezone(zone)} for one in dues]
    return {"items": items, "is_cut": found.is_cut}


@bp.get("")
@requires("tokens:write")
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(FeedSchema))
def browse(args):
    """List your calendar feeds, the newest first"""
    return page_of(feeds.browse(current().user_id, **args))


@bp.post("")
@requires("tokens:write")
@bp.arguments(FeedSchema)
@bp.response(201, NewFeedSchema)
def create(data):
    """Make a feed of this workspace's reminders

    Its `url` is shown this once. An `Idempotency-Key` counts for nothing here: it would keep the secret.
    The token has to hold `reminders:read`: nobody hands on what they do not hold.
    """
    actor = current()
    check_reads(actor)
    return shown(*feeds.create(actor.user_id, workspace_id=actor.workspace_id, **data))


@bp.post("/<uuid:feed_id>/renew")
@requires("tokens:write")
@bp.response(200, NewFeedSchema)
@bp.alt_response(404, "Problem")
def renew(feed_id):
    """Give a feed a new address; the old one is dead"""
    actor = current()
    check_reads(actor)
    return shown(*feeds.renew(actor.user_id, feed_id, actor.workspace_id))


@bp.delete("/<uuid:feed_id>")
@requires("tokens:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def revoke(feed_id):
    """Revoke a feed: nothing stands at its address any more"""
    feeds.revoke(current().user_id, feed_id)


def check_reads(actor):
    if NEEDED not in actor.permissions:
        raise Forbidden(
            _("This token lacks the scope %(needed)s, which a feed would hand on.", needed=NEEDED)
        )


def shown(feed, token):
    found = {name: getattr(feed, name) for name in FeedSchema().fields}
    return found | {"url": address_of(token)}
