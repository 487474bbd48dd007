"""What the database deletes by itself: the rows that hang on a deleted one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, select

from reminder_app.database.audit.entries import Entry, deleted, entry
from reminder_app.database.audit.watching import Trail, Watch

CHUNK = 500
MOST = 1000  # rows of a table listed one by one; of what is beyond, how many
Edges = dict[str, list[tuple[Table, Column[Any]]]]


def edges(metadata: MetaData, watched: Mapping[str, Watch]) -> Edges:
    """Table -> those whose rows go with its rows, as far as something that is watched hangs there."""
    found: Edges = defaultdict(list)
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            if (key.ondelete or "").upper() == "CASCADE":
                found[key.column.table.name].append((table, key.parent))
    return {
        parent: [(child, column) for child, column in below if leads(child.name, found, watched)]
        for parent, below in found.items()
    }


def leads(
    name: str, found: Edges, watched: Mapping[str, Watch], seen: frozenset[str] = frozenset()
) -> bool:
    if name in watched:
        return True
    below = [child.name for child, _ in found.get(name, []) if child.name not in seen | {name}]
    return any(leads(child, found, watched, seen | {name}) for child in below)


def gone_with(
    connection: Connection, trail: Trail, table: Table, keys: Sequence[Any]
) -> Iterator[Entry]:
    """Entries of all that is deleted along with these rows; to be asked before they are."""
    waiting = [(table, list(keys), frozenset({table.name}))]
    while waiting:
        parent, parents, seen = waiting.pop()
        for child, column in trail.cascades.get(parent.name, ()):
            if child.name in seen or not parents:
                continue
            watch = trail.tables.get(child.name)
            rows = [
                row
                for some in chunks(parents)
                for row in read(connection, child, watch, column, some)
            ]
            if watch:
                yield from told(connection, watch, column, parents, rows, parent.name)
            (key,) = child.primary_key.columns
            waiting.append((child, [row[key.name] for row in rows], seen | {child.name}))


def read(
    connection: Connection,
    child: Table,
    watch: Watch | None,
    column: Column[Any],
    parents: Sequence[Any],
) -> list[dict[str, Any]]:
    wanted = watch.read if watch else list(child.primary_key.columns)
    query = select(*wanted).where(column.in_(parents)).limit(MOST + 1)
    return [dict(row) for row in connection.execute(query).mappings()]


def told(
    connection: Connection,
    watch: Watch,
    column: Column[Any],
    parents: Sequence[Any],
    rows: Sequence[dict[str, Any]],
    parent: str,
) -> Iterator[Entry]:
    yield from (deleted(watch, row, f"went with its row of {parent}") for row in rows[:MOST])
    if len(rows) > MOST:
        many = sum(
            connection.scalar(select(func.count()).where(column.in_(some))) or 0
            for some in chunks(parents)
        )
        note = f"went with their rows of {parent}; these are not listed one by one"
        yield entry(watch, "delete", {}, many=max(many - MOST, 1), note=note)


def chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
