"""Every error of a server that this layer acts upon, and what it does then. The list is closed: what
is not on it is a mistake of ours or of the data, and running it again would only repeat it."""

from enum import Enum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted


class Action(Enum):
    AGAIN = "the whole unit again"
    CONNECT = "connect again, soon"
    LOST = "a new connection, then the whole unit again unless COMMIT was sent"
    DEMOTED = "every connection anew, and the writer looked for"
    NEVER = "told to the caller"


ACTIONS: dict[Action, frozenset[int]] = {
    # Deadlock, where the server has rolled all of it back. Lock wait, where it has rolled back the
    # statement alone: the unit is rolled back by us. MariaDB's snapshot isolation.
    Action.AGAIN: frozenset({1213, 1205, 1020}),
    # Too many connections, of all or of this account; nobody listens, or not yet.
    Action.CONNECT: frozenset({1040, 1203, 2002, 2003}),
    # As SQLAlchemy has them, and then a server that stops or a network that breaks, which it has not.
    Action.LOST: frozenset(
        {2006, 2013, 2014, 2045, 2055, 4031, 1927, 1053, 1152, 1158, 1159, 1160, 1161}
    ),
    # In read-only mode, or in a read-only transaction that we did not ask for: no longer the writer.
    Action.DEMOTED: frozenset({1290, 1792, 1836}),
}
OF = {number: action for action, numbers in ACTIONS.items() for number in numbers}
# --secure-file-priv, --skip-grant-tables and others have this number too.
OPTION_PREVENTS, READ_ONLY_OPTIONS = 1290, ("read-only", "read_only", "innodb_read_only")
NOT_HAD_IN_TIME, DEADLOCK = 1205, 1213
# A row was to belong to one that is gone: deleted by somebody else after it was looked at.
PARENT_GONE, PARENT_GONE_IN_SQLITE = 1452, "FOREIGN KEY constraint failed"
REFUSED = 1045  # the password, or the account
NO_RIGHT = frozenset({1044, 1142, 1227})  # to what was asked, for this account
# A statement that took too long and was ended by the server (MySQL, MariaDB), or by a person.
CUT_OFF = frozenset({3024, 1969, 1317})
# The transaction, or a part of it, is gone: what follows must not be committed as if it were whole.
SPOILING = ACTIONS[Action.AGAIN]
BUSY = "database is locked"  # SQLite


class Refused(Exception):
    """What was asked for cannot be: `message` says what to do, `fields` names the wrong inputs."""

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(message)
        self.message, self.fields = message, fields


class Taken(Refused):
    pass


class Unreadable(Refused):
    pass


class CommitOutcomeUnknown(Exception):
    """The connection was lost while COMMIT was answered: look the row up, never repeat blindly."""


# The database's trouble, not that of what it was asked: it passes without our doing anything.
PASSING = (OperationalError, InterfaceError, PoolExhausted, CommitOutcomeUnknown)
# Whatever keeps a worker from the database just now: what it has in hand has to wait.
AWAY = (SQLAlchemyError, CommitOutcomeUnknown)


def said(error: BaseException) -> str:
    """The driver's words in one line, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def number(error: BaseException | None) -> int:
    """The server's or the driver's; 0 where there is none."""
    arguments = getattr(getattr(error, "orig", None) or error, "args", ())
    first = arguments[0] if arguments else 0
    return first if isinstance(first, int) else 0


def action_on(error: BaseException) -> Action:
    if isinstance(error, PoolExhausted) or not isinstance(error, DBAPIError):
        return Action.NEVER
    found = OF.get(number(error), Action.NEVER)
    if found is Action.DEMOTED and not is_demotion(error):
        found = Action.NEVER
    if found is Action.NEVER:
        if error.connection_invalidated:
            return Action.LOST
        if BUSY in str(error.orig):
            return Action.AGAIN
    return found


def is_demotion(error: BaseException) -> bool:
    return number(error) != OPTION_PREVENTS or any(one in said(error) for one in READ_ONLY_OPTIONS)


def is_parent_gone(error: BaseException) -> bool:
    return number(error) == PARENT_GONE or said(error) == PARENT_GONE_IN_SQLITE


def is_cut_off(error: BaseException) -> bool:
    return number(error) in CUT_OFF
