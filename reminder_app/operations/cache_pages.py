"""What the cache of queries brings: as JSON, and as a page."""

from flask import jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from reminder_app.database import cache
from reminder_app.operations.console import api, note, pages, show, superuser
from reminder_app.translations import gettext as _
from reminder_app.web.htmx import say


@api.get("/cache")
@superuser
def cache_figures() -> ResponseReturnValue:
    """Hits, misses, what went past it and why, and the time saved, of each cached query."""
    return jsonify(cache.report().as_json())


@pages.get("/cache")
@superuser
def cached() -> str:
    found = cache.report()
    drawn = [row for row in found.rows if row.saved_ms][:10]
    return show("cache.html", report=found, drawn=drawn)


@pages.post("/cache/empty")
@superuser
def empty_cache() -> ResponseReturnValue:
    """After rows were changed past the application: all of it is read anew."""
    cache.invalidate_everything()
    note("emptied the cache")
    say(_("Everything is read anew from now on."))
    return redirect(url_for("database.cached"), 303)
