"""Errors to HTTP: problem+json (RFC 9457) for the API, one page for people."""

import logging
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from reminder_app.database import db, routing
from reminder_app.database.errors import CommitOutcomeUnknown, is_cut_off, is_parent_gone, said
from reminder_app.errors import AppError, TooMany
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web import replicas, typed
from reminder_app.web.forms import flat
from reminder_app.web.gate import API, SignInNeeded, to_sign_in

log = logging.getLogger(__name__)
STATUS = {
    "not_found": 404,
    "invalid": 422,
    "conflict": 409,
    "forbidden": 403,
    "too_many": 429,
    "unavailable": 503,
}
# The framework's own sentences say neither what happened nor what to do.
WORDS = {
    404: lazy_gettext(
        "There is nothing at this address. It may be mistyped, or what was here is gone: check it, "
        "or go back and look for what you want."
    ),
    405: lazy_gettext(
        "This address cannot be used in this way. Go back, and use what the page offers."
    ),
    413: lazy_gettext("This is more than the server takes at once: send less."),
}
API_WORDS = WORDS | {
    404: lazy_gettext(
        "There is nothing at this address: check the path and the ids in it. /api/docs lists what "
        "there is."
    ),
    405: lazy_gettext(
        "This address does not take this method. The header Allow names those it takes; /api/docs "
        "shows how."
    ),
}
OLD_FORM = lazy_gettext(
    "This form is from another time or another sign-in. Go back, reload the page and send it again."
)
FROM_A_PAGE = lazy_gettext(
    "This wants the token of a page of this session, in the header X-CSRFToken: each page has it in "
    "the hx-headers of its body."
)
# Whatever is there, or is not, answers in JSON.
JSON_PATHS = ("/api/", "/db-monitor/")
TOO_LONG = lazy_gettext(
    "This took too long, so it was stopped, and nothing was changed. Ask for less at once, or try "
    "again when it is quieter."
)
PARENT_GONE = lazy_gettext(
    "Something this belongs to was deleted at the same moment, so nothing was changed. Go back, "
    "reload the page and look what is left."
)
NOT_VALID = lazy_gettext("Some of what was sent is not valid: see the fields.")


def answer(
    status: int,
    code: str,
    message: str,
    fields: dict[str, str] | None = None,
    again: list[tuple[str, str]] | None = None,
    **headers: str,
) -> ResponseReturnValue:
    """`again`: the fields of a form that may be sent once more as it is."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    db.session.rollback()  # the page around it asks the database too, perhaps a broken session
    if wants_json():
        problem: dict[str, Any] = {"title": str(message), "status": status, "code": code}
        if fields:
            problem["fields"] = fields
        response = jsonify(problem)
        response.content_type = "application/problem+json"
        return response, status, sent
    page = render_template(
        "errors/error.html", status=status, message=message, fields=fields or {}, again=again
    )
    return page, status, sent


def wants_json() -> bool:
    return (
        request.path.startswith(JSON_PATHS) or request.accept_mimetypes.best == "application/json"
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(AppError, on_app_error)
    app.register_error_handler(SignInNeeded, on_sign_in_needed)
    app.register_error_handler(ValidationError, on_validation_error)
    app.register_error_handler(RateLimitExceeded, on_rate_limit)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(OperationalError, on_database_away)
    app.register_error_handler(InterfaceError, on_database_away)
    app.register_error_handler(IntegrityError, on_broken_rule)
    app.register_error_handler(PoolExhausted, on_crowded)
    app.register_error_handler(CommitOutcomeUnknown, on_lost_answer)
    app.register_error_handler(RecursionError, on_nesting)
    app.register_error_handler(Exception, on_mistake)


def on_app_error(error: AppError) -> ResponseReturnValue:
    headers = {"Retry_After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return answer(STATUS[error.code], error.code, error.message, error.fields, None, **headers)


def on_sign_in_needed(_error: SignInNeeded) -> ResponseReturnValue:
    if wants_json() and not request.path.startswith(API):
        return answer(401, "unauthorized", _("Sign in with a browser: its session opens this."))
    if wants_json():
        message = _("Sign in: send a valid API token as `Authorization: Bearer …`.")
        return answer(401, "unauthorized", message, WWW_Authenticate="Bearer")
    return to_sign_in()


def on_validation_error(error: ValidationError) -> ResponseReturnValue:
    return answer(422, "invalid", NOT_VALID, flat(error.messages))


def on_rate_limit(error: RateLimitExceeded) -> ResponseReturnValue:
    wait = str(error.limit.limit.get_expiry())
    return answer(429, "too_many", _("Too many tries: wait a little."), Retry_After=wait)


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    if messages := data.get("messages"):  # from webargs: the request did not fit its schema
        return answer(status, "invalid", NOT_VALID, flat(messages))
    if status < 400:
        return error.get_response()
    code = error.name.lower().replace(" ", "_")
    headers = {
        name.replace("-", "_"): value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After")
    }
    message = (API_WORDS if request.path.startswith(API) else WORDS).get(status)
    if isinstance(error, CSRFError):
        message = FROM_A_PAGE if wants_json() else OLD_FORM
    return answer(status, code, message or error.description or error.name, None, None, **headers)


def on_database_away(error: Exception) -> ResponseReturnValue:
    if is_cut_off(error):
        return away("a statement took too long", error, TOO_LONG)
    if replicas.can_ask_elsewhere():
        log.warning("%s %s is asked elsewhere: %s", request.method, request.path, said(error))
        return replicas.ask_elsewhere()
    message = (
        _(
            "Changes cannot be saved right now, and nothing was changed. Try again in a minute; "
            "until then you can go on reading."
        )
        if routing.is_read_only()
        else _(
            "The database cannot be reached right now. Nothing was changed: try again in a minute."
        )
    )
    return away("the database cannot be reached", error, message, typed.to_send_again())


def on_broken_rule(error: IntegrityError) -> ResponseReturnValue:
    """No look before a write keeps others from deleting what was looked at."""
    if not is_parent_gone(error):
        return on_mistake(error)
    log.warning("%s %s: %s", request.method, request.path, said(error))
    return answer(409, "conflict", PARENT_GONE)


def on_crowded(error: PoolExhausted) -> ResponseReturnValue:
    message = _(
        "More is asked for than the database can answer right now. Nothing was changed: "
        "try again in a few seconds."
    )
    return away("no connection was free", error, message, typed.to_send_again())


def on_lost_answer(error: CommitOutcomeUnknown) -> ResponseReturnValue:
    message = _(
        "The database went away while this was being saved, so it may be saved or not: "
        "look before you do it again."
    )
    return away("the answer to COMMIT was lost", error, message)


def away(
    what: str, error: Exception, message: str, again: list[tuple[str, str]] | None = None
) -> ResponseReturnValue:
    log.error("%s %s: %s: %s", request.method, request.path, what, said(error))
    g.is_database_away = True
    return answer(503, "unavailable", message, again=again, Retry_After="10")


def is_database_away() -> bool:
    """It has just not answered this request: nobody waits for it to do so again."""
    return bool(g.get("is_database_away"))


def on_nesting(_error: RecursionError) -> ResponseReturnValue:
    """JSON of thousands of brackets, and nothing else of ours, goes that deep."""
    return answer(422, "invalid", _("This is nested too deeply."))


def on_mistake(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error on %s %s", request.method, request.path, exc_info=error)
    message = _("Something went wrong on our side. It has been written down.")
    return answer(500, "internal_server_error", message)
