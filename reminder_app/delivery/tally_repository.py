"""Counting tries by the time they were recorded, and reading the counts.

Attempts have UUIDv7 keys: those of ten seconds lie side by side in the table, and need no other index.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Float,
    Table,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
)

from reminder_app.database import changed, db, insert_missing, new_id
from reminder_app.database.cache import cached_query
from reminder_app.delivery.lateness_bounds import BEYOND, BOUNDS, NOT_SENT
from reminder_app.delivery.letters import SENT
from reminder_app.delivery.models import Attempt, Delivery, Tally, TallyMark, TallyTotal

MARK = "attempts"
BELOW_THE_TIME = 80  # bits of a UUIDv7 that are not its milliseconds
Counted = tuple[uuid.UUID | None, str, str, int, int, float]


def lowest_id(at: datetime) -> uuid.UUID:
    """The key that nothing recorded at `at` or later is below."""
    milliseconds = round(at.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << BELOW_THE_TIME)


def recorded_at(attempt_id: uuid.UUID) -> datetime:
    return datetime.fromtimestamp((attempt_id.int >> BELOW_THE_TIME) / 1000, UTC)


def lock_mark(begun: datetime) -> TallyMark | None:
    """None while somebody else counts."""
    row = {"id": new_id(), "name": MARK, "counted_until": begun, "counted_at": begun}
    query = select(TallyMark).filter_by(name=MARK).with_for_update(skip_locked=True)
    query = query.execution_options(populate_existing=True)  # not as it was before the lock
    if mark() is None:
        insert_missing(cast(Table, TallyMark.__table__), [row])
    return db.session.scalar(query)


def mark() -> TallyMark | None:
    return db.session.scalar(select(TallyMark).filter_by(name=MARK))


def first_since(at: datetime) -> uuid.UUID | None:
    query = select(Attempt.id).where(Attempt.id >= lowest_id(at)).order_by(Attempt.id)
    return db.session.scalar(query.limit(1))


def count(since: datetime, until: datetime) -> Sequence[Counted]:
    """Tries recorded in [since, until): workspace, channel, outcome, bound, how many, seconds late."""
    late = func.greatest if db.engine.dialect.name != "sqlite" else func.max
    seconds = case(
        (Attempt.outcome == SENT, late(seconds_between(Delivery.due_at, Attempt.finished_at), 0.0)),
        else_=0.0,
    )
    found = (
        select(Delivery.workspace_id, Delivery.channel, Attempt.outcome, seconds.label("seconds"))
        .join(Attempt.delivery)
        .where(Attempt.id >= lowest_id(since), Attempt.id < lowest_id(until))
        .subquery()
    )
    steps = [(found.c.seconds <= bound / 1000, bound) for bound in BOUNDS]
    within = case((found.c.outcome != SENT, NOT_SENT), *steps, else_=BEYOND).label("within")
    what = (found.c.workspace_id, found.c.channel, found.c.outcome, within)
    query = select(*what, func.count(), func.sum(found.c.seconds)).group_by(*what)
    return [cast(Counted, tuple(row)) for row in db.session.execute(query)]


def seconds_between(since: Any, until: Any) -> ColumnElement[Any]:
    if db.engine.dialect.name == "sqlite":
        return (func.julianday(until, type_=Float) - func.julianday(since, type_=Float)) * 86_400
    unit: ColumnElement[Any] = literal_column("MICROSECOND")
    return func.timestampdiff(unit, since, until, type_=Float) / 1_000_000


def replace(since: datetime, rows: Sequence[Mapping[str, Any]]) -> None:
    changed(delete(Tally).where(Tally.at >= since))
    if rows:
        db.session.execute(insert(Tally), rows)


def totals() -> Sequence[TallyTotal]:
    return db.session.scalars(select(TallyTotal)).all()


def add_total(channel: str, outcome: str, within_ms: int, many: int, seconds: float) -> None:
    what = {"channel": channel, "outcome": outcome, "within_ms": within_ms}
    db.session.add(TallyTotal(**what, many=many, seconds=seconds))


def forget(before: datetime) -> None:
    changed(delete(Tally).where(Tally.at < before))


@cached_query(tables=[Tally])
def by_slice(scope_id: uuid.UUID, since: datetime) -> Sequence[tuple[datetime, str, str, int]]:
    """(when the slice began, channel, outcome, how many); kept while `since` begins the same slice."""
    query = select(Tally.at, Tally.channel, Tally.outcome, func.sum(Tally.many))
    query = query.where(Tally.scope_id == scope_id, Tally.at >= since)
    query = query.group_by(Tally.at, Tally.channel, Tally.outcome)
    return [
        (at, channel, outcome, int(many))
        for at, channel, outcome, many in db.session.execute(query)
    ]


def by_outcome(scope_id: uuid.UUID, since: datetime) -> list[tuple[str, str, int]]:
    query = select(Tally.channel, Tally.outcome, func.sum(Tally.many))
    query = query.where(Tally.scope_id == scope_id, Tally.at >= since)
    rows = db.session.execute(query.group_by(Tally.channel, Tally.outcome))
    return [(channel, outcome, int(many)) for channel, outcome, many in rows]


def busiest(since: datetime, top: int, but: uuid.UUID) -> list[tuple[uuid.UUID, str, int]]:
    """Two queries over the counts of some hours."""
    lately = (Tally.at >= since, Tally.scope_id != but)
    most = select(Tally.scope_id).where(*lately).group_by(Tally.scope_id)
    most = most.order_by(func.sum(Tally.many).desc(), Tally.scope_id).limit(top)
    ids = list(db.session.scalars(most))
    query = select(Tally.scope_id, Tally.outcome, func.sum(Tally.many))
    query = query.where(Tally.at >= since, Tally.scope_id.in_(ids))
    rows = db.session.execute(query.group_by(Tally.scope_id, Tally.outcome)) if ids else ()
    return [(scope_id, outcome, int(many)) for scope_id, outcome, many in rows]
