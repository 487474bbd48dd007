"""Tables with their size, their indexes, and what is to be said about them."""

from dataclasses import dataclass
from typing import Any

from reminder_app.database.advisor import index_use, reading, table_health
from reminder_app.database.advisor.catalogue import PARTITIONED, Index, Table
from reminder_app.database.advisor.index_use import IndexUse
from reminder_app.database.advisor.table_health import Finding
from reminder_app.database.onlooker import onlooker


@dataclass(frozen=True)
class TableStatistics:
    table: Table
    findings: list[Finding]
    use: IndexUse

    @property
    def bytes(self) -> int | None:
        """Of its rows and its indexes together; None where the database does not say."""
        if self.table.data_bytes is None:
            return None
        return self.table.data_bytes + (self.table.index_bytes or 0)

    @property
    def row_bytes(self) -> float | None:
        if not self.table.data_bytes or not self.table.rows:
            return None
        return self.table.data_bytes / self.table.rows

    @property
    def free_share(self) -> float | None:
        return table_health.free_share(self.table)

    def reads(self, index: Index) -> int | None:
        return None if self.use.why_none else self.use.reads.get((self.table.name, index.name), 0)

    @property
    def used_numbers(self) -> float | None:
        columns = self.table.columns.values()
        found = (table_health.used_numbers(self.table, column) for column in columns)
        return next((share for share in found if share is not None), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "table": self.table.name,
            "rows": self.table.rows,
            "bytes": self.bytes,
            "data_bytes": self.table.data_bytes,
            "index_bytes": self.table.index_bytes,
            "free_bytes": self.table.free_bytes,
            "numbers_used": self.used_numbers,
            "is_partitioned": self.table.comment == PARTITIONED,
            "findings": [
                {"kind": one.kind, "index": one.index, "says": one.words} for one in self.findings
            ],
        }

    def details(self) -> dict[str, Any]:
        return self.as_dict() | {
            "columns": [
                {
                    "name": one.name,
                    "type": one.type,
                    "nullable": one.is_nullable,
                    "collation": one.collation,
                }
                for one in self.table.columns.values()
            ],
            "indexes": [
                {
                    "name": one.name,
                    "columns": list(one.columns),
                    "unique": one.is_unique,
                    "distinct": list(one.distinct),
                    "reads": self.reads(one),
                }
                for one in self.table.indexes
            ],
            "reads_not_counted_because": self.use.why_none or None,
        }


def tables() -> list[TableStatistics]:
    """All of them, the largest first. As many queries for ten as for a thousand, on a server."""
    with onlooker("index-use") as looking:
        use = index_use.read(looking)
    catalogue = reading.catalogue(with_sizes=True)
    found = [
        TableStatistics(table, table_health.findings(table, use, catalogue.keys()), use)
        for table in catalogue.values()
    ]
    return sorted(found, key=lambda one: (-(one.bytes or 0), -one.table.rows, one.table.name))


def one(name: str) -> TableStatistics | None:
    return next((found for found in tables() if found.table.name == name), None)
