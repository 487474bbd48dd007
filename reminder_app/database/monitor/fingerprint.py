"""One name for all statements that differ only in their values, and nothing of the values.

A real parser takes half a millisecond a statement, a few expressions a few hundredths of that, and most
texts are known already: then it is one look-up.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass

# As much as is looked at of a statement, from its beginning and its end. One that writes thousands of
# rows repeats itself in between, and is never twice the same; one that reads is wanted as a whole.
MOST_OF_A_READ, MOST_OF_A_WRITE = 8_000, 1_200
HEAD, TAIL = 900, 400
AFTER_ROWS = (" AS new ", " ON DUPLICATE KEY ", " ON CONFLICT ", " RETURNING ")
LONGEST = 8_000  # of what is kept
MOST_TEXTS = 5_000  # known by heart; statements written out with values in them are without end

# One pass, longest first: comments go, and what is a value becomes a mark.
TOKENS = re.compile(
    r"""
    (?P<comment>/\*.*?\*/|--[^\n]*(?:\n|$))
    |(?P<value>[xXbB]?'(?:[^'\\]|\\.|'')*(?:'|$)
        |0x[0-9a-fA-F]+|\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b
        |%\(\w+\)s|%s|\?|(?<![\w:]):\w+)
    |(?P<double>"(?:[^"\\]|\\.|"")*(?:"|$))
    |(?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)
# In this order: each works on what the one before has left.
SHORTER = [
    (re.compile(pattern, re.IGNORECASE), shorter)
    for pattern, shorter in (
        (r"(?<=[(,])\s*NULL\s*(?=[,)])", "?"),
        (r"\?(?:\s*,\s*\?)+", "?+"),
        (r"\(\s*\?\+?\s*\)(?:\s*,\s*\(\s*\?\+?\s*\))+", "(?+)"),
        (r"(?:WHEN \? THEN \?\s*)+", "WHEN ? THEN ? "),
        (r"\bIN\s*\(\s*\?\+?\s*\)", "IN (?+)"),
        (r"(?:\s*\bUNION ALL SELECT \?\+?(?=\s|$))+", " UNION ALL SELECT ?+"),
        (r"\b(sa_savepoint_)\d+\b", r"\1?"),
    )
]
VERB = re.compile(r"[A-Za-z]+")
TABLE = re.compile(r"\b(?:FROM|INTO|(?<!KEY )UPDATE|JOIN)\s+[`\"]?(\w+)", re.IGNORECASE)
SAVEPOINT = re.compile(r"\b(sa_savepoint_)\d+\b")


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """One object for each of them in a process: it is compared and hashed by identity."""

    id: uuid.UUID
    text: str
    verb: str
    tables: tuple[str, ...]


_of_text: dict[str, Fingerprint] = {}
_of_id: dict[uuid.UUID, Fingerprint] = {}


def of(statement: str) -> Fingerprint:
    known = _of_text.get(statement)
    if known is None:
        known = made(normal(statement))
        if len(_of_text) >= MOST_TEXTS:
            _of_text.clear()
        if len(statement) <= MOST_OF_A_READ:
            _of_text[statement] = known
    return known


def made(text: str) -> Fingerprint:
    id = uuid.UUID(bytes=hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest())
    known = _of_id.get(id)
    if known is None:
        if len(_of_id) >= MOST_TEXTS:
            _of_id.clear()
        verb = VERB.search(text)
        tables = tuple(dict.fromkeys(TABLE.findall(text)))
        known = _of_id[id] = Fingerprint(id, text, verb[0].upper() if verb else "", tables)
    return known


def normal(statement: str) -> str:
    """Without values, comments and the length of lists: `IN (?+)`, `VALUES (?+)`."""
    verb = statement[:6].upper()
    if verb == "INSERT":
        return rows_left_out(statement)
    if len(statement) > (MOST_OF_A_READ if verb == "SELECT" else MOST_OF_A_WRITE):
        return begun(statement)
    return collapsed(marked(statement))


def rows_left_out(statement: str) -> str:
    """What comes before the rows, and behind them."""
    before, values, rest = statement.partition(" VALUES ")
    if not values:
        return collapsed(marked(statement[:MOST_OF_A_READ]))
    end = first(rest, AFTER_ROWS)
    behind = f" {marked(rest[end:])}" if end >= 0 else ""
    return collapsed(f"{marked(before)} VALUES (?+){behind}")


def first(text: str, words: tuple[str, ...]) -> int:
    """Where the first of them begins near the end; -1 without."""
    found = [at for word in words if (at := text.rfind(word, max(0, len(text) - TAIL))) >= 0]
    return min(found, default=-1)


def begun(statement: str) -> str:
    before, when, _ = statement[:HEAD].rpartition(" ")[0].partition(" WHEN ")
    return collapsed(f"{marked(before)}{' WHEN ? THEN ?' if when else ''} …")


def marked(statement: str) -> str:
    return TOKENS.sub(mark, statement).strip()


def mark(found: re.Match[str]) -> str:
    if found.lastgroup == "double":
        return found[0]
    return "?" if found.lastgroup == "value" else " "


def without_texts(statement: str) -> str:
    """What is in double quotes is a name to SQLite, and a value to a server: for people it goes as well."""
    return TOKENS.sub(lambda found: "?" if found.lastgroup == "double" else found[0], statement)


def collapsed(text: str) -> str:
    for pattern, shorter in SHORTER:
        text = pattern.sub(shorter, text)
    return text[:LONGEST]
