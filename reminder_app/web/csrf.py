"""No state changes from other sites: a token per session, and the browser's own word for it."""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect

from reminder_app.errors import Forbidden
from reminder_app.translations import gettext as _
from reminder_app.web.gate import API

csrf = CSRFProtect()
SAFE = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask) -> None:
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # we decide below; the API has bearer tokens, no cookies
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch still works
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        WTF_CSRF_SSL_STRICT=False,  # Sec-Fetch-Site says it better than Referer
    )
    csrf.init_app(app)

    app.before_request(check)


def check() -> None:
    """Raises Forbidden and CSRFError."""
    if request.method in SAFE or request.path.startswith(API):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(_("This request came from another site and was not carried out."))
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "is_signed_link", False):
        return
    if current_app.config["WTF_CSRF_ENABLED"]:  # off in tests; protect() itself does not ask
        csrf.protect()


def signed_link(view):
    """A link from a mail: its signature is the proof, no session stands behind it."""
    view.is_signed_link = True
    return view
