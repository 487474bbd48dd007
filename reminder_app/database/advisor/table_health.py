"""What is to be said about a table: its keys, its indexes, the room it takes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reminder_app.database.advisor.catalogue import Column, Index, Table
from reminder_app.database.advisor.index_use import IndexUse
from reminder_app.database.advisor.plan import FEW_ROWS

# Of a counting key: then there is time to change it.
HEADROOM = 0.5
MOST_FREE, WORTH_BYTES = 0.3, 100 * 1024 * 1024
HIGHEST = {
    "tinyint": 2**7 - 1,
    "smallint": 2**15 - 1,
    "mediumint": 2**23 - 1,
    "int": 2**31 - 1,
    "bigint": 2**63 - 1,
}
GOOD_TIME = 7 * 86_400  # an index may serve a report that is made once a week


@dataclass(frozen=True)
class Finding:
    """`kind`: duplicate | unused | missing | key | numbers | room"""

    kind: str
    table: str
    index: str
    words: str


def findings(table: Table, use: IndexUse, tables: Collection[str]) -> list[Finding]:
    """`tables`: the names of all there are."""
    return [
        *duplicates(table),
        *unused(table, use),
        *missing(table, tables),
        *numbers(table),
        *room(table),
    ]


def duplicates(table: Table) -> Iterator[Finding]:
    for index in table.indexes:
        if index.is_unique:
            continue  # it forbids something: that is worth having
        other = next((one for one in table.indexes if makes_superfluous(one, index)), None)
        if other:
            words = (
                f"{other.name} ({', '.join(other.columns)}) begins with the same columns: it serves all "
                f"that {index.name} ({', '.join(index.columns)}) does. Drop {index.name}."
            )
            yield Finding("duplicate", table.name, index.name, words)


def makes_superfluous(other: Index, index: Index) -> bool:
    if other is index or other.columns[: len(index.columns)] != index.columns:
        return False
    if other.columns == index.columns and not other.is_unique:
        return other.name < index.name  # one of the two stays
    return True


def unused(table: Table, use: IndexUse) -> Iterator[Finding]:
    for index in table.indexes:
        if index.is_unique or not use.is_unused(table.name, index.name) or holds_key(table, index):
            continue
        days = use.seconds / 86_400
        careful = "" if use.seconds >= GOOD_TIME else " Wait until a whole week has been counted."
        yield Finding(
            "unused",
            table.name,
            index.name,
            f"{index.name} was not read since the server was started {days:.1f} days ago, and every "
            f"write pays for it.{careful}",
        )


def holds_key(table: Table, index: Index) -> bool:
    """A foreign key needs it, read or not."""
    return any(
        index.columns[: len(reference.columns)] == reference.columns
        for reference in table.references
    )


def missing(table: Table, tables: Collection[str]) -> Iterator[Finding]:
    if not table.primary:
        yield Finding("key", table.name, "", f"{table.name} has no primary key: give it one.")
    firsts = {index.columns[0] for index in table.indexes if index.columns}
    for reference in table.references:
        if not any(
            one.columns[: len(reference.columns)] == reference.columns for one in table.indexes
        ):
            listed = ", ".join(reference.columns)
            yield Finding(
                "missing",
                table.name,
                "",
                f"The foreign key {listed} has no index: whoever deletes from {reference.table} reads all "
                f"of {table.name}.",
            )
    referring = {name for reference in table.references for name in reference.columns}
    for name in table.columns:
        other = f"{name.removesuffix('_id')}s" if name.endswith("_id") else ""
        if other in tables and name not in firsts | referring and table.rows >= FEW_ROWS:
            words = f"{name} names a row of {other}: it has no foreign key, and no index begins with it."
            yield Finding("missing", table.name, "", words)


def numbers(table: Table) -> Iterator[Finding]:
    for column in table.columns.values():
        share = used_numbers(table, column)
        if share is not None and share >= HEADROOM:
            yield Finding(
                "numbers",
                table.name,
                "",
                f"{column.name} has used {share:.0%} of the numbers that {column.type} has: make it a BIGINT.",
            )


def used_numbers(table: Table, column: Column) -> float | None:
    if not column.is_counted or table.next_number is None:
        return None
    base = column.type.lower().split("(")[0].split(" ")[0]
    highest = HIGHEST.get(base)
    if highest is None:
        return None
    return table.next_number / (highest * 2 + 1 if "unsigned" in column.type.lower() else highest)


def free_share(table: Table) -> float | None:
    if table.data_bytes is None or table.free_bytes is None:
        return None
    whole = table.data_bytes + (table.index_bytes or 0) + table.free_bytes
    return table.free_bytes / whole if whole else 0.0


def room(table: Table) -> Iterator[Finding]:
    share = free_share(table)
    if share is not None and share >= MOST_FREE and (table.free_bytes or 0) >= WORTH_BYTES:
        yield Finding(
            "room",
            table.name,
            "",
            f"{share:.0%} of its file is empty. Deleted rows left it; new ones will fill it. OPTIMIZE "
            "TABLE gives it back, and copies the table for that.",
        )
