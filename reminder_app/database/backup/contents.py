"""What is in each table: rows counted and summed up, so that two copies can be held against each other.

Computed where the rows are. The sum is blind to their order and says nothing of their values.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from reminder_app.database.backup.errors import Mismatch
from reminder_app.database.backup.manifest import Content

Tell = Callable[[str], object]
TABLES = (
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
)
SHAPE = (
    "SELECT table_name, ordinal_position, column_name, column_type, is_nullable "
    "FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2"
)
COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND table_name = %s ORDER BY ordinal_position"
)
# SHA2, as MySQL 9 has no MD5 any more. A row longer than max_allowed_packet would be NULL: what may be long goes in as its hash.
LONG = {"text", "mediumtext", "longtext", "blob", "mediumblob", "longblob"}
DIGITS = 16  # of the hash of a row, in hex: 64 bits


def quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def tables(connection: Connection) -> list[str]:
    return [str(name) for (name,) in connection.exec_driver_sql(TABLES)]


def shape(connection: Connection) -> list[tuple[str, ...]]:
    """Each column with its type."""
    return [tuple(map(str, row)) for row in connection.exec_driver_sql(SHAPE)]


def of_server(connection: Connection, names: Iterable[str], tell: Tell) -> dict[str, Content]:
    """As this connection's snapshot has them."""
    found = {}
    for name in names:
        tell(name)
        rows, total = connection.exec_driver_sql(summing(connection, name)).one()
        found[name] = Content(int(rows), f"{int(total):016x}")
    return found


def summing(connection: Connection, table: str) -> str:
    columns = connection.exec_driver_sql(COLUMNS, (table,)).all()
    parts = ", ".join(as_bytes(quoted(str(name)), str(kind)) for name, kind in columns)
    row = f"CAST(CONV(LEFT(SHA2(CONCAT_WS('|', {parts}), 256), {DIGITS}), 16, 10) AS UNSIGNED)"
    return f"SELECT COUNT(*), COALESCE(BIT_XOR({row}), 0) FROM {quoted(table)}"  # noqa: S608 - names


def as_bytes(column: str, kind: str) -> str:
    """Bytes of their own, as values of different collations cannot be put together."""
    if kind.lower() == "json":
        column, kind = f"CAST({column} AS CHAR)", "longtext"
    plain = f"CAST({column} AS BINARY)"
    return f"COALESCE({f'SHA2({plain}, 256)' if kind.lower() in LONG else plain}, '~')"


def of_sqlite(connection: sqlite3.Connection, tell: Tell) -> dict[str, Content]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    ).fetchall()
    found = {}
    for (name,) in names:
        tell(name)
        found[name] = summed(connection.execute(f'SELECT * FROM "{name}"'))  # noqa: S608 - its name
    return found


def summed(rows: Iterable[tuple[object, ...]]) -> Content:
    count = total = 0
    for row in rows:
        digest = hashlib.blake2b(repr(row).encode(), digest_size=DIGITS // 2).digest()
        count, total = count + 1, total ^ int.from_bytes(digest)
    return Content(count, f"{total:016x}")


def compare(before: dict[str, Content], after: dict[str, Content]) -> None:
    """Raises Mismatch, which names the tables and says how they differ."""
    wrong = [f"{name} is missing" for name in before if name not in after]
    wrong += [f"{name} was not in the backup" for name in after if name not in before]
    for name in before.keys() & after.keys():
        then, now = before[name], after[name]
        if then.rows != now.rows:
            wrong.append(f"{name} had {then.rows:,} rows and has {now.rows:,}")
        elif then.checksum != now.checksum:
            wrong.append(f"{name} has the same number of rows, and other values in them")
    if wrong:
        raise Mismatch("What was restored is not what was backed up: " + "; ".join(sorted(wrong)))
