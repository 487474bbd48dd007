"""How a try ended, written down once, by whoever still holds the row."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, case

from reminder_app.delivery import backoff, repository, states
from reminder_app.delivery.letters import BACK, IN_DOUBT, PERMANENT, SENT, TRANSIENT, Outcome
from reminder_app.delivery.models import Delivery

Values = dict[str, Any]
DOUBTFUL = Delivery.state.in_(states.DOUBTFUL)


def record(outcome: Outcome, worker: str) -> None:
    """Part of the caller's transaction; a second time, or with an old fence, it changes nothing."""
    letter, write = outcome.letter, WRITES[outcome.kind]
    values: Values = {"lease_until": None, **write(outcome)}
    handing_over = Delivery.state == states.HANDING_OVER
    if not repository.change_if(letter.id, letter.fence, handing_over, **values):
        if not repository.change_if(letter.id, letter.fence, LATE[outcome.kind], **values):
            return
        # The recovery took us for dead and wrote down a doubt: now the answer is there.
        repository.forget_attempt(letter.id, letter.attempts + 1)
    if outcome.kind != BACK:
        repository.add_attempt(attempt_of(outcome, worker))


def attempt_of(outcome: Outcome, worker: str) -> Values:
    return {
        "delivery_id": outcome.letter.id,
        "number": outcome.letter.attempts + 1,
        "worker": worker,
        "started_at": outcome.started_at,
        "finished_at": outcome.at,
        "outcome": outcome.kind,
        "reason": outcome.reason,
        "answer": outcome.answer,
    }


def counted(outcome: Outcome) -> Values:
    return {"attempts": outcome.letter.attempts + 1, "tries": outcome.letter.tries + 1}


def forgotten(outcome: Outcome) -> Values:
    """What opens an account is not kept once it is of no more use here."""
    return {"payload": None} if outcome.letter.is_secret else {}


def sent(outcome: Outcome) -> Values:
    return {
        "state": states.SENT,
        "reason": "",
        "sent_at": outcome.at,
        "attempts": outcome.letter.attempts + 1,
        **forgotten(outcome),
    }


def permanent(outcome: Outcome) -> Values:
    values = {"state": states.FAILED, "reason": outcome.answer}
    return values | counted(outcome) | forgotten(outcome)


def transient(outcome: Outcome) -> Values:
    wait = backoff.wait(outcome.letter.tries + 1)
    if wait is None:
        return permanent(outcome)
    again_at = outcome.at + wait
    # At its deadline somebody looks at it once more, and it is missed instead of forgotten.
    if outcome.letter.deadline_at:
        again_at = min(again_at, outcome.letter.deadline_at)
    return back(outcome) | counted(outcome) | {"not_before": again_at}


def back(outcome: Outcome) -> Values:
    """In line again, unless it was called off while it was out."""
    is_wanted = Delivery.cancelled_at.is_(None)
    return {
        "state": case((is_wanted, states.PENDING), else_=states.CANCELLED),
        "reason": outcome.answer,
    }


def in_doubt(outcome: Outcome) -> Values:
    values = {"state": states.UNKNOWN, "reason": outcome.answer, "lease_until": outcome.at}
    return values | counted(outcome)


WRITES: dict[str, Callable[[Outcome], Values]] = {
    SENT: sent,
    TRANSIENT: transient,
    PERMANENT: permanent,
    IN_DOUBT: in_doubt,
    BACK: back,
}
# What an answer still changes when the row is no longer as this worker left it. That the server
# took it is the truth whatever was decided in the meantime.
LATE: dict[str, ColumnElement[bool]] = {
    SENT: Delivery.state != states.SENT,
    TRANSIENT: DOUBTFUL,
    PERMANENT: DOUBTFUL | (Delivery.state == states.PENDING),  # what could not be written
    IN_DOUBT: Delivery.state == states.HANDING_OVER,
    BACK: DOUBTFUL,
}
