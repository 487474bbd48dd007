"""The numbers about sending, rolled up from what was appended: no try touches a counter.

Every ten seconds the tries recorded since are counted anew, until they are old enough for nobody to
add to them; then they go into the totals, once. How long it takes depends on what was sent since, and
not on what the ledger holds.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reminder_app.database import database_now, transaction
from reminder_app.delivery import tally_repository as repository
from reminder_app.delivery.lateness_bounds import SLICE

EVERYBODY = uuid.UUID(int=0)  # the scope of all workspaces together
# A try is recorded in one short transaction, under a key of its host's time: for so long its commit,
# or another host's clock, may be behind.
SETTLED = timedelta(seconds=10)
MOST_SLICES = 60  # of one run, after a long silence
KEPT, SHOWN = timedelta(hours=2), timedelta(hours=1)
Row = dict[str, Any]
COUNTED = ("channel", "outcome", "within_ms", "many", "seconds")


@transaction
def count_up() -> None:
    """A second one at the same time does nothing."""
    at = database_now()
    settled = beginning(at - SETTLED)
    mark = repository.lock_mark(beginning(at - SHOWN))
    if mark is None:
        return
    start = max(mark.counted_until, min(settled, first_slice(mark.counted_until) or settled))
    until = min(at, start + MOST_SLICES * SLICE)
    rows = [row for begun in slices(start, until) for row in rows_of(begun)]
    repository.replace(start, rows)
    over = max(mark.counted_until, min(settled, beginning(until)))
    add_up([row for row in rows if row["at"] < over and row["scope_id"] == EVERYBODY])
    mark.counted_until, mark.counted_at = over, until
    repository.forget(at - KEPT)


def beginning(at: datetime) -> datetime:
    """Of the slice that holds it."""
    seconds = SLICE.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def first_slice(since: datetime) -> datetime | None:
    """Where something was recorded again: what is empty is not gone through."""
    first = repository.first_since(since)
    return beginning(repository.recorded_at(first)) if first else None


def slices(start: datetime, until: datetime) -> Iterator[datetime]:
    while start < until:
        yield start
        start += SLICE


def rows_of(begun: datetime) -> list[Row]:
    """Of each workspace, and of all of them."""
    found = repository.count(begun, begun + SLICE)
    ours = [row_of(workspace_id, begun, what) for workspace_id, *what in found if workspace_id]
    return ours + [row_of(EVERYBODY, begun, what) for what in summed(what for _, *what in found)]


def row_of(scope_id: uuid.UUID, at: datetime, what: Sequence[Any]) -> Row:
    return {"scope_id": scope_id, "at": at, **dict(zip(COUNTED, what, strict=True))}


def summed(counts: Iterable[Sequence[Any]]) -> list[tuple[str, str, int, int, float]]:
    """Each channel, outcome and bound once."""
    many, seconds = Counter[Any](), Counter[Any]()
    for *what, how_many, how_late in counts:
        many[(*what,)] += how_many
        seconds[(*what,)] += how_late
    return [(*what, many[what], float(seconds[what])) for what in many]


def add_up(rows: Sequence[Row]) -> None:
    known = {
        (total.channel, total.outcome, total.within_ms): total for total in repository.totals()
    }
    counts = [[row[name] for name in COUNTED] for row in rows]
    for channel, outcome, within_ms, many, seconds in summed(counts):
        total = known.get((channel, outcome, within_ms))
        if total is None:
            repository.add_total(channel, outcome, within_ms, many, seconds)
        else:
            total.many += many
            total.seconds += seconds


def by_outcome(scope_id: uuid.UUID, since: datetime) -> list[tuple[str, str, int]]:
    """(channel, outcome, how many), of the last hours: KEPT at the most."""
    return repository.by_outcome(scope_id, since)


def busiest(since: datetime, top: int) -> list[tuple[uuid.UUID, str, int]]:
    """(workspace, outcome, how many) of those with the most tries."""
    return repository.busiest(since, top, but=EVERYBODY)
