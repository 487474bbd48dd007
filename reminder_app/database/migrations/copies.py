"""Before a migration: is there a backup to go back to, and do the replicas keep up?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from reminder_app.database import clock
from reminder_app.database.backup.models import DONE, LATE, LOST, Backup
from reminder_app.database.migrations.remark import Remark
from reminder_app.database.routing import units
from reminder_app.database.settings import DatabaseSettings

NO_BACKUPS = "Nothing is backed up from here: see that there is a backup elsewhere."
NO_BACKUP = "There is no good backup to go back to: `flask backup` first."


def replicas() -> Iterator[Remark]:
    """A change of a table is done again on each of them, and what comes after it waits there."""
    router = units.current()
    if router is None:
        return
    router.watch.start()
    for reader in router.readers:
        standing = reader.standing
        if not standing.is_reachable:
            yield Remark(True, f"The replica {reader.name} cannot be reached: {standing.reason}.")
        elif not standing.is_fit:
            yield Remark(
                True,
                f"The replica {reader.name} is {standing.lag or 0:.1f} s behind, and a change of a "
                "table would set it further back: let it catch up.",
            )


def backups(connection: Connection, settings: DatabaseSettings) -> Iterator[Remark]:
    """A reason to wait in production alone: elsewhere a database is made anew sooner than brought back."""
    if is_new(connection):
        return
    if settings.backup_path is None:
        yield Remark(False, NO_BACKUPS)
        return
    newest = last_good(connection)
    if newest is None:
        yield Remark(settings.is_production, NO_BACKUP)
        return
    age = clock.now() - newest
    if age >= LATE:
        yield Remark(
            settings.is_production and age >= LOST,
            f"The last good backup is {age / timedelta(hours=1):.0f} hours old: `flask backup` first.",
        )


def is_new(connection: Connection) -> bool:
    """At its beginning, with nothing in it to lose."""
    try:
        return not connection.dialect.has_table(connection, "alembic_version")
    finally:
        connection.rollback()


def last_good(connection: Connection) -> datetime | None:
    """None also where the table of backups is not there yet, or not as this release knows it."""
    good = Backup.state == DONE, Backup.removed_at.is_(None)
    try:
        found: datetime | None = connection.scalar(select(func.max(Backup.started_at)).where(*good))
        return found
    except DBAPIError:
        return None
    finally:
        connection.rollback()
