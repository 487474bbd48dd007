"""The address that calendar programs ask, without signing in: its token is the proof."""

import hashlib

from flask import Blueprint, Response, current_app, request, url_for

from reminder_app.accounts.site import Site
from reminder_app.calendars import feeds
from reminder_app.web.gate import public
from reminder_app.web.limits import limiter, network

bp = Blueprint("calendar_links", __name__)
RATE = "120 per hour"  # of one address, however many machines ask
OF_NETWORK = "300 per minute"
FRESH = 300  # seconds


def asked() -> str:
    token = (request.view_args or {}).get("token", "")
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()[:32]


@bp.get("/calendar-feeds/<token>.ics")
@public
@limiter.limit(OF_NETWORK, key_func=network)
@limiter.limit(RATE, key_func=asked)
def show(token: str) -> Response:
    site = Site.of(current_app.config["SETTINGS"])
    found = feeds.content(token, site.url("").rstrip("/"))
    response = Response(content_type="text/calendar; charset=utf-8")
    response.set_etag(found.tag)
    response.headers["Cache-Control"] = f"private, max-age={FRESH}"
    response.headers["Content-Disposition"] = 'inline; filename="reminders.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    if request.if_none_match.contains_weak(found.tag):
        response.status_code = 304
    else:
        response.set_data(found.text())
    return response


def address_of(token: str) -> str:
    """As it is written into a calendar program."""
    path = url_for("calendar_links.show", token=token)
    return Site.of(current_app.config["SETTINGS"]).url(path)
