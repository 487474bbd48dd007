"""What to know before a database that is in use is changed: looked at, nothing touched."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.migrations.copies import backups, replicas
from reminder_app.database.migrations.recorder import steps_of, tables_touched
from reminder_app.database.migrations.remark import Remark
from reminder_app.database.settings import DatabaseSettings

LONG_SECONDS = 10
MOST_VERSIONS, FEW_VERSIONS_LEFT = 64, 16  # of a table's instant changes, until it is made anew
ROOM = 2.0  # times the largest table that changes: it may be built anew beside itself
TRANSACTIONS = text(
    "SELECT t.trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), p.user, p.host "
    "FROM information_schema.innodb_trx t "
    "LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id "
    "WHERE t.trx_mysql_thread_id <> CONNECTION_ID() "
    "AND t.trx_started < NOW() - INTERVAL :seconds SECOND ORDER BY t.trx_started LIMIT 5"
)
SIZE = text(
    "SELECT table_rows, data_length + index_length FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_name = :table"
)


def remarks(
    connection: Connection, pending: Sequence[ModuleType], way: str, settings: DatabaseSettings
) -> list[Remark]:
    row = capabilities.of(connection)
    tables = sorted({table for module in pending for table in tables_touched(read(module, way))})
    if not row.is_server:
        return [*of_file(connection), *backups(connection, settings)]
    found = [*long_transactions(connection), *of_tables(connection, row, tables)]
    return [*found, *of_disk(connection, tables), *replicas(), *backups(connection, settings)]


def read(module: ModuleType, way: str) -> list:  # type: ignore[type-arg]
    """What cannot be read without a database the linter has said already."""
    try:
        return steps_of(module, way)
    except Exception:
        return []


def long_transactions(connection: Connection) -> Iterator[Remark]:
    try:
        rows = connection.execute(TRANSACTIONS, {"seconds": LONG_SECONDS}).all()
    except DBAPIError:
        yield Remark(False, "Open transactions are not shown to this account: grant it PROCESS.")
        return
    finally:
        connection.rollback()
    for thread, age, user, host in rows:
        yield Remark(
            True,
            f"A transaction of {user}@{host} is open for {age} s, and an ALTER of what it read waits "
            f"for it: let it end, or KILL {thread}.",
        )


def of_tables(
    connection: Connection, row: capabilities.Capabilities, tables: Sequence[str]
) -> Iterator[Remark]:
    if row.fresh_table_statistics:
        connection.execute(text(row.fresh_table_statistics))
    for table in tables:
        found = connection.execute(SIZE, {"table": table}).first()
        if found:
            yield Remark(False, f"{table}: about {found[0]:,} rows, {megabytes(found[1])}.")
        if row.instant_changes_used:
            yield from of_versions(connection, row.instant_changes_used, table)


def of_versions(connection: Connection, query: str, table: str) -> Iterator[Remark]:
    try:
        used = connection.execute(text(query), {"table": table}).scalar()
    except DBAPIError:
        return  # without PROCESS: the transactions have said so
    finally:
        connection.rollback()
    if used is not None and used > MOST_VERSIONS - FEW_VERSIONS_LEFT:
        yield Remark(
            False,
            f"{table} has used {used} of {MOST_VERSIONS} instant changes: OPTIMIZE TABLE gives them "
            "back, at a quiet hour.",
        )


def of_disk(connection: Connection, tables: Sequence[str]) -> Iterator[Remark]:
    if not tables:
        return
    biggest = max(
        int((connection.execute(SIZE, {"table": table}).first() or (0, 0))[1] or 0)
        for table in tables
    )
    folder = Path(str(connection.execute(text("SELECT @@datadir")).scalar()))
    connection.rollback()
    if not is_here(connection, folder):
        need = megabytes(round(biggest * ROOM))
        yield Remark(
            False, f"The server does not tell its free disk: look that {need} are left there."
        )
        return
    yield from of_room(folder, biggest)


def of_file(connection: Connection) -> Iterator[Remark]:
    """SQLite makes a table anew to change it, and keeps both until the end."""
    name = connection.engine.url.database
    if name and Path(name).exists():
        yield from of_room(Path(name).parent, Path(name).stat().st_size)


def of_room(folder: Path, size: int) -> Iterator[Remark]:
    free = shutil.disk_usage(folder).free
    if free < size * ROOM:
        yield Remark(
            True,
            f"{megabytes(free)} are free where the database lies, and a change may need "
            f"{megabytes(round(size * ROOM))}: make room first.",
        )


def is_here(connection: Connection, folder: Path) -> bool:
    host = connection.engine.url.host or "localhost"
    return host in ("localhost", "127.0.0.1", "::1") and folder.is_dir()


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
