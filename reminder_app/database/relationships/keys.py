"""Each foreign key as the models have it: an index to find its rows, and two columns of one kind."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import sort_tables_and_constraints

from reminder_app.database.relationships.faults import FAULT, NOTE, WARNING, Found

MYSQL = mysql.dialect()
CONVENTIONS = ("ix", "uq", "ck", "fk", "pk")


def check(metadata: MetaData) -> Iterator[Found]:
    ids = {kind(one) for table in metadata.tables.values() for one in table.primary_key.columns}
    for table in metadata.tables.values():
        for key in sorted(table.foreign_key_constraints, key=name_of):
            yield from of(table, key)
        yield from without_key(table, ids)
    yield from cycles(metadata)
    if missing := [kind for kind in CONVENTIONS if kind not in metadata.naming_convention]:
        words = (
            f"no name is given to {', '.join(missing)}: a migration cannot drop what has no name"
        )
        yield Found(WARNING, "names", "the models", words)


def name_of(key: ForeignKeyConstraint) -> str:
    return f"{key.table.name}.{'+'.join(key.column_keys)}"


def of(table: Table, key: ForeignKeyConstraint) -> Iterator[Found]:
    where = name_of(key)
    columns = list(key.columns)
    if not has_index(table, [column.name for column in columns]):
        words = "no index begins with it: deleting a parent looks through the whole table"
        yield Found(FAULT, "indexed", where, words)
    for column, element in zip(columns, key.elements, strict=True):
        yield from of_pair(where, column, element.column)
    others = [element.column for element in key.elements]
    if not is_unique(key.referred_table, {column.name for column in others}):
        words = "points at columns that are no key: MySQL 8.4 refuses it"
        yield Found(FAULT, "points-at-a-key", where, words)
    if (key.ondelete or "").upper() == "SET NULL" and any(not one.nullable for one in columns):
        words = "ON DELETE SET NULL of a column that may not be NULL: the parent cannot be deleted"
        yield Found(FAULT, "may-be-null", where, words)


def has_index(table: Table, names: list[str]) -> bool:
    groups = [list(index.columns) for index in table.indexes]
    groups += [list(table.primary_key.columns)]
    groups += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    starts = [{column.name for column in group[: len(names)]} for group in groups]
    return set(names) in starts


def is_unique(table: Table, names: set[str]) -> bool:
    kinds = UniqueConstraint | PrimaryKeyConstraint
    groups: list[Any] = [one for one in table.constraints if isinstance(one, kinds)]
    groups += [index for index in table.indexes if index.unique]
    return any({column.name for column in group.columns} == names for group in groups)


def of_pair(where: str, column: Column[Any], other: Column[Any]) -> Iterator[Found]:
    mine, theirs = kind(column), kind(other)
    if mine != theirs:
        words = f"is {mine}, and what it points at is {theirs}: the server refuses or converts"
        yield Found(FAULT, "same-type", where, words)


def kind(column: Column[Any]) -> str:
    """With length, sign and collation: all of it has to be the same."""
    return str(column.type.compile(MYSQL)).lower()


def without_key(table: Table, ids: set[str]) -> Iterator[Found]:
    for column in table.columns:
        if column.name.endswith("_id") and kind(column) in ids and not column.foreign_keys:
            reason = column.info.get("no_key", "nothing makes sure that the row it names is there")
            yield Found(
                NOTE, "has-a-key", f"{table.name}.{column.name}", f"no foreign key: {reason}"
            )


def cycles(metadata: MetaData) -> Iterator[Found]:
    """Tables that point at each other want use_alter: neither can be made, or emptied, first."""
    ordered: Any = sort_tables_and_constraints  # it has no types
    for table, keys in ordered(list(metadata.tables.values())):
        for key in keys if table is None else ():
            if not key.use_alter:
                words = "is part of a circle of tables: give it use_alter=True"
                yield Found(WARNING, "no-circles", name_of(key), words)
