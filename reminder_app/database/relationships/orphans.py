"""Rows that point at rows which are not there: found a chunk at a time, so that nobody waits for it."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from reminder_app.database.stretches import following

CHUNK = 5_000
SHOWN = 5


@dataclass(frozen=True)
class Reference:
    """What a foreign key says, whether the database has the key or not."""

    table: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.table}.{'+'.join(self.columns)} -> {self.other}.{'+'.join(self.other_columns)}"
        )


def count(connection: Connection, reference: Reference) -> int:
    quote = connection.dialect.identifier_preparer.quote
    query = f"SELECT COUNT(*) FROM {unanswered(quote, reference)}"  # noqa: S608 - our names
    return int(connection.execute(text(query)).scalar_one())


def find(
    connection: Connection, reference: Reference, key: str, pause: float = 0.0
) -> tuple[int, list[Any]]:
    """How many, and the keys of some: through the table in the order of `key`, CHUNK rows a query."""
    quote = connection.dialect.identifier_preparer.quote
    query = f"SELECT child.{quote(key)} FROM {unanswered(quote, reference)}"  # noqa: S608
    many, some = 0, list[Any]()
    stretch = following(connection, reference.table, key, None, CHUNK)
    while stretch:
        within = stretch.within(connection, "child.")
        rows = connection.execute(text(f"{query} AND {within}"), stretch.bounds)
        found = rows.scalars().all()
        connection.rollback()  # no snapshot outlives its chunk
        many += len(found)
        some += found[: SHOWN - len(some)]
        time.sleep(pause)
        stretch = following(connection, reference.table, key, stretch.end, CHUNK)
    return many, some


def unanswered(quote: Any, reference: Reference) -> str:
    pairs = list(zip(reference.columns, reference.other_columns, strict=True))
    same = " AND ".join(f"parent.{quote(b)} = child.{quote(a)}" for a, b in pairs)
    present = " AND ".join(f"child.{quote(a)} IS NOT NULL" for a, _ in pairs)
    return (
        f"{quote(reference.table)} AS child LEFT JOIN {quote(reference.other)} AS parent ON {same} "
        f"WHERE {present} AND parent.{quote(pairs[0][1])} IS NULL"
    )
