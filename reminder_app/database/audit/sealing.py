"""One sequencer puts what was written into the chain, some seconds later.

Not when it is written: then all writers would wait for the one row that is the end of the chain.
"""

import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reminder_app.database import clock
from reminder_app.database.audit import anchors, chain
from reminder_app.database.audit.anchors import Anchor
from reminder_app.database.audit.entries import LOG
from reminder_app.database.audit.ids import lowest_id, moment_of
from reminder_app.database.audit.models import AuditSeal
from reminder_app.database.audit.watching import Trail
from reminder_app.database.engine import db
from reminder_app.database.transaction import after_commit, transaction

log = logging.getLogger(__name__)
MOST = 1000  # entries of a seal
TRIES = 5  # sealers come once a minute
SETTLED = timedelta(seconds=10)
# A transaction may commit so long after it wrote its entry: until then it is looked for.
LATE = timedelta(hours=1)
NOTHING = uuid.UUID(int=0)
ENTRIES, RETIRED = "entries", "retired"


def seal(trail: Trail) -> int:
    """Seal all that is settled, and say how much it was. A second sealer at the same time does nothing."""
    many = 0
    while True:
        try:
            found = seal_some(trail)
        except IntegrityError:
            return many  # the seal of this number was made by somebody else
        many += found
        if found < MOST:
            return many


@transaction
def seal_some(trail: Trail) -> int:
    last, at = last_seal(), clock.now()
    ids = unsealed(last, lowest_id(at - SETTLED))
    if not ids:
        return 0
    query = select(LOG).where(LOG.c.id.in_(ids)).order_by(LOG.c.id)
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    until = max(last.until if last else NOTHING, uuid.UUID(int=ids[-1].int + 1))
    add(trail, last, ENTRIES, until, chain.listing(rows), len(rows), at)
    return len(rows)


def retire(trail: Trail, before: datetime, many: int, why: str) -> None:
    """Write down that what is below `before` is taken away on purpose; its absence is no damage."""
    for _ in range(TRIES - 1):
        with suppress(IntegrityError):  # a sealer was first: behind its seal
            retire_once(trail, before, many, why)
            return
    retire_once(trail, before, many, why)


@transaction
def retire_once(trail: Trail, before: datetime, many: int, why: str) -> None:
    add(trail, last_seal(), RETIRED, lowest_id(before), why.encode(), many, clock.now())


def last_seal() -> AuditSeal | None:
    return db.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def unsealed(last: AuditSeal | None, until: uuid.UUID) -> Sequence[uuid.UUID]:
    """The first of those that no seal lists, late ones too."""
    sealed_until = last_until(last)
    since = lowest_id(max(moment_of(sealed_until) - LATE, moment_of(NOTHING)))
    known = sealed_since(since)
    found: list[uuid.UUID] = []
    place = since
    while len(found) < MOST:
        query = select(LOG.c.id).where(LOG.c.id >= place, LOG.c.id < until)
        ids = db.session.scalars(query.order_by(LOG.c.id).limit(MOST * 10)).all()
        found += [one for one in ids if one not in known]
        if len(ids) < MOST * 10:
            break
        place = uuid.UUID(int=ids[-1].int + 1)
    return found[:MOST]


def last_until(last: AuditSeal | None) -> uuid.UUID:
    if last is None:
        return NOTHING
    if last.kind == ENTRIES:
        return last.until
    query = select(AuditSeal.until).where(AuditSeal.kind == ENTRIES)
    return db.session.scalar(query.order_by(AuditSeal.number.desc()).limit(1)) or NOTHING


def sealed_since(since: uuid.UUID) -> set[uuid.UUID]:
    """`until` never falls from one seal to the next: those that end below it list nothing of it."""
    query = select(AuditSeal.listed).where(AuditSeal.kind == ENTRIES, AuditSeal.until > since)
    return {one for listing in db.session.scalars(query) for one in chain.listed(listing)}


def add(
    trail: Trail,
    last: AuditSeal | None,
    kind: str,
    until: uuid.UUID,
    listing: bytes,
    many: int,
    at: datetime,
) -> None:
    number, previous = (last.number + 1, last.digest) if last else (1, chain.BEGINNING)
    key = trail.keys[0]
    made = AuditSeal(number=number, at=at, kind=kind, until=until, many=many, listed=listing)
    made.key_id, made.previous = chain.key_id(key), previous
    made.digest = chain.seal_digest(key, number, at, kind, until, listing, previous)
    db.session.add(made)
    db.session.flush()
    after_commit(lambda: anchor(trail, number, at, made.digest))


def anchor(trail: Trail, number: int, at: datetime, digest: bytes) -> None:
    """Where the chain ends, told to places that whoever changes the database does not reach."""
    log.info("audit: sealed to number %d, %s", number, digest.hex())
    if trail.anchor:
        anchors.tell(Path(trail.anchor), Anchor(number, digest.hex(), at))
