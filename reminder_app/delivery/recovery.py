"""What a worker left behind that died, or that never heard its answer."""

import logging
import uuid
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reminder_app.database import database_now, now, transaction
from reminder_app.database.retry import PASSING
from reminder_app.delivery import backoff, claim_repository, claims, repository, service
from reminder_app.delivery.journal import Left, left_behind, workers_of
from reminder_app.delivery.letters import BACK, IN_DOUBT, Letter, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.outcomes import NO_ANSWER, record_all
from reminder_app.delivery.states import CANCELLED, KEPT, SENT, UNKNOWN
from reminder_app.errors import Conflict, NotFound
from reminder_app.translations import N_, lazy_gettext

log = logging.getLogger(__name__)
BATCH = 200
# After its lease, how long a worker may stand still before what it had is in doubt. One whose journal
# is here is alive or will be settled by it: that takes longer only where a process hangs.
UNHEARD_OF, HANGS = timedelta(seconds=2), timedelta(seconds=30)
SECRETS_KEPT = timedelta(days=1)
ARRIVED = N_("An operator looked into it: it arrived.")
DROPPED = N_("An operator looked into it: it is not sent again.")
ONLY_DOUBTS = lazy_gettext("Only a message in doubt (state unknown) can be resolved.")


def recover(resend_after: timedelta, journals: Path) -> int:
    """Settle what dead workers left; send doubts again that are older than `resend_after` and may
    double. Returns how many doubts were found."""
    with closing(left_behind(journals)) as all_left:  # or what an error keeps alive keeps its lock
        found = sum(map(settle_alone, all_left))
    found += mark_doubts(workers_of(journals))
    again = send_doubts_again(resend_after)
    if found or again:
        log.warning("%d deliveries in doubt, %d sent again", found, again)
    return found


def settle_alone(left: Left) -> int:
    """One that cannot be settled does not stop the others; what it tells of is in doubt then."""
    try:
        return settle_left(left)
    except PASSING:
        raise
    except Exception:
        log.exception("the journal of %s cannot be settled", left.worker)
        return 0


@transaction
def settle_left(left: Left) -> int:
    """By its journal: what was answered, what was on the wire, what never left."""
    at = database_now()
    rows = claim_repository.held_by(left.worker)
    told = [
        (row, outcome_of(claims.uncounted(row), left, at)) for row in rows if is_told_by(left, row)
    ]
    outcomes = [one for row, one in told if (row.state, one.kind) != (UNKNOWN, IN_DOUBT)]
    record_all(outcomes, left.worker, at)
    return sum(outcome.kind == IN_DOUBT for outcome in outcomes)


def is_told_by(left: Left, row: Any) -> bool:
    """A doubt that the worker wrote down itself is in its journal no more: that proves nothing.

    One that was written down about it, as its lease had run out, is for its journal to tell.
    """
    if row.state != UNKNOWN or row.reason == NO_ANSWER:
        return True
    return (row.id, row.fence) in left.entries


def outcome_of(letter: Letter, left: Left, at: datetime) -> Outcome:
    entry = left.entries.get((letter.id, letter.fence))
    if entry is None:
        kind, answer = (BACK, "") if left.is_complete else (IN_DOUBT, NO_ANSWER)
        return Outcome(letter=letter, kind=kind, at=at, started_at=at, answer=answer)
    known = {"reason": "unknown", "answer": NO_ANSWER, "kind": IN_DOUBT, "at": at.isoformat()}
    known |= entry.ending
    return Outcome(
        letter=letter,
        kind=known["kind"],
        at=datetime.fromisoformat(known["at"]),
        started_at=entry.started_at,
        reason=known["reason"],
        answer=known["answer"],
        content_hash=letter.content_hash or entry.content_hash,
        again_after=seconds_in(known.get("again_after")),
    )


def seconds_in(value: Any) -> timedelta | None:
    return timedelta(seconds=value) if isinstance(value, int | float) else None


@transaction
def mark_doubts(here: Collection[str]) -> int:
    """Of workers whose journal nobody finds, with their machine: all that they had."""
    at = database_now()
    rows = claim_repository.lock_in_doubt(at - UNHEARD_OF, at - HANGS, here, BATCH)
    for row in rows:
        row.state, row.reason = UNKNOWN, NO_ANSWER
        row.lease_until = at  # a doubt from now on, however long nobody looked
        row.attempts, row.tries = row.attempts + 1, row.tries + 1
    claim_repository.add_attempts([doubt(row, at) for row in rows])
    return len(rows)


def doubt(row: Delivery, at: datetime) -> dict[str, Any]:
    return {
        "delivery_id": row.id,
        "number": row.attempts,
        "worker": row.worker or "",
        "started_at": row.handed_over_at or at,
        "finished_at": at,
        "outcome": IN_DOUBT,
        "reason": "unknown",
        "answer": NO_ANSWER,
    }


@transaction
def send_doubts_again(resend_after: timedelta) -> int:
    at = database_now()
    return claim_repository.send_doubts_again(at - resend_after, at, len(backoff.STEPS))


@transaction
def resolve(delivery_id: uuid.UUID, how: str) -> Delivery:
    """`how`: sent, resend or drop. Raises NotFound, Conflict, KeyError."""
    delivery = repository.find(delivery_id)
    if delivery is None:
        raise NotFound(service.NO_SUCH)
    if delivery.state != UNKNOWN:
        raise Conflict(ONLY_DOUBTS)
    WAYS[how](delivery)
    return delivery


def arrived(delivery: Delivery) -> None:
    delivery.state, delivery.reason = SENT, ARRIVED
    delivery.sent_at = delivery.handed_over_at
    forget_secret(delivery)


def resend(delivery: Delivery) -> None:
    service.ask_again(delivery)


def drop(delivery: Delivery) -> None:
    delivery.state, delivery.reason = CANCELLED, DROPPED
    forget_secret(delivery)


def forget_secret(delivery: Delivery) -> None:
    if delivery.is_secret:
        delivery.payload = None


WAYS: dict[str, Callable[[Delivery], None]] = {"sent": arrived, "resend": resend, "drop": drop}


def purge() -> int:
    """Forget what old messages said; that they went, when and to whom, stays."""
    gone = 0
    while count := forget_some():
        gone += count
    log.info("forgot what %d messages said", gone)
    return gone


@transaction
def forget_some() -> int:
    return repository.forget_payloads(now() - KEPT, now() - SECRETS_KEPT, BATCH * 10)
