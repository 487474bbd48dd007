"""Health: for machines as JSON, for people as a page."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from reminder_app.operations import service
from reminder_app.web.gate import anonymous, requires
from reminder_app.web.limits import limiter

bp = Blueprint("operations", __name__)


@bp.get("/health/live")
@anonymous
@limiter.exempt
def live() -> ResponseReturnValue:
    """The process answers. Never asks the database."""
    return jsonify(status="ok")


@bp.get("/health/ready")
@anonymous
@limiter.exempt
def ready() -> ResponseReturnValue:
    """Everything that brings a reminder out is there; 503 where something is not.

    Anybody may ask, so it names the parts and nothing about them: page and log have the details.
    """
    found = checks()
    service.tell(found)
    is_good = all(check.is_good for check in found)
    told = {check.name: {"ok": check.is_good} for check in found}
    return jsonify(status="ok" if is_good else "not ready", checks=told), 200 if is_good else 503


@bp.get("/health")
@requires("account")
def show() -> str:
    return render_template("operations/health.html", checks=checks())


def checks() -> list[service.Check]:
    settings = current_app.config["SETTINGS"]
    return service.readiness(settings.redis_url, current_app.config["MIGRATIONS"])
