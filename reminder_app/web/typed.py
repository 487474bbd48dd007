"""A form that cannot be saved now is not lost: the page that says so sends it again, as it was typed."""

from flask import request
from flask_wtf.csrf import CSRFError

from reminder_app.errors import Forbidden
from reminder_app.web import csrf
from reminder_app.web.htmx import is_htmx

OF_THE_FRAME = {"csrf_token"}
MOST_BYTES = 200_000


def to_send_again() -> list[tuple[str, str]] | None:
    """Its fields; None for what is no form of ours, what holds a password, and what htmx keeps on its page."""
    if request.method != "POST" or request.mimetype not in FORMS or is_htmx() or request.files:
        return None
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in OF_THE_FRAME]
    is_secret = any("password" in name.lower() and value for name, value in fields)
    if is_secret or sum(len(name) + len(value) for name, value in fields) > MOST_BYTES:
        return None
    return fields if is_of_ours() else None


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def is_of_ours() -> bool:
    """Not another site's: its fields would come back with a token of ours beside them."""
    try:
        csrf.check()
    except (CSRFError, Forbidden):
        return False
    return True
