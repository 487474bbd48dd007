"""Alembic's steps on MySQL and MariaDB: never a copy by surprise, never a queue behind a lock."""

import re
import time
from typing import Any

import click
from alembic.ddl.mysql import MariaDBImpl, MySQLImpl
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import ExecutableDDLElement

from reminder_app.database.migrations import algorithms, marks
from reminder_app.database.migrations.algorithms import Change
from reminder_app.database.migrations.refusals import WouldCopy, told_of_lock

LOCK_WAIT = 1205
# No such way for this change; no such words together; the table's 64 row versions are used up.
NOT_THIS_WAY = {1845, 1846, 1221, 4092}
TRIES = 3
PAUSE_SECONDS = 2.0
CHANGES_SCHEMA = re.compile(r"\s*(ALTER|CREATE|DROP|RENAME|TRUNCATE)\b", re.I)
CREATED = re.compile(rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{algorithms.NAME}", re.I)


class Careful:
    """While an ALTER waits for a long transaction, everybody else waits for the ALTER: so it gives up
    soon, lets them pass, and tries again."""

    dialect: Any
    connection: Connection | None
    as_sql: bool
    memo: dict[str, Any]

    def _exec(self, construct: Any, *arguments: Any, **options: Any) -> Any:
        statement = written(construct, self.dialect)
        change = algorithms.change(statement) if statement else None
        if change is None:
            self.note_created(statement)
            return self.run_once(statement, construct, *arguments, **options)
        if self.connection is not None and not self.as_sql:
            return self.carry_out(self.connection, change)
        self.static_output(f"{self.on_paper(change)};")  # type: ignore[attr-defined]
        return None

    def run_once(self, statement: str, construct: Any, *arguments: Any, **options: Any) -> Any:
        def run() -> Any:
            return super(Careful, self)._exec(construct, *arguments, **options)  # type: ignore[misc]

        if self.connection is None or not CHANGES_SCHEMA.match(statement):
            return run()
        return patiently(self.connection, run)

    def note_created(self, statement: str) -> None:
        if found := CREATED.match(statement):
            self.memo.setdefault("created", set()).add(algorithms.plain(found[1]))

    def on_paper(self, change: Change) -> str:
        """Nobody is there to ask for a second way: the one that this kind of change has."""
        if change.table in self.memo.get("created", ()):
            return change.without_rows()[-1]
        return change.copying() if marks.current().copies_because else change.ways()[0]

    def carry_out(self, connection: Connection, change: Change) -> Any:
        ways = change.ways()
        if patiently(connection, lambda: is_empty(connection, self.dialect, change.table)):
            ways = change.without_rows()
        elif marks.current().copies_because:
            ways.append(change.copying())
        refused: DBAPIError | None = None
        for way in ways:
            try:
                return patiently(connection, lambda way=way: connection.exec_driver_sql(way))
            except DBAPIError as error:
                if errno(error) not in NOT_THIS_WAY:
                    raise
                refused = error
        raise WouldCopy(change, str(getattr(refused, "orig", refused))) from refused


class CarefulMySQL(Careful, MySQLImpl):
    __dialect__ = "mysql"


class CarefulMariaDB(Careful, MariaDBImpl):
    __dialect__ = "mariadb"


def written(construct: Any, dialect: Any) -> str:
    """As it goes to the driver; empty for what carries values or is no text of ours."""
    if isinstance(construct, str):
        construct = text(construct)
    if not isinstance(construct, ExecutableDDLElement | TextClause):
        return ""
    compiled = construct.compile(dialect=dialect)
    return "" if getattr(compiled, "params", None) else str(compiled)


def is_empty(connection: Connection, dialect: Any, table: str) -> bool:
    name = ".".join(dialect.identifier_preparer.quote(part) for part in table.split("."))
    one = connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first()  # noqa: S608
    return one is None


def patiently(connection: Connection, run: Any) -> Any:
    for attempt in range(1, TRIES + 1):
        try:
            return run()
        except DBAPIError as error:
            if errno(error) != LOCK_WAIT:
                raise
            # What came before in this revision was committed as the statement began.
            connection.rollback()
            if attempt == TRIES:
                raise told_of_lock(connection) from error
        click.echo(f"The table is in use; let others pass ({attempt} of {TRIES}).", err=True)
        time.sleep(PAUSE_SECONDS)
    return None


def errno(error: DBAPIError) -> int:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0
