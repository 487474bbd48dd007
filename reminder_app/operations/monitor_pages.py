"""What the database does, as pages."""

import uuid

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from reminder_app.database import capabilities, db
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import live, reading, server_digests
from reminder_app.errors import NotFound
from reminder_app.operations import monitor_showing as showing
from reminder_app.operations.console import note, pages, show, superuser
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.htmx import is_htmx, say

TOP, FEW = 20, 10
KINDS = ("slow", "repeat")
NOT_OURS = lazy_gettext(
    "This connection is another account's, and the application's may end its own alone: grant it "
    "CONNECTION_ADMIN."
)
GONE = lazy_gettext("This connection has ended meanwhile.")


@pages.get("")
@superuser
def overview() -> str:
    span = showing.asked_span()
    since = showing.since(span)
    load = reading.load(since)
    return show(
        "overview.html",
        span=span,
        spans=showing.SPANS.values(),
        whole=showing.total(load),
        drawn=showing.drawn(load, span),
        queries=reading.top(since, TOP),
        works=reading.works(since, FEW),
    )


@pages.get("/queries/<fingerprint>")
@superuser
def query(fingerprint: str) -> str:
    known = known_query(fingerprint)
    span = showing.asked_span()
    since = showing.since(span)
    load = reading.load(since, known.id)
    return show(
        "query.html",
        query=known,
        span=span,
        spans=showing.SPANS.values(),
        whole=showing.total(load),
        drawn=showing.drawn(load, span),
        askers=reading.askers(known.id, since),
        findings=reading.findings(since, fingerprint_id=known.id, limit=FEW),
    )


@pages.get("/slow")
@superuser
def slow() -> str:
    kind = request.args.get("kind", KINDS[0])
    kind = kind if kind in KINDS else KINDS[0]
    span = showing.asked_span()
    return show(
        "slow.html",
        slow_ms=settings_of().slow_ms,
        kind=kind,
        span=span,
        spans=showing.SPANS.values(),
        findings=reading.findings(showing.since(span), kind, slowest_first=True),
    )


@pages.get("/connections")
@superuser
def connections() -> str:
    """The page, and what it asks again every few seconds."""
    template = "connections_now.html" if is_htmx() else "connections.html"
    pools = showing.pools()
    return show(template, picture=live.picture(), pools=pools, deadlocks=showing.deadlocks(pools))


@pages.post("/connections/<int:connection_id>/end")
@superuser
def end_connection(connection_id: int) -> ResponseReturnValue:
    try:
        ended = live.end(connection_id)
    except live.NoSuchConnection:
        say(str(GONE), "warning")
    except live.MayNotEnd:
        say(str(NOT_OURS), "warning")
    else:
        note("ended connection", ended.id, ended.user, ended.host, ended.work)
        say(
            _(
                "Connection %(number)s was ended. What it had not committed is undone.",
                number=ended.id,
            )
        )
    return redirect(url_for("database.connections"), 303)


@pages.get("/server")
@superuser
def server() -> str:
    span = showing.SPANS["day"]
    why_none = server_digests.why_none()
    since, digests = (None, []) if why_none else server_digests.between(showing.since(span))
    return show(
        "server.html",
        server=capabilities.of(db.engine),
        why_none=why_none,
        since=since,
        digests=digests[:TOP],
    )


def known_query(fingerprint: str) -> reading.Query:
    """Raises NotFound."""
    try:
        known = reading.one(uuid.UUID(hex=fingerprint))
    except ValueError:
        known = None
    if known is None:
        raise NotFound(
            _(
                "This query is not known: it was not asked for a long time, and its figures are gone."
            )
        )
    return known
