"""For static/outbox.js: a fresh token, and each act that waited in a browser, once."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from reminder_app.reminders import pressed
from reminder_app.reminders.page_schemas import PressedSchema
from reminder_app.web.formatting import zone
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent_anywhere

bp = Blueprint("outbox", __name__, url_prefix="/outbox")


@bp.get("")
@requires("account")
def session() -> ResponseReturnValue:
    """Who is signed in, as a browser may have changed hands meanwhile."""
    return jsonify(person=str(current().user_id), csrf_token=generate_csrf())


@bp.post("")
@requires("account")
@idempotent_anywhere
def send() -> ResponseReturnValue:
    asked = PressedSchema().load(request.form)
    return jsonify(state=pressed.act(current().user_id, zone=zone(), **asked))
