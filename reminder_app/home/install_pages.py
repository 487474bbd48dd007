"""What makes the pages an app that installs and opens without a net: manifest, worker, offline page."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from reminder_app.translations import gettext as _
from reminder_app.translations import language
from reminder_app.web.gate import anonymous
from reminder_app.web.static import static_url

bp = Blueprint("installing", __name__)
PAPER, NIGHT = "#f6f4f0", "#15181a"  # --canvas of theme.css
SIZES = (192, 512)
# The worker shares the outbox with the pages, and is one file for the browser.
WORKER = ("outbox.js", "sw.js")


@bp.get("/manifest.webmanifest")
@anonymous
def manifest() -> ResponseReturnValue:
    """`theme=dark`: for who chose it; a manifest has one colour, and no question for the device's."""
    colour = NIGHT if request.args.get("theme") == "dark" else PAPER
    response = jsonify(
        id="/",
        name="Reminder App",
        short_name=_("Reminders"),
        description=_("The right message to the right person, on time, once."),
        lang=language(),
        dir="ltr",
        start_url="/",
        scope="/",
        display="standalone",
        background_color=colour,
        theme_color=colour,
        icons=icons(),
        shortcuts=[
            shortcut(_("New reminder"), url_for("reminder_forms.new")),
            shortcut(_("Quick add"), url_for("quick_add.show")),
        ],
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def icons() -> list[dict[str, str]]:
    found = [icon("favicon.svg", "any"), icon("icons/maskable.svg", "maskable")]
    for size in SIZES:
        found.append(icon(f"icons/app-{size}.png", "any", size))
        found.append(icon(f"icons/maskable-{size}.png", "maskable", size))
    return found


def icon(name: str, purpose: str, size: int = 0) -> dict[str, str]:
    kind = "image/png" if size else "image/svg+xml"
    sizes = f"{size}x{size}" if size else "any"
    return {"src": static_url(name), "sizes": sizes, "type": kind, "purpose": purpose}


def shortcut(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "url": url, "icons": [icon("icons/app-192.png", "any", 192)]}


@bp.get("/sw.js")
@anonymous
def worker() -> ResponseReturnValue:
    """At the root: what a worker may do reaches as far as its own address."""
    folder = Path(current_app.static_folder or "")
    text = "\n".join((folder / name).read_text() for name in WORKER)
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/offline")
@anonymous
def offline() -> ResponseReturnValue:
    """What the worker shows where it has no page. It is kept by everybody, so nobody is named."""
    return render_template("home/offline.html")
