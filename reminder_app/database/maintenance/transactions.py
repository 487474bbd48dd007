"""Transactions that stay open: they keep locks, old versions of rows, and every ALTER TABLE waiting."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.backup.dump import AT_WORK
from reminder_app.database.engine import db, settings_of
from reminder_app.database.maintenance import runs
from reminder_app.database.onlooker import onlooker

log = logging.getLogger(__name__)
OPEN = (
    "SELECT t.trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), t.trx_rows_modified, "
    "t.trx_rows_locked, p.user, p.host, p.db, p.command, p.info "
    "FROM information_schema.innodb_trx t "
    "JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id "
    "WHERE p.id <> CONNECTION_ID() AND t.trx_started <= NOW() - INTERVAL %s SECOND "
    "ORDER BY t.trx_started"
)
NO_SUCH_THREAD, NOT_ALLOWED = 1094, (1227, 1142, 1095)
MAY_NOT_LOOK = (
    "The account may not see others' transactions: name one that may in MONITOR_URL (`flask setup` makes "
    "it), or GRANT PROCESS ON *.* to this one. Only then can long ones be found."
)
# Whoever holds one of these is at work on purpose, for as long as it takes.
SPARED_LOCKS = (AT_WORK,)
SPARED_USERS = {"system user", "event_scheduler", "rdsadmin", "rdsrepladmin"}
# A dump, or a change of a table.
SPARED_STATEMENTS = re.compile(
    r"\s*(SELECT\s+/\*!40001 SQL_NO_CACHE|ALTER|CREATE|DROP|OPTIMIZE|ANALYZE|LOAD|BINLOG)\b",
    re.IGNORECASE,
)


class MayNotLook(Exception):
    pass


@dataclass(frozen=True)
class Open:
    """No text of its statement: there are values in it."""

    id: int
    seconds: int
    rows_changed: int
    rows_locked: int
    user: str
    host: str
    database: str
    is_idle: bool
    spared: str  # why it is left alone, or nothing

    def told(self) -> str:
        doing = "idle" if self.is_idle else "at work"
        return (
            f"connection {self.id} of {self.user}@{self.host}, open for {self.seconds} s, {doing}, "
            f"{self.rows_changed} rows changed"
        )


def none_here() -> str:
    """Why this database has none, or nothing."""
    return capabilities.of(db.engine).lacks.get("connections", "")


def long_ones(seconds: float | None = None) -> list[Open]:
    """Open for longer than that, oldest first. Raises MayNotLook."""
    if none_here():
        return []
    limit = settings_of().long_transaction_seconds if seconds is None else seconds
    with onlooker("long-transactions") as connection:
        try:
            rows = connection.exec_driver_sql(OPEN, (limit,)).all()
            holders = {holder(connection, name) for name in locks(connection)}
        except DBAPIError as error:
            if error.orig and error.orig.args[0] in NOT_ALLOWED:
                raise MayNotLook(MAY_NOT_LOOK) from error
            raise
        finally:
            connection.rollback()
    return [seen(tuple(row), holders) for row in rows]


def locks(connection: Connection) -> Sequence[str]:
    return (*SPARED_LOCKS, f"migrations.{connection.engine.url.database}"[:64])


def holder(connection: Connection, name: str) -> int | None:
    found = connection.exec_driver_sql("SELECT IS_USED_LOCK(%s)", (name,)).scalar()
    return int(found) if found is not None else None


def seen(row: tuple[object, ...], holders: set[int | None]) -> Open:
    thread, seconds, changed, locked, user, host, database, command, statement = row
    spared = ""
    if str(user) in SPARED_USERS:
        spared = "it belongs to the server"
    elif thread in holders:
        spared = "a backup or a migration is at work"
    elif SPARED_STATEMENTS.match(str(statement or "")):
        spared = "a dump or a change of a table is at work"
    return Open(
        id=int(str(thread)),
        seconds=int(str(seconds)),
        rows_changed=int(str(changed)),
        rows_locked=int(str(locked)),
        user=str(user),
        host=str(host).partition(":")[0],
        database=str(database or ""),
        is_idle=command == "Sleep",
        spared=spared,
    )


def end(found: Sequence[Open]) -> list[Open]:
    """End those that are not spared; gives them. One that has ended meanwhile is passed over."""
    ended = []
    with runs.noted("long transactions") as run:
        for one in found:
            if not one.spared and kill(one):
                log.warning("ended a transaction: %s", one.told())
                ended.append(one)
        run.words = "; ".join(f"ended {one.told()}" for one in ended) or "none could be ended"
    return ended


def kill(one: Open) -> bool:
    server = capabilities.of(db.engine)
    with db.engine.connect() as connection:
        try:
            connection.exec_driver_sql(server.kill.format(id=one.id))
        except DBAPIError as error:
            if error.orig and error.orig.args[0] in (NO_SUCH_THREAD, *NOT_ALLOWED):
                log.warning("not ended: %s: %s", one.told(), error.orig.args[1])
                return False
            raise
        finally:
            connection.rollback()
    return True


_told: set[tuple[int, str]] = set()


def watch() -> list[Open]:
    """Tell those that are new, once each; end them where the settings say so. Gives what was ended."""
    found = [one for one in long_ones() if not one.spared]
    if settings_of().end_long_transactions:
        return end(found) if found else []
    for one in found:
        if (one.id, one.user) not in _told:
            log.warning("a transaction stays open: %s", one.told())
    _told.clear()
    _told.update((one.id, one.user) for one in found)
    return []
