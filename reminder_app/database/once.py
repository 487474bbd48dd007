"""A unit that is done once, also when nobody knows whether it was: by a row under a key of its own."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from reminder_app.database.errors import CommitOutcomeUnknown

R = TypeVar("R")


def once(attempt: Callable[[], R], look: Callable[[], R | None]) -> R:
    """`attempt` is a transaction that first writes a row with a unique key, and then works.

    Where the answer to COMMIT is lost, or somebody else was first, `look` says what came of it: the
    row's result, or None. Not there, it is tried again: should the lost COMMIT be carried out after
    all, the key is taken. Raises CommitOutcomeUnknown when the answer is lost twice.
    """
    try:
        return attempt()
    except CommitOutcomeUnknown:
        if (found := look()) is not None:
            return found
    except IntegrityError:
        if (found := look()) is not None:
            return found
        raise
    return second(attempt, look)


def second(attempt: Callable[[], R], look: Callable[[], R | None]) -> R:
    try:
        return attempt()
    except IntegrityError:
        if (found := look()) is not None:
            return found
        raise
