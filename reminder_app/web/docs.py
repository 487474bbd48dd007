"""GET /api/openapi.json and a page that reads it out: both from the code, both local."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from reminder_app.web.api import with_titles
from reminder_app.web.gate import public
from reminder_app.web.reference import sections

bp = Blueprint("docs", __name__, url_prefix="/api")


def document() -> dict[str, Any]:
    return with_titles(current_app.extensions["openapi"](), current_app.blueprints)


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    return jsonify(document())


@bp.get("/docs")
@public
def show() -> str:
    address = current_app.config["SETTINGS"].public_url.rstrip("/")
    spec = document()
    found = sections(spec, address)
    return render_template("docs/api.html", spec=spec, sections=found, address=address)
