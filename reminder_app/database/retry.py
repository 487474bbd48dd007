"""Running the whole unit again: how often, how soon, and how many of all units at most."""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from reminder_app.database.errors import (
    AWAY,
    PASSING,
    Action,
    CommitOutcomeUnknown,
    action_on,
    number,
    said,
)

__all__ = ["AWAY", "PASSING", "TRIES", "CommitOutcomeUnknown", "figures", "retrying", "said"]

TRIES = 5
DEADLINE = 20.0  # seconds after which nothing is begun again
# A server that cannot be reached keeps a request no longer than this: a person waits for an answer.
CONNECT_DEADLINE = 0.5
# A tenth of the units may be run again, and these many at once: when everything fails, running all
# of it five times is what keeps it failing.
BUDGET, SHARE, A_SECOND = 100.0, 0.1, 1.0


class Budget:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left, self._at = BUDGET, time.monotonic()

    def earn(self) -> None:
        """A unit has begun. Not locked: a tenth lost is nothing."""
        self._left = min(self._left + SHARE, BUDGET)

    def spend(self) -> bool:
        with self._lock:
            at = time.monotonic()
            self._left = min(self._left + (at - self._at) * A_SECOND, BUDGET)
            self._at = at
            if self._left < 1:
                return False
            self._left -= 1
            return True

    @property
    def left(self) -> float:
        return self._left


budget = Budget()
# Of an error: it was worth another try; all tries were used; too much was tried again already; what
# COMMIT came to is not known; it was no use to try again.
OUTCOMES = ("again", "gave up", "no budget", "unknown outcome", "told")
_counts: Counter[tuple[str, str, str]] = Counter()
_lock = threading.Lock()


def count(unit: str, error: BaseException, outcome: str) -> None:
    with _lock:
        _counts[unit, cause(error), outcome] += 1


def cause(error: BaseException) -> str:
    """1213, or the name of what has no number."""
    return str(number(error) or type(getattr(error, "orig", None) or error).__name__)


def figures() -> Mapping[tuple[str, str, str], int]:
    """How often, by unit, cause and outcome."""
    with _lock:
        return dict(_counts)


def totals() -> dict[str, int]:
    """How often, by outcome alone."""
    found = dict.fromkeys(OUTCOMES, 0)
    for (_, _, outcome), many in figures().items():
        found[outcome] += many
    return found


def retrying(unit: str = "", deadline: float = DEADLINE) -> Retrying:
    """Exponential back-off with full jitter: 0..25 ms, 0..50 ms, 0..100 ms, …"""
    budget.earn()
    return Retrying(
        stop=lambda state: is_over(unit, state, deadline),
        wait=wait_random_exponential(multiplier=0.025, max=1),
        retry=retry_if_exception(is_transient),
        reraise=True,
    )


def is_over(unit: str, state: RetryCallState, deadline: float) -> bool:
    error = state.outcome.exception() if state.outcome else None
    if error is None:
        return False
    spent = state.seconds_since_start or 0.0
    limit = min(deadline, CONNECT_DEADLINE) if action_on(error) is Action.CONNECT else deadline
    if state.attempt_number >= TRIES or spent >= limit:
        outcome = "gave up"
    elif not budget.spend():
        outcome = "no budget"
    else:
        outcome = "again"
    count(unit, error, outcome)
    return outcome != "again"


def is_transient(error: BaseException) -> bool:
    return action_on(error) is not Action.NEVER
