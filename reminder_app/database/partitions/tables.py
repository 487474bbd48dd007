"""Which tables have partitions, and what becomes of the old ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reminder_app.database.settings import DatabaseSettings

AHEAD = 3  # months: so long nobody has to roll them


@dataclass(frozen=True)
class Partitioned:
    """A table whose key `id` begins with the time, and that no foreign key touches."""

    name: str
    kept_months: int  # whole ones, beside the current; 0: for good
    # Called with the bound and how many rows, before they go: who counts on them is told.
    leaving: Callable[[datetime, int], object] | None = None


@dataclass(frozen=True)
class Partitions:
    tables: tuple[Partitioned, ...]
    settings: DatabaseSettings
    archive: Path | None = None  # where months are written to before they are dropped

    def named(self, name: str) -> Partitioned:
        """Raises KeyError."""
        return {table.name: table for table in self.tables}[name]
