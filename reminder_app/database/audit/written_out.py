"""Reads as much of a statement that is written out as an audit needs: what it does to which table.

A small reader and no grammar: whatever it is not sure of, it says it does not know, and then the
statement itself is written down instead of the rows.
"""

import re
from dataclasses import dataclass

HEAD = re.compile(
    r"\s*(?:(?:/\*.*?\*/|--[^\n]*\n)\s*)*(INSERT|REPLACE|UPDATE|DELETE)\s+(?:(?:LOW_PRIORITY|IGNORE|INTO|FROM|OR\s+\w+)\s+)*"
    r"(?:[`\"]?\w+[`\"]?\s*\.\s*)?[`\"]?(\w+)[`\"]?",
    re.IGNORECASE | re.DOTALL,
)
TOKEN = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|/\*.*?\*/|--[^\n]*|%s|[A-Za-z_]\w*|\d[\w.]*|\S",
    re.DOTALL,
)
MAY_SET = re.compile(r"[,T]\s*(?:\w+\.)?[`\"]?(\w+)[`\"]?\s*=", re.IGNORECASE)
VALUES = re.compile(r"'(?:[^'\\]|\\.|'')*'|\b0x[0-9a-f]+\b|\b\d+(?:\.\d+)?\b", re.IGNORECASE)
LONGEST = 1000
# Of more than one table, or not of the table's own rows.
BEYOND_US = {"JOIN", "UNION", "RETURNING", "USING"}


@dataclass(frozen=True)
class Written:
    verb: str
    table: str
    assigned: frozenset[str] = frozenset()  # columns after SET
    condition: str | None = None  # what follows WHERE; empty: all rows; None: we do not know
    skipped: int = 0  # placeholders before the condition


def head(sql: str) -> tuple[str, str] | None:
    """(verb, table) of a statement that changes rows; cheap, as every statement is asked."""
    found = HEAD.match(sql)
    return (found[1].upper(), found[2]) if found else None


def may_set(sql: str) -> set[str]:
    """All columns that an UPDATE sets, and perhaps words that are none: fast, as planning asks of
    statements with a thousand cases, of which read() takes milliseconds."""
    for repeated in ("WHEN %s THEN %s ", "WHEN ? THEN ? ", "%s, ", "?, "):
        sql = sql.replace(repeated, "")
    return {found[1] for found in MAY_SET.finditer(sql)}


def read(sql: str) -> Written | None:
    begun = head(sql)
    if begun is None:
        return None
    verb, table = begun
    if verb in ("INSERT", "REPLACE"):
        return Written(verb, table)
    tokens = list(TOKEN.finditer(sql))
    tops = at_top(tokens)
    words = {word for word, _ in tops}
    assigned = columns(tops) if verb == "UPDATE" else frozenset()
    if words & BEYOND_US or is_of_several(tops, verb):
        return Written(verb, table, assigned)
    return conditioned(sql, Written(verb, table, assigned), tokens, tops)


def at_top(tokens: list[re.Match[str]]) -> list[tuple[str, re.Match[str]]]:
    """Words outside of parentheses and CASE, with their tokens."""
    found, depth = [], 0
    for token in tokens:
        word = token[0].upper()
        depth -= word in (")", "END")
        if depth == 0 and not word.startswith(("/*", "--")):
            found.append((word, token))
        depth += word in ("(", "CASE")
    return found


def columns(tops: list[tuple[str, re.Match[str]]]) -> frozenset[str]:
    words = [word for word, _ in tops]
    if "SET" not in words:
        return frozenset()
    start = words.index("SET")
    end = words.index("WHERE") if "WHERE" in words else len(words)
    names = [
        tops[place - 1][1][0].strip('`"')
        for place in range(start + 2, end)
        if words[place] == "=" and starts_one(words, place, start)
    ]
    return frozenset(names)


def starts_one(words: list[str], place: int, start: int) -> bool:
    """`name =` or `table.name =` behind SET or a comma."""
    before = place - 4 if words[place - 2] == "." else place - 2
    return before == start or words[before] == ","


def is_of_several(tops: list[tuple[str, re.Match[str]]], verb: str) -> bool:
    """A comma between tables: before SET, or before WHERE of a DELETE."""
    for word, _ in tops:
        if word == ("SET" if verb == "UPDATE" else "WHERE"):
            return False
        if word == ",":
            return True
    return False


def conditioned(
    sql: str, written: Written, tokens: list[re.Match[str]], tops: list[tuple[str, re.Match[str]]]
) -> Written:
    where = next((token for word, token in tops if word == "WHERE"), None)
    end = where.start() if where else len(sql)
    skipped = sum(token[0] in ("%s", "?") for token in tokens if token.start() < end)
    condition = sql[where.end() :] if where else ""
    return Written(written.verb, written.table, written.assigned, condition, skipped)


def without_values(sql: str) -> str:
    """For people to read: what stands in it as a value may be a secret."""
    plain = " ".join(VALUES.sub("?", sql[: LONGEST * 4]).split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"
