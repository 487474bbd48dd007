"""What the database does, as JSON."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from reminder_app.database import db, pool
from reminder_app.database.monitor import live, reading, server_digests
from reminder_app.errors import Conflict, Forbidden
from reminder_app.operations import monitor_showing as showing
from reminder_app.operations.console import api, note, superuser
from reminder_app.operations.monitor_pages import (
    FEW,
    GONE,
    KINDS,
    NOT_OURS,
    TOP,
    known_query,
)


@api.get("/performance")
@superuser
def performance() -> ResponseReturnValue:
    """?span=hour|day|month: load over time, the queries and the routes that take the most time."""
    span = showing.span_of_api()
    since = showing.since(span)
    load = reading.load(since)
    whole = showing.total(load)
    return jsonify(
        span=span.name,
        since=since.isoformat(),
        total=showing.of_sums(whole),
        load=showing.of_load(load, span),
        queries=[showing.of_query(one, whole) for one in reading.top(since, TOP)],
        work=showing.of_askers(reading.works(since, FEW)),
    )


@api.get("/queries/<fingerprint>")
@superuser
def query(fingerprint: str) -> ResponseReturnValue:
    known = known_query(fingerprint)
    span = showing.span_of_api()
    since = showing.since(span)
    load = reading.load(since, known.id)
    return jsonify(
        fingerprint=known.id.hex,
        query=known.text,
        tables=list(known.tables),
        first_seen_at=known.first_seen_at.isoformat(),
        total=showing.of_sums(showing.total(load)),
        load=showing.of_load(load, span),
        asked_by=showing.of_askers(reading.askers(known.id, since)),
        findings=showing.of_findings(reading.findings(since, fingerprint_id=known.id, limit=FEW)),
    )


@api.get("/slow-queries")
@superuser
def slow_queries() -> ResponseReturnValue:
    """?kind=slow|repeat, ?span=: the slowest first, without the values they were asked with."""
    kind = request.args.get("kind", "")
    span = showing.span_of_api()
    found = reading.findings(showing.since(span), kind if kind in KINDS else "", slowest_first=True)
    return jsonify(span=span.name, findings=showing.of_findings(found))


@api.get("/connections")
@superuser
def connections() -> ResponseReturnValue:
    return jsonify(live.picture())


@api.post("/connections/<int:connection_id>/end")
@superuser
def end_connection(connection_id: int) -> ResponseReturnValue:
    try:
        ended = live.end(connection_id)
    except live.NoSuchConnection as error:
        raise Conflict(str(GONE)) from error
    except live.MayNotEnd as error:
        raise Forbidden(str(NOT_OURS)) from error
    note("ended connection", ended.id, ended.user, ended.host, ended.work)
    return jsonify(ended=ended.id)


@api.get("/pool")
@superuser
def pools() -> ResponseReturnValue:
    """Of the process that answers, now; and of all, as they told within the last seconds."""
    return jsonify(here=pool.figures(db.engine), processes=showing.pools())


@api.get("/server-digests")
@superuser
def digests() -> ResponseReturnValue:
    why_none = server_digests.why_none()
    since, found = (
        (None, []) if why_none else server_digests.between(showing.since(showing.SPANS["day"]))
    )
    return jsonify(since=since and since.isoformat(), none_because=why_none, digests=found)
