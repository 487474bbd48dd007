"""A part of a table in a temporary one, spread over all of it. All names in its statements are the catalogue's."""

import re
import uuid
from collections.abc import Sequence

from reminder_app.database.advisor.catalogue import PARTITIONED, Catalogue, Table
from reminder_app.database.advisor.session import Cursor
from reminder_app.database.capabilities import Capabilities

MOST_ROWS = 20_000
SLICES = 20
PARTITIONS = re.compile(r"\s(?:/\*!\d+ )?\s*PARTITION BY ")


class Sampler:
    def __init__(self, cursor: Cursor, server: Capabilities, catalogue: Catalogue) -> None:
        self.cursor, self.server, self.catalogue = cursor, server, catalogue
        self.rows: dict[str, int] = {}

    def quoted(self, name: str) -> str:
        mark = "`" if self.server.is_server else '"'
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    def copy(self, name: str, number: int) -> str:
        """A temporary table with its columns, its indexes, and a sample of its rows."""
        table, copy = self.catalogue[name], f"sample_{number}_{name}"[:64]
        self.make(table, copy)
        if number:
            first = f"sample_0_{name}"[:64]
            self.cursor.execute(
                f"INSERT INTO {self.quoted(copy)} SELECT * FROM {self.quoted(first)}"  # noqa: S608 - names of the catalogue
            )
        else:
            self.fill(table, copy)
        self.analyze(copy)
        self.cursor.execute(f"SELECT COUNT(*) FROM {self.quoted(copy)}")  # noqa: S608 - names of the catalogue
        self.rows[copy] = int(self.cursor.fetchall()[0][0])
        return copy

    def make(self, table: Table, copy: str) -> None:
        if not self.server.is_server:
            self.make_in_sqlite(table, copy)
        elif table.comment == PARTITIONED:
            self.make_whole(table, copy)
        else:
            self.cursor.execute(
                f"CREATE TEMPORARY TABLE {self.quoted(copy)} LIKE {self.quoted(table.name)}"
            )

    def make_whole(self, table: Table, copy: str) -> None:
        """No temporary table has partitions: one with its columns and indexes, and without those."""
        self.cursor.execute(f"SHOW CREATE TABLE {self.quoted(table.name)}")
        made = str(self.cursor.fetchall()[0][1])
        whole = PARTITIONS.split(made, maxsplit=1)[0]
        head = f"CREATE TABLE {self.quoted(table.name)}"
        self.cursor.execute(whole.replace(head, f"CREATE TEMPORARY TABLE {self.quoted(copy)}", 1))

    def make_in_sqlite(self, table: Table, copy: str) -> None:
        self.cursor.execute(
            f"CREATE TEMPORARY TABLE {self.quoted(copy)} AS SELECT * FROM {self.quoted(table.name)} LIMIT 0"  # noqa: S608 - names of the catalogue
        )
        for index in table.indexes:
            self.add_index(copy, f"{copy}_{index.name}", index.columns, unique=index.is_unique)

    def add_index(
        self, copy: str, name: str, columns: Sequence[str], hidden: str = "", unique: bool = False
    ) -> None:
        """SQLite keeps the names of all indexes apart: there it has the table's in it."""
        where = name if self.server.is_server or name.startswith(copy) else f"{name}_{copy}"
        names = ", ".join(self.quoted(column) for column in columns)
        schema = "" if self.server.is_server else "temp."
        self.cursor.execute(
            f"CREATE {'UNIQUE ' if unique else ''}INDEX {schema}{self.quoted(where)} "
            f"ON {self.quoted(copy)} ({names}) {hidden}"
        )
        self.analyze(copy)

    def drop_index(self, copy: str, name: str) -> None:
        if self.server.is_server:
            self.cursor.execute(f"DROP INDEX {self.quoted(name)} ON {self.quoted(copy)}")
        else:
            self.cursor.execute(f"DROP INDEX temp.{self.quoted(f'{name}_{copy}')}")
        self.analyze(copy)

    def analyze(self, copy: str) -> None:
        """MariaDB forgets what it knew of all indexes of a temporary table when one is made or dropped."""
        how = "ANALYZE TABLE " if self.server.is_server else "ANALYZE temp."
        self.cursor.execute(how + self.quoted(copy))
        self.cursor.fetchall()

    def fill(self, table: Table, copy: str) -> None:
        into = f"INSERT INTO {self.quoted(copy)} SELECT * FROM {self.quoted(table.name)}"  # noqa: S608 - names of the catalogue
        bounds = self.bounds(table) if table.rows > MOST_ROWS else []
        if not bounds:
            self.cursor.execute(f"{into} LIMIT {MOST_ROWS}")
            return
        key = self.quoted(table.primary[0])
        for low, high in zip(bounds, bounds[1:], strict=False):
            self.cursor.execute(
                f"{into} WHERE {key} >= {low} AND {key} < {high} ORDER BY {key} LIMIT {MOST_ROWS // SLICES}"
            )

    def bounds(self, table: Table) -> list[str]:
        """The primary key cut into equal pieces; none where it is no number and no UUID.

        A UUIDv7 begins with the time: equal pieces of it are equal pieces of time.
        """
        if len(table.primary) != 1:
            return []
        key = self.quoted(table.primary[0])
        self.cursor.execute(f"SELECT MIN({key}), MAX({key}) FROM {self.quoted(table.name)}")  # noqa: S608 - names of the catalogue
        low, high = self.cursor.fetchall()[0]
        if isinstance(low, int) and isinstance(high, int):
            return [str(low + (high + 1 - low) * n // SLICES) for n in range(SLICES + 1)]
        if isinstance(low, bytes) and isinstance(high, bytes) and len(low) == len(high) == 16:
            first, last = uuid.UUID(bytes=low).int, uuid.UUID(bytes=high).int + 1
            whole = [first + (last - first) * n // SLICES for n in range(SLICES + 1)]
            return [f"x'{min(value, 2**128 - 1):032x}'" for value in whole]
        return []
