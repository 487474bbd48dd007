"""Which tables a statement writes or reads, told from its text.

Everything passes here, whatever made it: a flush, a bulk statement, Core, text. The heads of the usual
ones are told apart in a microsecond, also where hundreds of rows follow; what is not understood writes
everything. A parser takes half a millisecond for a small one, and takes for a comment what MySQL runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

EVERYTHING = "*"
NAME = r'(?:[`"]?\w+[`"]?\s*\.\s*)?(?:`(?P<{0}a>[^`]+)`|"(?P<{0}b>[^"]+)"|(?P<{0}c>\w+))'
WORDS = r"(?:\s+(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK|IGNORE|OR\s+(?:ABORT|FAIL|IGNORE|ROLLBACK)))*"
HEAD = re.compile(
    rf"\s*(?:INSERT{WORDS}\s+INTO\s+{NAME.format('i')}(?=[\s(])"
    rf"|UPDATE{WORDS}\s+{NAME.format('u')}\s+SET\s"
    rf"|DELETE{WORDS}\s+FROM\s+{NAME.format('d')}\s*(?=$|;|/\*(?!!|M!)|\s(?:WHERE|ORDER|LIMIT|RETURNING)\s)"
    rf"|(?:REPLACE|INSERT\s+OR\s+REPLACE)\s+INTO\s+{NAME.format('r')}(?=[\s(]))",
    re.IGNORECASE,
)
LEADING = re.compile(r"(?:\s+|/\*(?!!|M!).*?\*/|--[^\n]*\n)*", re.DOTALL)
WORD = re.compile(r"[A-Za-z]+")
READS = {
    *(
        "SELECT",
        "SHOW",
        "DESCRIBE",
        "DESC",
        "EXPLAIN",
        "ANALYZE",
        "WITH",
        "VALUES",
        "PRAGMA",
        "CHECK",
    ),
    *(
        "BEGIN",
        "START",
        "SAVEPOINT",
        "RELEASE",
        "ROLLBACK",
        "SET",
        "USE",
        "FLUSH",
        "KILL",
        "UNLOCK",
    ),
    *("CHECKSUM", "OPTIMIZE", "VACUUM", "ATTACH", "DETACH"),
}
# What these begin may still change rows: MariaDB's ANALYZE UPDATE, SET STATEMENT … FOR UPDATE t.
CHANGING = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE|EXECUTE|CALL)\b", re.IGNORECASE)
LOOKED_INTO = frozenset({"WITH", "ANALYZE", "SET", "EXPLAIN"})
# The server commits along with these, also what was written before.
COMMITTING = frozenset(
    {"CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "COMMIT", "LOCK", "LOAD", "XA"}
)
TOKEN = re.compile(
    r"""/\*.*?\*/|--[^\n]*|'(?:[^'\\]|\\.|'')*'|`(?P<back>[^`]+)`|"(?P<double>[^"]+)"|(?P<word>\w+)|\S""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Effect:
    """What a statement changes."""

    table: str  # in small letters; EVERYTHING where it cannot be told
    deletes: bool = False  # rows go: what refers to them may go as well
    commits: bool = False  # at once, whatever the transaction does


def effect(statement: str) -> Effect | None:
    """None: it changes no rows."""
    if statement.startswith("SELECT"):
        return None
    if (found := HEAD.match(statement)) and found.lastgroup:
        kind, name = found.lastgroup[0], found[found.lastgroup]
        return Effect(name.lower(), deletes=kind in "dr")
    return other(statement)


def other(statement: str) -> Effect | None:
    start = LEADING.match(statement)
    begins = start.end() if start else 0
    if begins and HEAD.match(statement, begins):
        return effect(statement[begins:])
    word = WORD.match(statement, begins)
    verb = word[0].upper() if word else ""
    if verb in READS and not (verb in LOOKED_INTO and CHANGING.search(statement)):
        return None
    if verb == "" and statement[begins : begins + 1] == "(":
        return None  # (SELECT …) UNION (SELECT …)
    return Effect(EVERYTHING, deletes=True, commits=verb in COMMITTING)


MADE_UP = "with "  # before a name that the statement itself gives to a query


@lru_cache(maxsize=500)
def tables_read(statement: str) -> frozenset[str]:
    """The names after FROM and JOIN, in small letters, and those that a WITH makes up, marked so."""
    words = list(tokens(statement))
    sources = Sources()
    for text, is_quoted in words:
        sources.take(text, "" if is_quoted else text.upper())
    made_up = {
        MADE_UP + named_before(words, at)
        for at in range(1, len(words) - 1)
        if words[at][0].upper() == "AS" and words[at + 1][0] == "("
    }
    return frozenset(sources.names | made_up)


class Sources:
    """Goes along the words; knows whether the next one may be the name of a table."""

    NO_SOURCES = frozenset({"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR"})  # their FROM is another
    ENDS = frozenset(
        {"SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "WINDOW", "SET"}
    )

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._around: list[str] = []
        self._at = ""  # expects | follows: in a list of sources | inert
        self._just_named = False
        self._last = ""

    def take(self, text: str, word: str) -> None:
        just_named, self._just_named = self._just_named, False
        if text in ("(", ")", ",", "."):
            self._punctuation(text, just_named=just_named)
        elif word in ("FROM", "JOIN", "STRAIGHT_JOIN"):
            self._at = self._at if self._at == "inert" else "expects"
        elif word in self.ENDS:
            self._at = ""
        elif self._at == "expects" and word not in ("LATERAL", "ONLY"):
            self.names.add(text.lower())
            self._at, self._just_named = "follows", True
        self._last = word or text

    def _punctuation(self, text: str, *, just_named: bool) -> None:
        if text == "(":
            self._open()
        elif text == ")":
            self._at = self._around.pop() if self._around else ""
        elif self._at == "follows" and text == ",":
            self._at = "expects"
        elif just_named and text == ".":
            self.names.discard(self._last.lower())  # it was a schema: the table comes next
            self._at = "expects"

    def _open(self) -> None:
        self._around.append("follows" if self._at == "expects" else self._at)
        if self._last in self.NO_SOURCES:
            self._at = "inert"
        elif self._at != "expects":
            self._at = ""


def named_before(words: list[tuple[str, bool]], at: int) -> str:
    """The name before AS, past the columns it may list."""
    back = at - 1
    if words[back][0] == ")":
        while back > 0 and words[back][0] != "(":
            back -= 1
        back -= 1
    return words[max(back, 0)][0].lower()


def tokens(statement: str) -> Iterator[tuple[str, bool]]:
    """(text, whether it stands in quotes); without comments and values."""
    for found in TOKEN.finditer(statement):
        if name := found["back"] or found["double"]:
            yield name, True
        elif not found[0].startswith(("/*", "--", "'")):
            yield found[0], False
