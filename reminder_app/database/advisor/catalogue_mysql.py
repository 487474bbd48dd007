"""The catalogue of MySQL and MariaDB: four questions to information_schema, one schema's worth."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, text

from reminder_app.database import capabilities
from reminder_app.database.advisor.catalogue import (
    PARTITIONED,
    Catalogue,
    Column,
    Index,
    Reference,
    Rows,
    Table,
    by_table,
)

# In lower case by name: MySQL gives the names of these columns in capitals.
TABLES = """
    SELECT table_name AS name, table_rows AS many, data_length AS data_bytes,
           index_length AS index_bytes, data_free AS free_bytes, auto_increment AS next_number,
           create_options AS options
    FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
"""
COLUMNS = """
    SELECT table_name AS of_table, column_name AS name, column_type AS type,
           is_nullable AS nullable, collation_name AS collation, extra AS extra
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY ordinal_position
"""
INDEXES = """
    SELECT table_name AS of_table, index_name AS name, non_unique AS non_unique, column_name AS of_column,
           cardinality AS cardinality
    FROM information_schema.statistics WHERE table_schema = DATABASE()
    ORDER BY table_name, index_name, seq_in_index
"""
REFERENCES = """
    SELECT table_name AS of_table, constraint_name AS name, column_name AS of_column,
           referenced_table_name AS target
    FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
    ORDER BY table_name, constraint_name, ordinal_position
"""


def read(connection: Connection) -> Catalogue:
    fresh = capabilities.of(connection).fresh_table_statistics
    if fresh:  # MySQL keeps them for a day otherwise
        connection.execute(text(fresh))
    columns, indexes, references = (
        by_table(connection.execute(text(query))) for query in (COLUMNS, INDEXES, REFERENCES)
    )
    return {
        row.name: Table(
            name=row.name,
            columns={found.name: column(found) for found in columns[row.name]},
            indexes=tuple(indexes_of(indexes[row.name])),
            references=tuple(references_of(references[row.name])),
            rows=int(row.many or 0),
            data_bytes=int(row.data_bytes or 0),
            index_bytes=int(row.index_bytes or 0),
            free_bytes=int(row.free_bytes or 0),
            next_number=int(row.next_number) if row.next_number else None,
            comment=PARTITIONED if PARTITIONED in (row.options or "") else "",
        )
        for row in connection.execute(text(TABLES))
    }


def column(row: Row[Any]) -> Column:
    return Column(
        name=row.name,
        type=str(row.type),
        is_nullable=row.nullable == "YES",
        collation=row.collation or "",
        is_counted="auto_increment" in (row.extra or "").lower(),
    )


def indexes_of(rows: Iterable[Row[Any]]) -> Iterable[Index]:
    parts: Rows = defaultdict(list)
    for row in rows:
        parts[row.name].append(row)
    for name, of in parts.items():
        if all(row.of_column for row in of):  # an expression has no column
            yield Index(
                name,
                tuple(row.of_column for row in of),
                is_unique=not of[0].non_unique,
                distinct=tuple(row.cardinality for row in of),
            )


def references_of(rows: Iterable[Row[Any]]) -> Iterable[Reference]:
    parts: Rows = defaultdict(list)
    for row in rows:
        parts[row.name].append(row)
    for of in parts.values():
        yield Reference(tuple(row.of_column for row in of), of[0].target)
