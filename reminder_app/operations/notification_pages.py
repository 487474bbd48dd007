"""What goes out in all workspaces together, by state, channel and workspace: for a superuser."""

from dataclasses import asdict

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from reminder_app.delivery import traffic
from reminder_app.operations import notifications
from reminder_app.operations.console import superuser

bp = Blueprint("notifications", __name__)


@bp.get("/operations/notifications")
@superuser
def show() -> ResponseReturnValue:
    return render_template(
        "operations/notifications.html", stats=notifications.stats(), most=traffic.MOST
    )


@bp.get("/admin/notifications/stats")
@superuser
def stats() -> ResponseReturnValue:
    found = notifications.stats()
    return jsonify(
        at=found.at.isoformat(),
        states=found.states,
        limit=traffic.MOST,
        channels=[asdict(one) for one in found.channels],
        workspaces=[asdict(one) for one in found.workspaces],
    )
