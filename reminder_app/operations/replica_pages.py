"""Who is read and who is written, as this process sees it: as JSON, and as a page."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from reminder_app.database import capabilities, db, routing
from reminder_app.operations.console import api, pages, show, superuser
from reminder_app.translations import lazy_gettext

ONE_DATABASE = (
    "Everything is asked of one database. DATABASE_READ_URLS names replicas to read from, and "
    "DATABASE_WRITER_HOSTS the servers that may become the writer."
)

# As the router counts them.
REASONS = {
    "writer: no replica is fit": lazy_gettext("No replica could be read"),
    "writer: not known": lazy_gettext(
        "Nobody knew what the reader had written last: there is no Redis, or it was away"
    ),
    "writer: replicas are behind": lazy_gettext("No replica had yet what the reader had written"),
    "refused: no replica is fit": lazy_gettext(
        "Refused: no replica could be read, and the writer was busy with others"
    ),
}


@api.get("/replicas")
@superuser
def replica_figures() -> ResponseReturnValue:
    """The writer, each replica with its delay, and why reads went to the writer."""
    router = routing.current()
    told = router.figures() if router else {"writer": None, "readers": [], "counts": {}}
    return jsonify(**told, says=says())


@pages.get("/replicas")
@superuser
def replicas() -> str:
    router = routing.current()
    found = router.figures() if router else None
    return show("replicas.html", found=found, reasons_told=REASONS, says=says())


def says() -> str:
    if routing.current():
        return ""
    return capabilities.of(db.engine).lacks.get("replicas") or ONE_DATABASE
