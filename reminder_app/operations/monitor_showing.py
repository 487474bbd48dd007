"""The monitor's figures as pages and JSON show them: by steps of time, with shares and words."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request

from reminder_app.database import now
from reminder_app.database.monitor import reading
from reminder_app.database.monitor.reading import NOTHING, Asker, Process, Query, Sums
from reminder_app.database.monitor.tables import QueryFinding
from reminder_app.errors import Invalid
from reminder_app.operations.console import pages
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext
from reminder_app.web.formatting import local_date, local_time


@dataclass(frozen=True)
class Span:
    """How far back a page looks, and by which steps it draws that."""

    name: str
    text: str
    length: timedelta
    step: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = {
    span.name: span
    for span in (
        Span("hour", lazy_gettext("Last hour"), HOUR, timedelta(minutes=1)),
        Span("day", lazy_gettext("Last day"), DAY, HOUR),
        Span("month", lazy_gettext("Last 30 days"), 30 * DAY, DAY),
    )
}
COLUMNS = re.compile(r"^(SELECT) .{30,}? (FROM )", re.IGNORECASE | re.DOTALL)
INTO = re.compile(r"^(INSERT INTO \S+) \([^)]{30,}\)", re.IGNORECASE)
Load = Mapping[datetime, Sums]


def asked_span() -> Span:
    """What is not known is the first: an address may be typed by hand."""
    return SPANS.get(request.args.get("span", ""), SPANS["hour"])


def span_of_api() -> Span:
    """As it was asked for: a script is not given another one in silence. Raises Invalid."""
    asked = request.args.get("span", "hour")
    if asked not in SPANS:
        wanted = _("Ask for one of: %(spans)s.", spans=", ".join(SPANS))
        raise Invalid(_("There is no such span."), span=wanted)
    return SPANS[asked]


def since(span: Span) -> datetime:
    """Where its first step begins."""
    return floor(now() - span.length + span.step, span.step)


def floor(at: datetime, step: timedelta) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // step * step


def steps(load: Load, span: Span) -> list[tuple[datetime, Sums]]:
    """Each step of the span, also those in which nothing was asked."""
    found = {since(span) + span.step * n: NOTHING for n in range(span.length // span.step)}
    for at, sums in load.items():
        step = floor(at, span.step)
        if step in found:
            found[step] += sums
    return list(found.items())


def total(load: Load) -> Sums:
    return sum(load.values(), start=NOTHING)


def label(at: datetime, span: Span) -> str:
    return local_date(at, "short") if span.step == DAY else local_time(at)


def drawn(load: Load, span: Span) -> dict[str, Any]:
    """What the two charts of a load take."""
    found = steps(load, span)
    minutes = span.step / timedelta(minutes=1)
    busiest = max(found, key=lambda one: one[1].seconds)
    return {
        "labels": [label(at, span) for at, _ in found],
        "many": [round(sums.many / minutes, 2) for _, sums in found],
        "busy": [round(sums.seconds / span.step.total_seconds() * 100, 3) for _, sums in found],
        "times": [
            (name, [milliseconds(getattr(sums, name)) if sums.many else None for _, sums in found])
            for name in ("p50", "p95", "p99")
        ],
        "busiest": label(busiest[0], span) if busiest[1].many else "",
    }


@pages.app_template_filter("brief")
def brief(statement: str) -> str:
    """For a row of a list: which tables and what is looked for, without the columns."""
    text = COLUMNS.sub(r"\1 … \2", statement, count=1)
    return INTO.sub(r"\1 (…)", text, count=1)


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def of_sums(sums: Sums) -> dict[str, Any]:
    return {
        "count": sums.many,
        "total_ms": milliseconds(sums.seconds),
        "mean_ms": milliseconds(sums.mean),
        "p50_ms": milliseconds(sums.p50),
        "p95_ms": milliseconds(sums.p95),
        "p99_ms": milliseconds(sums.p99),
        "max_ms": milliseconds(sums.longest),
        "rows": sums.rows,
        "errors": sums.errors,
    }


def of_query(query: Query, whole: Sums = NOTHING) -> dict[str, Any]:
    return {
        "fingerprint": query.id.hex,
        "query": query.text,
        "tables": list(query.tables),
        **of_sums(query.sums),
        "share": round(share(query.sums, whole), 4),
    }


def share(part: Sums, whole: Sums) -> float:
    return part.seconds / whole.seconds if whole.seconds else 0.0


def of_load(load: Load, span: Span) -> list[dict[str, Any]]:
    return [{"at": at.isoformat(), **of_sums(sums)} for at, sums in steps(load, span)]


def of_askers(askers: Iterable[Asker]) -> list[dict[str, Any]]:
    return [{"by": one.work, "at": one.place, **of_sums(one.sums)} for one in askers]


def of_findings(found: Sequence[tuple[QueryFinding, str]]) -> list[dict[str, Any]]:
    return [
        {
            "at": one.at.isoformat(),
            "kind": one.kind,
            "fingerprint": one.fingerprint_id.hex,
            "query": text,
            "by": one.work,
            "place": one.place,
            "ms": milliseconds(one.seconds),
            "times": one.times,
            "rows": one.row_count,
        }
        for one, text in found
    ]


def of_process(process: Process) -> dict[str, Any]:
    return {
        "process": process.name,
        "seen_at": process.seen_at.isoformat(),
        **json.loads(process.figures),
    }


def pools() -> list[dict[str, Any]]:
    """Of each process that is alive, as it told itself within the last seconds."""
    return [of_process(one) for one in reading.processes()]


def deadlocks(pools: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The last one that each of these processes met, newest first."""
    found = [
        {
            "process": one["process"],
            "at": datetime.fromisoformat(one["deadlock"]["at"]),
            "text": "\n".join(one["deadlock"]["lines"]),
        }
        for one in pools
        if "deadlock" in one
    ]
    return sorted(found, key=lambda one: one["at"], reverse=True)
