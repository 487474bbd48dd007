"""How a try ended, written down once, by whoever still holds the row."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case

from reminder_app.delivery import backoff, states
from reminder_app.delivery import claim_repository as repository
from reminder_app.delivery.letters import BACK, IN_DOUBT, PERMANENT, SENT, TRANSIENT, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.translations import N_

Values = dict[str, Any]
NO_ANSWER = N_("The worker stopped before it heard the mail server's answer: it may have arrived.")
CALLED_OFF = N_("It was called off just as its turn had come.")
DOUBTFUL = Delivery.state.in_(states.DOUBTFUL)


def record_all(outcomes: Sequence[Outcome], worker: str, at: datetime) -> None:
    """Part of the caller's transaction; a second time, or with an old fence, it changes nothing.

    Those that were sent take two statements together, and the others two each.
    """
    sent = [outcome for outcome in outcomes if outcome.kind == SENT]
    done = repository.mark_sent(sent, worker, at) if sent else set()
    tried = [outcome for outcome in sent if outcome.letter.id in done]
    others = [outcome for outcome in outcomes if outcome.letter.id not in done]
    tried += [outcome for outcome in others if record(outcome)]
    repository.add_attempts([attempt_of(outcome, worker) for outcome in tried])


def record(outcome: Outcome) -> bool:
    """True where it was a try that counts."""
    letter, write = outcome.letter, WRITES[outcome.kind]
    values: Values = {"lease_until": None, **hashed(outcome), **write(outcome)}
    handing_over = Delivery.state == states.HANDING_OVER
    if not repository.change_if(letter.id, letter.fence, handing_over, **values):
        if not repository.change_if(letter.id, letter.fence, LATE[outcome.kind], **values):
            return False
        # The recovery took us for dead and wrote down a doubt: now the answer is there.
        repository.forget_attempt(letter.id, letter.attempts + 1)
    return outcome.kind != BACK


def hashed(outcome: Outcome) -> Values:
    """The first rendering that was handed over: what was sent again should read the same."""
    return {} if outcome.content_hash is None else {"content_hash": outcome.content_hash}


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
    again_at = outcome.at + (outcome.again_after or wait)
    # At its deadline somebody looks at it once more, and it is missed instead of forgotten.
    if outcome.letter.deadline_at:
        again_at = min(again_at, outcome.letter.deadline_at)
    return back(outcome) | counted(outcome) | {"not_before": again_at}


def back(outcome: Outcome) -> Values:
    """In line again, unless it was called off while it was out."""
    is_wanted = Delivery.cancelled_at.is_(None)
    return {
        "state": case((is_wanted, states.PENDING), else_=states.CANCELLED),
        "reason": case((is_wanted, outcome.answer), else_=CALLED_OFF),
        # Where somebody took us for dead, a doubt was counted.
        "attempts": outcome.letter.attempts,
        "tries": outcome.letter.tries,
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
    IN_DOUBT: DOUBTFUL,  # in its own words: see recovery.is_told_by
    BACK: DOUBTFUL,
}
