"""Which errors pass when the whole unit is run again, and how long to wait before."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

TRIES = 5
# InnoDB: deadlock; lock wait timeout; MariaDB's snapshot isolation.
TRANSIENT = {1213, 1205, 1020}


class CommitOutcomeUnknown(Exception):
    """The connection was lost while COMMIT was answered: look the row up, never repeat blindly."""


# The database's trouble, not that of what it was asked: it passes without our doing anything.
PASSING = (OperationalError, InterfaceError, PoolExhausted, CommitOutcomeUnknown)


# Whatever keeps a worker from the database just now: what it has in hand has to wait.
AWAY = (SQLAlchemyError, CommitOutcomeUnknown)


def said(error: BaseException) -> str:
    """The driver's words in one line, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def retrying() -> Retrying:
    """Exponential back-off with full jitter: 0..25 ms, 0..50 ms, 0..100 ms, …"""
    return Retrying(
        stop=stop_after_attempt(TRIES),
        wait=wait_random_exponential(multiplier=0.025, max=1),
        retry=retry_if_exception(is_transient),
        reraise=True,
    )


def is_transient(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    arguments = getattr(error.orig, "args", ())
    if arguments and arguments[0] in TRANSIENT:
        return True
    return "database is locked" in str(error.orig)
