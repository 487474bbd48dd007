"""The tables there are, with their columns, indexes and sizes, as the advisor reads them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

# InnoDB's longest key, and what a character of utf8mb4 takes in one.
LONGEST_KEY, CHARACTER, KEY_BYTES = 3072, 4, 16
PARTITIONED = "partitioned"  # as servers call it
KINDS = {
    "text": ("char", "varchar", "text", "tinytext", "mediumtext", "longtext", "enum", "clob"),
    "number": ("int", "tinyint", "smallint", "mediumint", "bigint", "decimal", "numeric", "float", "double", "real", "integer", "boolean"),
    "time": ("datetime", "timestamp", "date", "time", "year"),
    "binary": ("binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob"),
    "json": ("json",),
}  # fmt: skip
FIXED = {"number": 8, "time": 8}


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # as the server says it
    is_nullable: bool = True
    collation: str = ""
    is_counted: bool = False  # AUTO_INCREMENT
    is_key: bool = False  # short whatever its type says: SQLite's types have no length

    @property
    def kind(self) -> str:
        """text | number | time | binary | json | other"""
        base = re.split(r"[ (]", self.type.lower(), maxsplit=1)[0]
        return next((kind for kind, names in KINDS.items() if base in names), "other")

    @property
    def key_bytes(self) -> int | None:
        """What it takes in an index; None where only its beginning fits."""
        if self.is_key:
            return KEY_BYTES
        if self.kind in FIXED:
            return FIXED[self.kind]
        length = re.search(r"\((\d+)\)", self.type)
        if length is None or self.kind not in ("text", "binary"):
            return None
        return int(length[1]) * (CHARACTER if self.kind == "text" else 1)


@dataclass(frozen=True)
class Index:
    name: str
    columns: tuple[str, ...]
    is_unique: bool = False
    # How many different values its first one, two, … columns have, as the server estimates it.
    distinct: tuple[int | None, ...] = ()
    bytes: int | None = None

    @property
    def is_primary(self) -> bool:
        return self.name == "PRIMARY"


@dataclass(frozen=True)
class Reference:
    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: Mapping[str, Column]
    indexes: Sequence[Index] = ()
    references: Sequence[Reference] = ()
    rows: int = 0  # an estimate
    data_bytes: int | None = None  # None: this database does not say
    index_bytes: int | None = None
    free_bytes: int | None = None
    next_number: int | None = None  # of AUTO_INCREMENT
    comment: str = field(default="", compare=False)

    @property
    def primary(self) -> tuple[str, ...]:
        return next((index.columns for index in self.indexes if index.is_primary), ())

    def distinct(self, column: str) -> int | None:
        """Different values of a column, where an index begins with it."""
        known = [
            index.distinct[0]
            for index in self.indexes
            if index.columns[:1] == (column,) and index.distinct
        ]
        return next((count for count in known if count is not None), None)


Catalogue = Mapping[str, Table]
Rows = dict[str, list[Row[Any]]]


def by_table(rows: Iterable[Row[Any]]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.of_table].append(row)
    return found
