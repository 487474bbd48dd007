"""What htmx asks and gets."""

import json

from flask import flash, request
from werkzeug.wrappers import Response


def is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def toast(response: Response, message: str, undo_url: str = "") -> Response:
    """Say it in a toast of the page as it stands; `undo_url` takes a POST."""
    response.headers["HX-Trigger"] = json.dumps(
        {"toast": {"message": str(message), "undo_url": undo_url}}
    )
    return response


def say(message: str, category: str = "success", undo_url: str = "") -> None:
    """Say it on the next page."""
    flash(str(message), f"undo:{undo_url}" if undo_url else category)
