"""The browser behind this request: what the services hear of it, and the cookie it gets."""

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from reminder_app.accounts import service
from reminder_app.accounts.devices import Browser
from reminder_app.accounts.site import Site
from reminder_app.web.gate import remember

COOKIE_SECONDS = int(service.LONGEST_SESSION.total_seconds())


def browser() -> Browser:
    actor = g.get("actor")
    return Browser(
        request.user_agent.string,
        request.remote_addr or "",
        actor.session_id if actor else None,
        actor.workspace_id if actor else None,
    )


def let_in(response: Response, secret: str) -> Response:
    """Signed in from here on, with the session of this secret."""
    session.clear()  # with it the CSRF secret: nothing known before the sign-in is worth anything
    return remember(response, secret, COOKIE_SECONDS)


def site() -> Site:
    return Site.of(current_app.config["SETTINGS"])
