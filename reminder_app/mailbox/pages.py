"""The local mailbox in the browser. app.py leaves it out in production."""

import re

from flask import Blueprint, current_app, make_response, render_template, request

from reminder_app.mailbox import service
from reminder_app.web.gate import current, requires
from reminder_app.web.htmx import is_htmx

HEAD = re.compile(r"<head\b[^<>]*>", re.IGNORECASE)
bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")
SHOWN = 50
# The mail's own page inside our frame: no scripts, no forms, no network; links open a new tab.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def reader():
    """Whose mail this person sees; None for a superuser, who sees everybody's."""
    actor = current()
    return None if actor.is_superuser else actor.email


def folder():
    return current_app.config["SETTINGS"].mailbox_path


@bp.get("")
@requires("account")
def index():
    """htmx asks every few seconds, and gets nothing while nothing has come in."""
    newest = next(iter(service.newest_names(folder(), 1)), "")
    polls = is_htmx() and "newest" in request.args
    if polls and request.args["newest"] == newest:
        return "", 204
    mails = service.latest(folder(), SHOWN, reader())
    template = "mailbox/_list.html" if polls else "mailbox/index.html"
    return render_template(template, mails=mails, newest=newest, shown=SHOWN)


@bp.get("/<name>")
@requires("account")
def show(name):
    return render_template("mailbox/show.html", mail=service.read(folder(), name, reader()))


@bp.get("/<name>/html")
@requires("account")
def html(name):
    response = make_response(in_new_tabs(service.read(folder(), name, reader()).html))
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def in_new_tabs(html):
    """Of several <base> the first one counts, so ours comes first."""
    head = HEAD.search(html)
    start = head.end() if head else 0
    return f'{html[:start]}<base target="_blank">{html[start:]}'
