"""Goes through the chain and the log side by side, and says what does not fit."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select

from reminder_app.database.audit import anchors, chain
from reminder_app.database.audit.anchors import Anchor
from reminder_app.database.audit.entries import LOG
from reminder_app.database.audit.ids import lowest_id, moment_of
from reminder_app.database.audit.models import AuditSeal
from reminder_app.database.audit.sealing import ENTRIES, LATE, NOTHING, RETIRED
from reminder_app.database.audit.watching import Trail
from reminder_app.database.engine import db

CHUNK = 50
HOUR = timedelta(hours=1)
MOST_TOLD = 100


@dataclass(frozen=True)
class Problem:
    kind: (
        str  # changed | removed | inserted | seal changed | seal removed | truncated | unknown key
    )
    what: str
    when: datetime | None = None

    def __str__(self) -> str:
        at = f" ({self.when:%Y-%m-%d %H:%M:%S} UTC)" if self.when else ""
        return f"{self.kind}: {self.what}{at}"


@dataclass
class Found:
    seals: int = 0
    entries: int = 0
    waiting: int = 0  # written, and not sealed yet
    retired: int = 0  # taken away by retention, and said so in the chain
    problems: list[Problem] = field(default_factory=list)
    head: tuple[int, bytes] = (0, chain.BEGINNING)
    restored: Sequence[Anchor] = ()  # how often an older state was brought back

    @property
    def is_intact(self) -> bool:
        return not self.problems

    def add(self, kind: str, what: str, when: datetime | None = None) -> None:
        self.problems.append(Problem(kind, what, when))


def verify(trail: Trail, since: datetime | None = None) -> Found:
    """All of it; or from the first seal made after `since` on, which is believed of what is before it."""
    found = Found()
    first = 0 if since is None else first_number(since)
    sweep = Sweep(found, retired_until(), begins_after(first))
    previous: AuditSeal | None = None
    for seal in seals(first):
        check_seal(trail, found, previous, seal, is_first=since is None)
        if seal.kind == ENTRIES:
            sweep.take(seal)
        previous = seal
        found.seals += 1
        found.head = (seal.number, seal.digest)
    sweep.end()
    if trail.anchor:
        check_anchors(found, Path(trail.anchor), since)
    return found


def first_number(since: datetime) -> int:
    query = select(func.min(AuditSeal.number)).where(AuditSeal.at >= since)
    return (db.session.scalar(query) or 1) - 1


def begins_after(number: int) -> uuid.UUID:
    """Behind the hour that the seal of this number ended in: of what is later, it listed nothing."""
    until = db.session.scalar(select(AuditSeal.until).where(AuditSeal.number == number))
    return lowest_id(start_of(hour_of(until) + 1)) if until else NOTHING


def seals(number: int) -> Iterator[AuditSeal]:
    """Those after it."""
    while True:
        query = select(AuditSeal).where(AuditSeal.number > number).order_by(AuditSeal.number)
        query = query.limit(CHUNK).execution_options(populate_existing=True)
        some = db.session.scalars(query).all()
        yield from some
        if len(some) < CHUNK:
            return
        number = some[-1].number
        db.session.expunge_all()


def retired_until() -> uuid.UUID:
    query = select(AuditSeal.until).where(AuditSeal.kind == RETIRED)
    return max(db.session.scalars(query), default=NOTHING)


def check_seal(
    trail: Trail, found: Found, previous: AuditSeal | None, seal: AuditSeal, *, is_first: bool
) -> None:
    expected = previous.number + 1 if previous else (1 if is_first else seal.number)
    if seal.number != expected:
        found.add("seal removed", f"between {expected - 1} and {seal.number}", seal.at)
    elif seal.previous != (
        previous.digest if previous else chain.BEGINNING if is_first else seal.previous
    ):
        found.add("seal changed", f"seal {seal.number} does not follow the one before it", seal.at)
    key = chain.key_named(trail.keys, seal.key_id)
    if key is None:
        found.add("unknown key", f"seal {seal.number} was made with a key that is not set", seal.at)
    elif seal.digest != chain.seal_digest(
        key, seal.number, seal.at, seal.kind, seal.until, bytes(seal.listed), seal.previous
    ):
        found.add("seal changed", f"seal {seal.number} is not as it was made", seal.at)


class Sweep:
    """Compares hour by hour what is sealed with what is there; holds some hours, never all."""

    def __init__(self, found: Found, retired: uuid.UUID, begins: uuid.UUID) -> None:
        self.found, self.retired = found, retired
        self.hours: dict[int, dict[uuid.UUID, bytes]] = defaultdict(dict)
        self.done_until, self.sealed_until = begins, NOTHING

    def take(self, seal: AuditSeal) -> None:
        try:
            entries = chain.listed(bytes(seal.listed))
        except ValueError:
            return  # told as a changed seal
        for one, digest in entries.items():
            if one >= self.done_until:
                self.hours[hour_of(one)][one] = digest
        self.sealed_until = max(self.sealed_until, seal.until)
        complete = hour_of(lowest_id(max(moment_of(self.sealed_until) - LATE, moment_of(NOTHING))))
        self.compare_until(complete)

    def end(self) -> None:
        self.compare_until(hour_of(self.sealed_until) + 1)
        query = select(func.count()).select_from(LOG)
        self.found.waiting += db.session.scalar(query.where(LOG.c.id >= self.done_until)) or 0

    def compare_until(self, hour: int) -> None:
        """All hours before it, also those in which nothing was sealed."""
        upper = lowest_id(start_of(hour))
        for begun in sorted(one for one in self.hours if one < hour):
            end = lowest_id(start_of(begun + 1))
            self.compare(self.done_until, end, self.hours.pop(begun))
            self.done_until = end
        if self.done_until < upper:
            self.compare(self.done_until, upper, {})
            self.done_until = upper

    def compare(self, lower: uuid.UUID, upper: uuid.UUID, sealed: dict[uuid.UUID, bytes]) -> None:
        missing = dict(sealed)
        for entry in entries_of(lower, upper):
            digest = missing.pop(entry.id, None)
            self.found.entries += 1
            if digest is None:
                self.unsealed(entry)
            elif digest != chain.entry_digest(dict(entry._mapping)):
                self.found.add("changed", named(entry), entry.at)
        for one in sorted(missing):
            if one < self.retired:
                self.found.retired += 1
            else:
                self.found.add("removed", f"entry {one}", moment_of(one))

    def unsealed(self, entry: Row[Any]) -> None:
        """What was committed a little while ago waits for its seal; what is older got in another way."""
        if moment_of(entry.id) > moment_of(self.sealed_until) - LATE:
            self.found.waiting += 1
            self.found.entries -= 1
        else:
            self.found.add("inserted", named(entry), entry.at)


def entries_of(lower: uuid.UUID, upper: uuid.UUID) -> Iterator[Row[Any]]:
    """Plain rows: an object that was read before would be shown as it was then."""
    while True:
        query = select(LOG).where(LOG.c.id >= lower, LOG.c.id < upper).order_by(LOG.c.id)
        some = db.session.execute(query.limit(1000)).all()
        yield from some
        if len(some) < 1000:
            return
        lower = uuid.UUID(int=some[-1].id.int + 1)


def hour_of(one: uuid.UUID) -> int:
    return int(moment_of(one).timestamp() // HOUR.total_seconds())


def start_of(hour: int) -> datetime:
    return moment_of(NOTHING) + HOUR * hour


def named(entry: Row[Any]) -> str:
    return f"entry {entry.id}, {entry.action} of {entry.table_name} {entry.row_key}".rstrip()


def check_anchors(found: Found, path: Path, since: datetime | None) -> None:
    """Every end of the chain that was told elsewhere has to be in it still."""
    told = anchors.compare(db.engine, path, since)
    found.restored = told.restored
    for one in told.changed:
        what = f"seal {one.number} is not the one that was told outside"
        found.add("seal changed", what, one.at)
    if told.missing:
        most = max(one.number for one in told.missing)
        found.add("truncated", f"the chain ends at {found.head[0]}, and had reached {most}")


def first_words(problems: Sequence[Problem]) -> list[str]:
    return [str(problem) for problem in problems[:MOST_TOLD]]
