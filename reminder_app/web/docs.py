"""GET /api/openapi.json and a page that reads it out: both from the code, both local."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from reminder_app.web.gate import public

bp = Blueprint("docs", __name__, url_prefix="/api")


def document() -> dict[str, Any]:
    spec: dict[str, Any] = current_app.extensions["openapi"].to_dict()
    return spec


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    return jsonify(document())


@bp.get("/docs")
@public
def show() -> str:
    return render_template("docs/api.html", spec=document())
