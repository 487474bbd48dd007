"""Why a migration stopped, in words that say what to do. What was done before stays done."""

import click
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database.migrations.algorithms import Change

AGAIN = "Nothing is lost: run it again, and it goes on from here."
# Its users keep the lock on a table until their transaction ends, also when they only read.
OLDEST = text(
    "SELECT t.trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), p.user, p.host "
    "FROM information_schema.innodb_trx t "
    "LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id "
    "WHERE t.trx_mysql_thread_id <> CONNECTION_ID() ORDER BY t.trx_started LIMIT 3"
)


class Refused(click.ClickException):
    pass


class StillLocked(Refused):
    pass


class WouldCopy(Refused):
    def __init__(self, change: Change, reason: str) -> None:
        bare = change.statement.partition(change.table)[2].lstrip("` ")
        super().__init__(
            f"This would copy {change.table} while nobody may write to it: {change.statement}\n"
            f"The server says: {reason}\n"
            "Make it in steps (a new column, rows filled in chunks, then the old one away), or say "
            "in the revision why a copy does no harm: `with ddl.may_copy('a dozen rows'):`. For a "
            "large table, outside of the deploy:\n"
            f'pt-online-schema-change --alter "{bare}" --alter-foreign-keys-method=auto '
            f"--dry-run D=<database>,t={change.table}"
        )


class RowsInTheWay(Refused):
    pass


def told_of_lock(connection: Connection) -> StillLocked:
    return StillLocked(f"The table stayed locked. {holders(connection)} {AGAIN}")


def holders(connection: Connection) -> str:
    try:
        rows = connection.execute(OLDEST).all()
    except DBAPIError:
        return "Who holds it only an account with PROCESS can see."
    finally:
        connection.rollback()
    if not rows:
        return "No transaction is open any more."
    said = ", ".join(f"{user}@{host} for {age} s (KILL {id_})" for id_, age, user, host in rows)
    return f"Transactions are open: {said}."
