"""A worker's hold on rows: a lease to work on them, a fence that tells it from who had them before."""

import os
import socket
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from reminder_app.database import database_now, db, transaction
from reminder_app.delivery import crash, repository, states
from reminder_app.delivery.letters import Letter, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.outcomes import record

LEASE = timedelta(seconds=10)
BATCH = 50
COPIED = [field.name for field in fields(Letter) if field.name not in ("fence", "payload")]
TOO_LATE = "It could not go out before its time was over."


def worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def next_due(within: timedelta) -> tuple[datetime, datetime | None]:
    """The database's time, and when the next message may go, if that is soon."""
    try:
        at = database_now()
        return at, repository.next_due(at, at + within)
    finally:
        db.session.rollback()  # no connection is held while the caller waits


@transaction
def claim(worker: str) -> tuple[datetime, list[Letter]]:
    """Lease what is due, oldest first; what has missed its deadline ends here."""
    at = database_now()
    due = repository.lock_due(at, BATCH)
    late = [row for row in due if row.deadline_at and row.deadline_at <= at]
    for row in late:
        row.state, row.reason = states.MISSED, f"{TOO_LATE} {row.reason}".strip()[:255]
        row.payload = None if row.is_secret else row.payload
    letters = [letter_of(row) for row in due if row not in late]
    lease = {"worker": worker, "lease_until": at + LEASE, "fence": Delivery.fence + 1}
    repository.change([letter.id for letter in letters], lease)
    crash.point("claim.update")
    return at, letters


def letter_of(row: Delivery) -> Letter:
    copied = {name: getattr(row, name) for name in COPIED}
    return Letter(**copied, fence=row.fence + 1, payload=row.payload or {})


@transaction
def hand_over(
    letter: Letter,
    message_id: str,
    content_hash: bytes,
    at: datetime,
    before: Sequence[Outcome],
    worker: str,
) -> bool:
    """Write down how the mail before ended, and that this one goes on the wire now.

    False: somebody called it off, or has it by now; it must not be sent.
    """
    for outcome in before:
        record(outcome, worker)
    is_open = [
        Delivery.state == states.PENDING,
        Delivery.lease_until > at,
        Delivery.deadline_at.is_(None) | (Delivery.deadline_at > at),
    ]
    is_ours = repository.change_if(
        letter.id,
        letter.fence,
        *is_open,
        state=states.HANDING_OVER,
        message_id=message_id,
        content_hash=letter.content_hash or content_hash,
        handed_over_at=at,
        lease_until=at + LEASE,
    )
    crash.point("hand_over.update")
    return is_ours


@transaction
def keep(letter: Letter, at: datetime) -> bool:
    """Before the dot, when getting there took long: is it still ours? Then for another lease."""
    is_ours = repository.change_if(
        letter.id,
        letter.fence,
        Delivery.state.in_(states.DOUBTFUL),
        state=states.HANDING_OVER,
        lease_until=at + LEASE,
    )
    if is_ours:  # somebody may have taken us for dead meanwhile
        repository.forget_attempt(letter.id, letter.attempts + 1)
    return is_ours


@transaction
def settle(outcomes: Sequence[Outcome], unsent: Sequence[Letter], worker: str, why: str) -> None:
    """Write down how the last mail ended, and give back what was not sent."""
    for outcome in outcomes:
        record(outcome, worker)
    repository.release([letter.id for letter in unsent], worker, why)
    crash.point("settle.update")
