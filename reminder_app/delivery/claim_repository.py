"""The worker's side of the ledger: rows of any workspace, guarded by the fence."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import reduce
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    case,
    delete,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)

from reminder_app.database import ById, changed, db, insert_all, run_written, stored
from reminder_app.delivery import states
from reminder_app.delivery.letters import HELD_FOR, Letter, Outcome
from reminder_app.delivery.limits import CAMPAIGN, Limit, Wait
from reminder_app.delivery.models import BY_BULK, Attempt, Delivery

LEDGER = cast(Table, Delivery.__table__)
ATTEMPTS = cast(Table, Attempt.__table__)
# What a worker is given of a row.
CLAIMED = [LEDGER.c[field.name] for field in fields(Letter)]
CLAIMED += LEDGER.c["not_before", "source_kind", "source_id"]  # and the limits
BY_ID = "FORCE INDEX (PRIMARY)"
LOOKED_THROUGH = 5000  # of all that wait, for those who wait for one limit
UUID_PARTS = (1, 4), (5, 2), (7, 2), (9, 2), (11, 6)


def next_due(account: str, free_at: datetime, until: datetime) -> datetime | None:
    query = select(LEDGER.c.not_before).where(is_free(free_at), LEDGER.c.not_before <= until)
    found = in_order(query, account, limit=1)
    return db.session.scalar(select(func.min(found.c.not_before)))


def in_order(query: Any, account: str, limit: int, offset: int = 0) -> Any:
    """The first ones of an account: of the few and of the bulk, each in the order of the index."""
    parts = [
        query.where(LEDGER.c.account == account, of_kind(is_bulk=is_bulk))
        .with_hint(LEDGER, BY_BULK, "mysql")
        .order_by(LEDGER.c.not_before)
        .limit(limit)
        .offset(offset)
        for is_bulk in (False, True)
    ]
    # One within another, as SQLite wants no LIMIT in a part of a UNION.
    return union_all(*(select(part.subquery()) for part in parts)).subquery()


def of_kind(*, is_bulk: bool) -> ColumnElement[bool]:
    return LEDGER.c.is_bulk == (true() if is_bulk else false())  # `IS true` uses no index on MySQL


def is_free(at: datetime) -> ColumnElement[bool]:
    unleased = or_(Delivery.lease_until.is_(None), Delivery.lease_until <= at)
    return and_(Delivery.state == states.PENDING, unleased)


def lock_due(account: str, at: datetime, limit: int) -> Sequence[Any]:
    """Oldest first, but what is one of many leaves the others three places of four."""
    few = lock_some(account, at, limit, is_bulk=False)
    bulk = lock_some(account, at, max(limit - len(few), limit // 4), is_bulk=True)
    return [*few[: limit - len(bulk)], *bulk]


def lock_some(account: str, at: datetime, limit: int, *, is_bulk: bool) -> Sequence[Any]:
    """Plain rows: a thousand a second pass here, and as objects they cost three times as much."""
    which = LEDGER.c.account == account, of_kind(is_bulk=is_bulk)
    query = select(*CLAIMED).where(is_free(at), *which, Delivery.not_before <= at)
    query = query.order_by(Delivery.not_before).limit(limit).with_hint(LEDGER, BY_BULK, "mysql")
    return db.session.execute(query.with_for_update(skip_locked=True)).all()


def take(
    ids: Sequence[uuid.UUID], worker: str, at: datetime, lease_until: datetime, domain: str
) -> None:
    if ids:
        has_none = Delivery.message_id == ""
        values = {
            "state": states.HANDING_OVER,
            "worker": worker,
            "fence": Delivery.fence + 1,
            "lease_until": lease_until,
            "handed_over_at": at,
            "message_id": case((has_none, new_message_id(domain)), else_=Delivery.message_id),
        }
        changed(update(Delivery).where(Delivery.id.in_(ids)).values(values))


def put_off(waits: Sequence[Wait], at: datetime) -> None:
    """Rows that the caller holds locked, in one statement: thousands may wait."""
    if not waits:
        return
    ids = [wait.id.bytes for wait in waits]
    turns = ById.of(ids, (stored(wait.turn(at)) for wait in waits))
    reasons = ById.of(ids, (wait.reason for wait in waits))
    run_written(
        f"UPDATE deliveries SET not_before = {turns.sql}, reason = {reasons.sql}, "  # noqa: S608
        f"updated_at = ? WHERE id IN ({', '.join('?' * len(ids))})",
        [*turns.values, *reasons.values, stored(at), *ids],
    )


def put_off_for(account: str, limit: Limit, many: int, at: datetime) -> Sequence[uuid.UUID]:
    """The next ones in line, not locked, of the LOOKED_THROUGH that wait for anything: no index
    says for what."""
    is_ours = and_(*is_for(limit)).label("is_ours")
    near = select(LEDGER.c.id, LEDGER.c.not_before, is_ours).where(*is_waiting(at))
    some = in_order(near, account, limit=LOOKED_THROUGH)
    query = select(some.c.id).where(some.c.is_ours == true())
    return db.session.scalars(query.order_by(some.c.not_before).limit(many)).all()


def is_long_line(account: str, at: datetime) -> bool:
    """Whether put_off_for() did not see all."""
    query = select(LEDGER.c.id).where(*is_waiting(at))
    beyond = in_order(query, account, limit=1, offset=LOOKED_THROUGH)
    return db.session.scalar(select(beyond.c.id).limit(1)) is not None


def lock_put_off(ids: Sequence[uuid.UUID], limit: Limit, at: datetime) -> Sequence[Any]:
    """Those of them who still wait."""
    query = select(LEDGER.c.id, LEDGER.c.deadline_at)
    query = query.where(LEDGER.c.id.in_(ids), *is_waiting(at), *is_for(limit))
    query = query.order_by(LEDGER.c.not_before).with_hint(LEDGER, BY_ID, "mysql")
    return db.session.execute(query.with_for_update(skip_locked=True)).all()


def is_waiting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return LEDGER.c.state == states.PENDING, LEDGER.c.not_before > at


def is_for(limit: Limit) -> tuple[ColumnElement[bool], ...]:
    reason = LEDGER.c.reason == limit.reason
    if limit.campaign_id is None:
        return (reason,)
    return reason, LEDGER.c.source_kind == CAMPAIGN, LEDGER.c.source_id == limit.campaign_id


def new_message_id(domain: str) -> ColumnElement[str]:
    """<uuid@domain>, made where the id is: for many rows in one statement, on every database."""
    parts = [func.substr(Delivery.id, start, length) for start, length in UUID_PARTS]
    words: list[ColumnElement[str]] = [func.lower(func.hex(part), type_=String) for part in parts]
    return literal("<") + reduce(lambda head, word: head + "-" + word, words) + f"@{domain}>"


def miss(ids: Sequence[uuid.UUID], reason: str, at: datetime) -> None:
    """What it waited for so long is said with it."""
    said = func.trim(literal(f"{reason} ") + Delivery.reason, type_=String)
    values = {
        "state": states.MISSED,
        "reason": func.substr(said, 1, 255),
        "payload": case((Delivery.is_secret.is_(True), null()), else_=LEDGER.c.payload),
    }
    changed(update(Delivery).where(Delivery.id.in_(ids)).values(values))


def hold(until: Mapping[uuid.UUID, datetime], reason: str) -> None:
    """Rows that the caller holds locked. What may have arrived already is told in no other message."""
    for end in set(until.values()):
        ids = [one for one, its in until.items() if its == end]
        is_new = LEDGER.c.attempts == 0
        is_over = LEDGER.c.deadline_at <= end + HELD_FOR
        values = {
            "state": case((is_new, states.HELD), else_=states.PENDING),
            "reason": reason,
            "not_before": end,
            "deadline_at": case((is_over, end + HELD_FOR), else_=LEDGER.c.deadline_at),
        }
        changed(update(LEDGER).where(LEDGER.c.id.in_(ids)).values(values))


def held_by(worker: str) -> Sequence[Any]:
    """What a worker that is gone had in its hands, also where its lease has run out since."""
    theirs = Delivery.state.in_(states.DOUBTFUL), Delivery.worker == worker
    ids = db.session.scalars(select(LEDGER.c.id).where(*theirs)).all()  # others' are not locked
    if not ids:
        return []
    query = select(*CLAIMED, Delivery.state, Delivery.reason)
    return db.session.execute(query.where(Delivery.id.in_(ids), *theirs).with_for_update()).all()


def lock_in_doubt(
    since: datetime, long_since: datetime, here: Collection[str], limit: int
) -> Sequence[Delivery]:
    """Handed over by somebody whose lease ran out before `since`, and `long_since` for workers `here`."""
    is_elsewhere = Delivery.worker.not_in(here)
    query = select(Delivery).where(
        Delivery.state == states.HANDING_OVER,
        Delivery.lease_until <= since,
        or_(is_elsewhere, Delivery.lease_until <= long_since),
    )
    return db.session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()


def mark_sent(outcomes: Sequence[Outcome], worker: str, at: datetime) -> set[uuid.UUID]:
    """Compare and set for many in one statement; the ids of those that were as `worker` left them."""
    letters = [outcome.letter for outcome in outcomes]
    ids = [letter.id.bytes for letter in letters]
    hashes = ById.of(ids, (outcome.content_hash for outcome in outcomes))
    moments = ById.of(ids, (stored(outcome.at) for outcome in outcomes))
    fences = ById.of(ids, (letter.fence for letter in letters))
    many = run_written(
        "UPDATE deliveries SET state = 'sent', reason = '', lease_until = NULL, "  # noqa: S608
        f"attempts = attempts + 1, content_hash = {hashes.sql}, sent_at = {moments.sql}, "
        "updated_at = ?, payload = CASE WHEN is_secret THEN NULL ELSE payload END "
        f"WHERE id IN ({', '.join('?' * len(ids))}) AND fence = {fences.sql} "
        "AND state = 'handing_over' AND worker = ?",
        [*hashes.values, *moments.values, stored(at), *ids, *fences.values, worker],
    )
    found = {letter.id for letter in letters}
    return found if many == len(found) else sent_by(worker, found, at)


def sent_by(worker: str, ids: Collection[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    query = select(Delivery.id).where(
        Delivery.id.in_(ids), Delivery.state == states.SENT, Delivery.worker == worker
    )
    return set(db.session.scalars(query.where(Delivery.updated_at == at)))


def keep(letter: Letter, lease_until: datetime) -> bool:
    """Also where somebody has counted a doubt since."""
    wanted = (LEDGER.c.state.in_(states.DOUBTFUL), LEDGER.c.cancelled_at.is_(None))
    counted = {"attempts": letter.attempts, "tries": letter.tries}
    values = {"state": states.HANDING_OVER, "lease_until": lease_until, **counted}
    return change_if(letter.id, letter.fence, *wanted, **values)


def change_if(
    delivery_id: uuid.UUID, fence: int, *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """Compare and set: False when another worker has it by now, or its state is another."""
    mine = update(LEDGER).where(LEDGER.c.id == delivery_id, LEDGER.c.fence == fence, *conditions)
    return changed(mine.values(values)) == 1


def send_doubts_again(doubtful_since: datetime, at: datetime, most_tries: int) -> int:
    """Those that may double, are still wanted, and have not been in doubt over and over."""
    again = update(Delivery).where(
        Delivery.state == states.UNKNOWN,
        Delivery.lease_until <= doubtful_since,
        Delivery.sent_again.is_(True),
        Delivery.cancelled_at.is_(None),
        Delivery.tries <= most_tries,
        or_(Delivery.deadline_at.is_(None), Delivery.deadline_at > at),
    )
    return changed(again.values(state=states.PENDING, not_before=at, lease_until=None))


def add_attempts(rows: Sequence[Mapping[str, Any]]) -> None:
    insert_all(ATTEMPTS, rows)


def forget_attempt(delivery_id: uuid.UUID, number: int) -> None:
    changed(delete(Attempt).where(Attempt.delivery_id == delivery_id, Attempt.number == number))
