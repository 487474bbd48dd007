"""The catalogue of SQLite, by its pragmas."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import OperationalError

from reminder_app.database.advisor import quiet
from reminder_app.database.advisor.catalogue import (
    Catalogue,
    Column,
    Index,
    Reference,
    Rows,
    Table,
    by_table,
)

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
COLUMNS = f"""
    SELECT m.name AS of_table, c.name AS name, c.type AS type, c."notnull" AS required, c.pk AS pk
    FROM ({TABLES}) m JOIN pragma_table_info(m.name) c
"""  # noqa: S608 - our own text
INDEXES = f"""
    SELECT m.name AS of_table, i.name AS name, i."unique" AS is_unique, i.origin AS origin,
           c.name AS of_column
    FROM ({TABLES}) m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
    ORDER BY m.name, i.seq, c.seqno
"""  # noqa: S608 - our own text
REFERENCES = f"""
    SELECT m.name AS of_table, k.id AS name, k."from" AS of_column, k."table" AS target
    FROM ({TABLES}) m JOIN pragma_foreign_key_list(m.name) k ORDER BY m.name, k.id, k.seq
"""  # noqa: S608 - our own text
# Reads the pages' headers of the whole file: for the pages of the tables alone.
SIZES = "SELECT name, SUM(pgsize) AS bytes, SUM(unused) AS unused FROM dbstat GROUP BY name"


def read(connection: Connection, with_sizes: bool = False) -> Catalogue:
    columns, indexes, references = (
        by_table(connection.execute(text(query))) for query in (COLUMNS, INDEXES, REFERENCES)
    )
    distinct, sizes = statistics(connection), sizes_of(connection) if with_sizes else {}
    found, names = {}, connection.scalars(text(TABLES)).all()
    rows = rows_of(connection, names)
    for name in names:
        keys = tuple(indexes_of(columns[name], indexes[name], distinct, sizes))
        known = sizes.get(name)
        found[name] = Table(
            name=name,
            columns={row.name: column(row) for row in columns[name]},
            indexes=keys,
            references=tuple(references_of(references[name])),
            rows=rows[name],
            data_bytes=known[0] if known else None,
            index_bytes=sum(key.bytes or 0 for key in keys) if known else None,
            free_bytes=known[1] if known else None,
        )
    return found


def column(row: Row[Any]) -> Column:
    kind = row.type or "BLOB"
    return Column(name=row.name, type=kind, is_nullable=not row.required, is_key=kind == "BLOB")


def rows_of(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """The highest row numbers: one step down each tree, where COUNT(*) reads all of it."""
    quote = connection.dialect.identifier_preparer.quote
    each = [f"SELECT '{name}', MAX(rowid) FROM {quote(name)}" for name in names]  # noqa: S608
    try:
        found = quiet.rows(connection, " UNION ALL ".join(each)) if each else []
    except sqlite3.OperationalError:  # a table WITHOUT ROWID is among them
        each = [f"SELECT '{name}', COUNT(*) FROM {quote(name)}" for name in names]  # noqa: S608
        found = quiet.rows(connection, " UNION ALL ".join(each))
    return {name: many or 0 for name, many in found}


def statistics(connection: Connection) -> dict[str, list[int]]:
    """What ANALYZE has left: rows of an index, and rows per value of its first one, two, … columns."""
    try:
        found = connection.execute(text("SELECT idx, stat FROM sqlite_stat1")).all()
    except OperationalError:
        return {}
    return {row.idx: [int(n) for n in row.stat.split() if n.isdigit()] for row in found if row.idx}


def sizes_of(connection: Connection) -> dict[str, tuple[int, int]]:
    """Empty where this SQLite was built without it."""
    try:
        return {row.name: (row.bytes, row.unused) for row in connection.execute(text(SIZES))}
    except OperationalError:
        return {}


def indexes_of(
    columns: Iterable[Row[Any]],
    rows: Iterable[Row[Any]],
    statistics: dict[str, list[int]],
    sizes: dict[str, tuple[int, int]],
) -> Iterable[Index]:
    parts: Rows = defaultdict(list)
    for row in rows:
        parts[row.name].append(row)
    for name, of in parts.items():
        many, *per_value = statistics.get(name, [0])
        yield Index(
            "PRIMARY" if of[0].origin == "pk" else name,
            tuple(row.of_column for row in of),
            is_unique=bool(of[0].is_unique),
            distinct=tuple(many // each if each else None for each in per_value),
            bytes=sizes[name][0] if name in sizes else None,
        )
    key = [row.name for row in sorted(columns, key=lambda row: row.pk) if row.pk]
    if key and not any(of[0].origin == "pk" for of in parts.values()):
        yield Index("PRIMARY", tuple(key), is_unique=True)


def references_of(rows: Iterable[Row[Any]]) -> Iterable[Reference]:
    parts: Rows = defaultdict(list)
    for row in rows:
        parts[str(row.name)].append(row)
    for of in parts.values():
        yield Reference(tuple(row.of_column for row in of), of[0].target)
