"""Many rows in one statement, written out.

SQLAlchemy and the driver take longer over each value than the database takes over a row. So what is the
same in all rows is written into the statement once, and only what differs is passed as a value.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import Column, Dialect, Table

from reminder_app.database import capabilities
from reminder_app.database.base import UtcDateTime, Uuid, stored
from reminder_app.database.engine import db

Row = Mapping[str, object]
MOST_ROWS, MOST_BYTES = 500, 1_000_000  # of one statement: the smallest packet servers take is 4 MB
PLAIN = re.compile(r"[A-Za-z0-9 _.:<>@-]{0,80}")  # nothing that anybody escapes


def insert_all(table: Table, rows: Sequence[Row]) -> None:
    """Of rows that name the same columns. The models' defaults apply, times as of one moment.

    Raises ValueError for a column that there is not, and for a time without a zone.
    """
    insert(table, rows)


def insert_missing(table: Table, rows: Sequence[Row]) -> None:
    """As insert_all(); those whose unique key is there already are left as they are."""
    # Not INSERT IGNORE: that would turn every other mistake into a warning too.
    insert(table, rows, capabilities.of(db.engine).insert_missing)


def run_written(statement: str, values: Sequence[Any]) -> int:
    """Run a statement that is written out, a `?` for each of `values`; gives how many rows it changed.

    For what is built anew for hundreds of rows each time, where building it of parts costs more than
    running it. Instants go in as stored().
    """
    placeholder = capabilities.of(db.engine).placeholder
    if placeholder != "?":
        statement = statement.replace("?", placeholder)
    return db.session.connection().exec_driver_sql(statement, tuple(values)).rowcount


class ById(NamedTuple):
    """A part of a statement that is written out: another value for each id."""

    sql: str
    values: Sequence[Any]

    @classmethod
    def of(cls, ids: Sequence[bytes], values: Iterable[Any]) -> Self:
        """A server goes through a CASE from its beginning for each row: none where all have one value."""
        each = list(values)
        if len(set(each)) == 1:
            return cls("?", each[:1])
        sql = f"CASE id {'WHEN ? THEN ? ' * len(ids)}END"
        return cls(sql, list(chain.from_iterable(zip(ids, each, strict=True))))


def insert(table: Table, rows: Sequence[Row], otherwise: str = "") -> None:
    if not rows:
        return
    dialect = db.engine.dialect
    if times := moments(table, rows[0]):
        rows = [{**times, **row} for row in rows]
    same, differing = columns(table, rows)
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in (*same, *differing))
    one = f"({', '.join([*same.values(), *'?' * len(differing)])})"
    head = f"INSERT INTO {quote(table.name)} ({names}) VALUES "  # noqa: S608 - names of our own
    for values in packets(rows, [maker(table.c[name], dialect) for name in differing]):
        many = ", ".join([one] * (len(values) // len(differing) if differing else 1))
        run_written(f"{head}{many} {otherwise}", values)


def moments(table: Table, row: Row) -> dict[str, object]:
    """What the models would fill in of the time: for all columns and rows the same."""
    names = [
        column.name
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and column.default and column.name not in row
    ]
    return dict.fromkeys(names, default(table.c[names[0]])) if names else {}


def columns(table: Table, rows: Sequence[Row]) -> tuple[dict[str, str], list[str]]:
    """Those with one value in all rows, written out, and the names of the others."""
    if unknown := rows[0].keys() - table.columns.keys():
        raise ValueError(f"{table.name} has no {', '.join(sorted(unknown))}")
    same: dict[str, str] = {}
    differing: list[str] = []
    for column in table.columns:
        if column.name in rows[0]:
            first = rows[0][column.name]
            is_same = len(rows) > 1 and all(row[column.name] == first for row in rows)
        elif column.default is None:
            continue
        else:
            first, is_same = default(column), len(rows) > 1 and not column.primary_key
        written = literal(column, first) if is_same else None
        if written is None:
            differing.append(column.name)
        else:
            same[column.name] = written
    return same, differing


def default(column: Column[Any]) -> Any:
    made = column.default
    if made is None or not (made.is_scalar or made.is_callable):
        return None
    return made.arg(None) if made.is_callable else made.arg  # type: ignore[attr-defined]


def literal(column: Column[Any], value: object) -> str | None:
    """As it stands in a statement; None where that needs a driver's care."""
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(int(value))
        case datetime() if isinstance(column.type, UtcDateTime):
            return f"'{stored(value)}'"
        case str() if PLAIN.fullmatch(value):
            return f"'{value}'"
    return None


def maker(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    """Gives the value that the driver takes of a row."""
    name, process = column.name, processor(column, dialect)

    def value(row: Row) -> Any:
        found = row[name] if name in row else default(column)
        return process(found) if process else found

    return value


def processor(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(column.type, UtcDateTime):
        return stored
    if isinstance(column.type, Uuid):
        return bytes_of
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def bytes_of(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def packets(rows: Sequence[Row], makers: Sequence[Callable[[Row], Any]]) -> Iterator[list[Any]]:
    """The values of as many rows as fit in a statement, again and again."""
    values: list[Any] = []
    size = count = 0
    for row in rows:
        made = [make(row) for make in makers]
        length = sum(len(value) for value in made if isinstance(value, str | bytes))
        if count and (count == MOST_ROWS or size + length > MOST_BYTES):
            yield values
            values, size, count = [], 0, 0
        values += made
        size, count = size + length, count + 1
    yield values
