"""What was counted, by all processes together, for pages and for advice.

Every question has a bound of time, which is one of the key; each is one statement.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from reminder_app.database import clock
from reminder_app.database.engine import db
from reminder_app.database.histogram import quantile
from reminder_app.database.monitor.moments import first_at
from reminder_app.database.monitor.tables import (
    BUCKET_NAMES,
    SAMPLES,
    DatabaseProcess,
    QueryFinding,
    QueryFingerprint,
)

S = SAMPLES.c
MOST = 50
SILENT = timedelta(minutes=1)  # a process that told nothing for so long is gone


@dataclass(frozen=True)
class Sums:
    """Of one query, one route, one moment, or of all. Times are seconds."""

    many: int
    seconds: float
    longest: float
    rows: int
    errors: int
    buckets: tuple[int, ...]

    @property
    def mean(self) -> float:
        return self.seconds / self.many if self.many else 0.0

    def within(self, share: float) -> float:
        return quantile(self.buckets, share, self.longest)

    @property
    def p50(self) -> float:
        return self.within(0.5)

    @property
    def p95(self) -> float:
        return self.within(0.95)

    @property
    def p99(self) -> float:
        return self.within(0.99)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.many + other.many,
            self.seconds + other.seconds,
            max(self.longest, other.longest),
            self.rows + other.rows,
            self.errors + other.errors,
            tuple(a + b for a, b in zip(self.buckets, other.buckets, strict=True)),
        )


NOTHING = Sums(0, 0.0, 0.0, 0, 0, (0,) * len(BUCKET_NAMES))


@dataclass(frozen=True)
class Query:
    id: uuid.UUID
    text: str
    verb: str
    tables: Sequence[str]
    first_seen_at: datetime
    sums: Sums = NOTHING


@dataclass(frozen=True)
class Asker:
    """A route or job that asks one query, and where in the code."""

    work: str
    place: str
    sums: Sums


@dataclass(frozen=True)
class Process:
    name: str
    seen_at: datetime
    figures: str  # JSON


def sums() -> list[ColumnElement[Any]]:
    return [
        func.sum(S.many),
        func.sum(S.seconds),
        func.max(S.longest),
        func.sum(S.row_count),
        func.sum(S.errors),
        *(func.sum(S[name]) for name in BUCKET_NAMES),
    ]


def sums_of(values: Sequence[Any]) -> Sums:
    """MySQL sums whole numbers into decimals."""
    many, seconds, longest, rows, errors, *buckets = values
    if many is None:
        return NOTHING
    whole = tuple(int(bucket) for bucket in buckets)
    return Sums(int(many), float(seconds), float(longest), int(rows), int(errors), whole)


def within(since: datetime, until: datetime | None = None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = [S.id >= first_at(since)]
    return bounds if until is None else [*bounds, S.id < first_at(until)]


def load(since: datetime, fingerprint_id: uuid.UUID | None = None) -> dict[datetime, Sums]:
    """By minute, and by hour where that is long ago; of all queries or of one."""
    query = select(S.at, *sums()).where(*within(since)).group_by(S.at).order_by(S.at)
    if fingerprint_id:
        query = query.where(S.fingerprint_id == fingerprint_id)
    return {at: sums_of(values) for at, *values in db.session.execute(query)}


def top(since: datetime, limit: int = MOST) -> list[Query]:
    """Those that took the most time, all together."""
    total = func.sum(S.seconds)
    found = {
        fingerprint_id: sums_of(values)
        for fingerprint_id, *values in db.session.execute(
            select(S.fingerprint_id, *sums())
            .where(*within(since))
            .group_by(S.fingerprint_id)
            .order_by(total.desc())
            .limit(limit)
        )
    }
    known = {one.id: one for one in queries(found)}
    return [with_sums(known.get(id), id, figures) for id, figures in found.items()]


def with_sums(query: Query | None, id: uuid.UUID, figures: Sums) -> Query:
    if query is None:  # its text is written with the next flush of whoever asked it
        return Query(id, "…", "", (), clock.now(), figures)
    return Query(query.id, query.text, query.verb, query.tables, query.first_seen_at, figures)


def queries(ids: Iterable[uuid.UUID]) -> list[Query]:
    rows = db.session.scalars(select(QueryFingerprint).where(QueryFingerprint.id.in_(list(ids))))
    return [Query(row.id, row.text, row.verb, named(row.tables), row.first_seen_at) for row in rows]


def named(tables: str) -> list[str]:
    return [name for name in tables.split(",") if name]


def one(fingerprint_id: uuid.UUID) -> Query | None:
    found = queries([fingerprint_id])
    return found[0] if found else None


def of_one(fingerprint_id: uuid.UUID, since: datetime, until: datetime | None = None) -> Sums:
    query = select(*sums()).where(*within(since, until), S.fingerprint_id == fingerprint_id)
    return sums_of(db.session.execute(query).one())


def askers(fingerprint_id: uuid.UUID, since: datetime, limit: int = MOST) -> list[Asker]:
    query: Select[Any] = (
        select(S.work, func.max(S.place), *sums())
        .where(*within(since), S.fingerprint_id == fingerprint_id)
        .group_by(S.work)
        .order_by(func.sum(S.seconds).desc())
        .limit(limit)
    )
    return [
        Asker(work, place, sums_of(values)) for work, place, *values in db.session.execute(query)
    ]


def works(since: datetime, limit: int = MOST) -> list[Asker]:
    """Routes and jobs, by the time that the database took for them."""
    query: Select[Any] = (
        select(S.work, *sums())
        .where(*within(since))
        .group_by(S.work)
        .order_by(func.sum(S.seconds).desc())
        .limit(limit)
    )
    return [Asker(work, "", sums_of(values)) for work, *values in db.session.execute(query)]


def findings(
    since: datetime,
    kind: str = "",
    fingerprint_id: uuid.UUID | None = None,
    limit: int = MOST,
    slowest_first: bool = False,
) -> list[tuple[QueryFinding, str]]:
    """Each with the text of its query."""
    query = (
        select(QueryFinding, func.coalesce(QueryFingerprint.text, "…"))
        .outerjoin(QueryFingerprint, QueryFingerprint.id == QueryFinding.fingerprint_id)
        .where(QueryFinding.id >= first_at(since))
        .limit(limit)
    )
    if kind:
        query = query.where(QueryFinding.kind == kind)
    if fingerprint_id:
        query = query.where(QueryFinding.fingerprint_id == fingerprint_id)
    order = QueryFinding.seconds.desc() if slowest_first else QueryFinding.id.desc()
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(order))]


def processes() -> list[Process]:
    """Those that told something within the last minute."""
    query = select(DatabaseProcess).where(DatabaseProcess.seen_at >= clock.now() - SILENT)
    rows = db.session.scalars(query.order_by(DatabaseProcess.name))
    return [Process(row.name, row.seen_at, row.figures) for row in rows]
