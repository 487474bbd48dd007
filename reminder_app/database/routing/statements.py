"""What a statement does, from its first words: cheap enough to look at each."""

import re

# Everything else changes something, or may.
READING = frozenset(
    {
        "SELECT", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "SET", "BEGIN", "START", "COMMIT", "ROLLBACK",
        "SAVEPOINT", "RELEASE", "PRAGMA", "VALUES", "USE", "KILL",
    }
)  # fmt: skip
COMMENT = re.compile(r"(?:\s|\(|/\*.*?\*/|--[^\n]*\n)+", re.DOTALL)
WORD = re.compile(r"[A-Za-z]+")
# In a WITH, which begins both kinds; also a read that locks, which is no use on a replica.
CHANGING = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
NAME = r"[`\"]?(?:\w+[`\"]?\.[`\"]?)?(\w+)[`\"]?"
TABLE = re.compile(
    rf"(?:INSERT|REPLACE)(?:\s+(?:IGNORE|LOW_PRIORITY|OR\s+\w+))*(?:\s+INTO)?\s+{NAME}"
    rf"|UPDATE\s+{NAME}\s+SET\b"
    rf"|DELETE\s+FROM\s+{NAME}(?:\s+WHERE\b|\s*$)",
    re.IGNORECASE,
)


def is_write(statement: str) -> bool:
    if statement.startswith(("SELECT", "select")):
        return False
    begin = beginning(statement)
    word = WORD.match(statement, begin)
    first = word[0].upper() if word else ""
    if first == "WITH":
        return CHANGING.search(statement, begin) is not None
    return first not in READING


def table_of(statement: str) -> str | None:
    """The one table that it writes; None where that is not plain to see."""
    found = TABLE.match(statement, beginning(statement))
    return next(name for name in found.groups() if name).lower() if found else None


def beginning(statement: str) -> int:
    """Past comments, such as those that say which route asks."""
    found = COMMENT.match(statement)
    return found.end() if found else 0
