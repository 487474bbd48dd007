"""Old rows go some at a time, each time in a transaction of its own, and never while others need the
machine: one DELETE of a million rows locks them all and holds up every replica."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select

from reminder_app.database import clock
from reminder_app.database.engine import changed, db
from reminder_app.database.maintenance import brakes, runs
from reminder_app.database.maintenance.runs import Tell, nobody
from reminder_app.database.transaction import transaction

CHUNK = 1000
REST = 0.5  # of what a chunk took
Brake = Callable[[Tell], bool]


@dataclass(frozen=True)
class Policy:
    """Rows of a table older than `keep`, by their column `by`, which an index has to begin with."""

    table: str
    by: str
    keep: timedelta


POLICIES = [
    Policy("table_sizes", "at", timedelta(days=400)),
    Policy("maintenance_runs", "started_at", timedelta(days=90)),
]


def old(table: Table, policy: Policy) -> ColumnElement[bool]:
    return table.c[policy.by] < clock.now() - policy.keep


def in_chunks(
    table: Table,
    where: ColumnElement[bool],
    tell: Tell = nobody,
    *,
    size: int = CHUNK,
    brake: Brake | None = None,
) -> int:
    """Delete what `where` is true of; gives how many rows. What is left when a brake holds goes next time."""
    gone, go_on = 0, brake or unbraked
    while go_on(tell):
        began = time.monotonic()
        some = chunk(table, where, size)
        gone += some
        tell(f"{table.name}: {gone:,} rows")
        if some < size:
            break
        time.sleep((time.monotonic() - began) * REST)
    return gone


def unbraked(tell: Tell) -> bool:
    return brakes.clear(db.engine, tell)


@transaction
def chunk(table: Table, where: ColumnElement[bool], size: int) -> int:
    """By key: a DELETE with a condition would lock what it looks at, and with LIMIT alone replicas
    could choose other rows."""
    (key,) = table.primary_key.columns
    ids: Sequence[Any] = db.session.scalars(select(key).where(where).limit(size)).all()
    if not ids:
        return 0
    return changed(delete(table).where(key.in_(ids)))


def purge(policies: Sequence[Policy] | None = None, tell: Tell = nobody) -> dict[str, int]:
    """Table by table; gives how many rows went of each."""
    found = {}
    with runs.noted("purge") as run:
        for policy in POLICIES if policies is None else policies:
            table = db.metadata.tables[policy.table]
            found[policy.table] = in_chunks(table, old(table, policy), tell)
        run.words = ", ".join(f"{many:,} of {name}" for name, many in found.items() if many)
    return found
