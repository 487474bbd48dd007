"""How a statement says that it may not copy its table, nor keep others from writing to it.

Left to itself a server takes the best way it has, down to copying the whole table while nobody may
write. With ALGORITHM and LOCK stated it refuses instead, at once.
"""

import re
from typing import NamedTuple

INSTANT = "ALGORITHM=INSTANT"  # MySQL refuses a LOCK beside it: there is nothing to lock for
IN_PLACE = ("ALGORITHM=INPLACE", "LOCK=NONE")
COPY = ("ALGORITHM=COPY", "LOCK=SHARED")

NAME = r"(`[^`]+`|[\w$.]+)"
FLAGS = re.IGNORECASE | re.DOTALL
ALTER = re.compile(rf"\s*ALTER\s+(?:ONLINE\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?{NAME}\s+(.*)", FLAGS)
CREATE_INDEX = re.compile(rf"\s*CREATE\s+(?:\w+\s+)?INDEX\s+{NAME}\s+ON\s+{NAME}\s*\(", FLAGS)
DROP_INDEX = re.compile(rf"\s*DROP\s+INDEX\s+{NAME}\s+ON\s+{NAME}\s*;?\s*$", FLAGS)
STATED = re.compile(r"\b(ALGORITHM|LOCK)\s*=", FLAGS)
# Partitions have words and places of their own for this, and the tables are moved by their manager.
PARTITIONS = re.compile(r"\bPARTITION(S|ING)?\b", FLAGS)
# What no server does in an instant: it is built, or looked through.
BUILT = re.compile(
    r"\s*(ADD\s+(CONSTRAINT\b|(UNIQUE|FULLTEXT|SPATIAL)\b|INDEX\b|KEY\b|FOREIGN\b|PRIMARY\b)"
    r"|MODIFY\b|CHANGE\b|DROP\s+(FOREIGN|PRIMARY)\b|DROP\s+(INDEX|KEY)\b|ENGINE\b|FORCE\b)",
    FLAGS,
)


class Change(NamedTuple):
    """A statement that changes a table there is."""

    table: str
    statement: str
    comma: str
    is_built: bool

    def by(self, *clauses: str) -> str:
        return f"{self.statement}{self.comma}{self.comma.join(clauses)}"

    def ways(self) -> list[str]:
        """From the cheapest on: the first that the server does not refuse."""
        in_place = self.by(*IN_PLACE)
        return [in_place] if self.is_built else [self.by(INSTANT), in_place]

    def copying(self) -> str:
        return self.by(*COPY)

    def without_rows(self) -> list[str]:
        """There is nothing to copy. Not INSTANT: that would use up one of the table's 64 versions."""
        return [self.by(*IN_PLACE), self.by("ALGORITHM=COPY")]


def change(statement: str) -> Change | None:
    """None for what changes no table that is there, or states its way itself."""
    if STATED.search(statement):
        return None
    bare = statement.strip().rstrip(";").rstrip()
    if found := CREATE_INDEX.match(bare):
        return Change(plain(found[2]), bare, " ", True)
    if found := DROP_INDEX.match(bare):
        # MariaDB's DROP INDEX takes no such words; the ALTER that it is short for does.
        return Change(plain(found[2]), f"ALTER TABLE {found[2]} DROP INDEX {found[1]}", ", ", True)
    found = ALTER.match(bare)
    if found is None or PARTITIONS.search(found[2]):
        return None
    return Change(plain(found[1]), bare, ", ", BUILT.match(found[2]) is not None)


def plain(name: str) -> str:
    return name.replace("`", "")
