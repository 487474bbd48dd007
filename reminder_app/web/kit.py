"""All components in all their states on one page; not in production."""

from flask import Blueprint, render_template

from reminder_app.web.gate import requires

bp = Blueprint("kit", __name__)


@bp.get("/kit")
@requires("account")
def show() -> str:
    return render_template("kit/kit.html")
