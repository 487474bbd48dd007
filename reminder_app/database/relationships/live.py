"""The same in the database itself: keys that are missing there, columns that differ, rows without a parent."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, inspect, text

from reminder_app.database import capabilities
from reminder_app.database.relationships import orphans
from reminder_app.database.relationships.faults import FAULT, Found
from reminder_app.database.relationships.keys import name_of
from reminder_app.database.relationships.orphans import Reference

KINDS = text(
    "SELECT table_name, column_name, column_type, collation_name FROM information_schema.columns "
    "WHERE table_schema = DATABASE()"
)
Kinds = dict[tuple[str, str], tuple[str, str]]


def check(connection: Connection, metadata: MetaData, with_rows: bool = True) -> Iterator[Found]:
    look = inspect(connection)
    there = set(look.get_table_names())
    is_server = capabilities.of(connection).is_server
    kinds = kinds_of(connection) if is_server else {}
    for table in metadata.sorted_tables:
        if table.name not in there:
            yield Found(FAULT, "is-there", table.name, "the table is missing: flask db upgrade")
            continue
        in_database = {
            (tuple(key["constrained_columns"]), key["referred_table"]): key
            for key in look.get_foreign_keys(table.name)
        }
        for key in sorted(table.foreign_key_constraints, key=name_of):
            if key.referred_table.name in there:
                yield from of_key(key, in_database, kinds)
                if with_rows:
                    yield from of_rows(connection, key)
    connection.rollback()


def of_key(key: ForeignKeyConstraint, in_database: Any, kinds: Kinds) -> Iterator[Found]:
    where, other = name_of(key), key.referred_table.name
    held = in_database.get((tuple(key.column_keys), other))
    if held is None:
        words = f"the database has no such foreign key to {other}: any row is taken"
        yield Found(FAULT, "held", where, words)
    elif action(held.get("options", {}).get("ondelete")) != action(key.ondelete):
        words = (
            f"deletes by {action(held.get('options', {}).get('ondelete')) or 'refusing'} in the "
            f"database, by {action(key.ondelete) or 'refusing'} in the models"
        )
        yield Found(FAULT, "cascades-agree", where, words)
    for element in key.elements:
        mine = kinds.get((key.table.name, element.parent.name))
        theirs = kinds.get((other, element.column.name))
        if mine != theirs:
            words = f"is {told(mine)}, and what it points at is {told(theirs)}"
            yield Found(FAULT, "same-type", where, words)


def of_rows(connection: Connection, key: ForeignKeyConstraint) -> Iterator[Found]:
    reference = Reference(
        key.table.name,
        tuple(key.column_keys),
        key.referred_table.name,
        tuple(element.column.name for element in key.elements),
    )
    keys = [column.name for column in key.table.primary_key.columns]
    if len(keys) == 1:
        many, some = orphans.find(connection, reference, keys[0])
    else:
        many, some = orphans.count(connection, reference), []
    if many:
        words = f"{many} rows point at rows of {reference.other} that are not there"
        yield Found(FAULT, "no-orphans", name_of(key), f"{words}.", tuple(map(shown, some)))


def shown(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)


def told(kind: tuple[str, str] | None) -> str:
    return " ".join(word for word in kind or ("missing",) if word)


def action(said: str | None) -> str:
    plain = (said or "").upper()
    return "" if plain in ("RESTRICT", "NO ACTION") else plain


def kinds_of(connection: Connection) -> Kinds:
    rows = connection.execute(KINDS)
    return {(table, column): (type_, collation or "") for table, column, type_, collation in rows}
