"""What each engine of a server does at its connections: session, errors, passwords. A watcher."""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from reminder_app.database.errors import SPOILING, Action, action_on, number
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.unit import unit_of

DDL = ("CREATE", "ALTER ", "DROP T", "DROP I", "TRUNCA", "RENAME")


class DdlInTransaction(Exception):
    """MySQL would commit what was written so far, and a rollback would undo nothing of it."""


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    event.listen(engine, "handle_error", on_error)
    event.listen(engine, "commit", on_commit)
    event.listen(engine, "before_cursor_execute", refuse_ddl)


def on_error(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    unit = unit_of(context.connection)
    if error is None:
        # Not the driver's: a time limit, a signal. It may have left half an answer unread.
        context.is_disconnect = True
        return
    if unit is not None and number(error) in SPOILING:
        unit.spoilt = error
    match action_on(error):
        case Action.LOST:
            context.is_disconnect = True
        case Action.DEMOTED:
            context.is_disconnect = context.invalidate_pool_on_disconnect = True


def on_commit(connection: Connection) -> None:
    if unit := unit_of(connection):
        unit.commit_was_sent = True


def refuse_ddl(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if statement[:6].upper() in DDL and unit_of(connection):
        raise DdlInTransaction(f"{statement[:60]}: change tables outside of a unit of work")
