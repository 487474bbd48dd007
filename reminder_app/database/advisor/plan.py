"""How a query will be run, as one tree for all servers, in words that a person can read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

WHOLE_TABLE, WHOLE_INDEX = "ALL", "index"
# Reading all of a table is right while it is small.
FEW_ROWS = 500
VALUE = re.compile(
    r"\b(?:x|_\w+|TIMESTAMP|DATE|TIME)?'(?:[^'\\]|\\.|'')*'|'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\""
    r"|\b0x[0-9a-f]+|\b\d+(?:\.\d+)?\b",
    re.IGNORECASE,
)
SCHEMA = re.compile(r"\b\w+\.(?=\w+\.\w)")


@dataclass(frozen=True)
class Step:
    """`rows` are those it reads each time it is run, `filtered` the per cent it keeps."""

    what: str
    kind: str = "step"  # table | sort | temporary | step
    table: str = ""
    access: str = ""
    key: str = ""
    key_parts: tuple[str, ...] = ()
    rows: float | None = None
    filtered: float | None = None
    cost: float | None = None
    condition: str = ""
    covers: bool = False  # the index has all that is asked for
    warnings: tuple[str, ...] = ()
    children: tuple["Step", ...] = ()

    def walk(self) -> Iterator["Step"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def as_dict(self) -> dict[str, Any]:
        """What there is of it, for JSON."""
        found = {
            name: getattr(self, name)
            for name in (
                "what", "table", "access", "key", "rows", "filtered", "cost", "condition"
            )
            if getattr(self, name) not in (None, "")
        }  # fmt: skip
        for name in ("key_parts", "warnings"):
            if told := getattr(self, name):
                found[name] = list(told)
        if self.covers:
            found["covers"] = True
        return found | ({"children": [c.as_dict() for c in self.children]} if self.children else {})


@dataclass(frozen=True)
class Plan:
    root: Step
    server: str  # sqlite | mariadb | mysql
    cost: float | None = None  # None: this server names none

    @property
    def warnings(self) -> list[str]:
        """All of them once, in the order of the tree."""
        return list(dict.fromkeys(told for step in self.root.walk() for told in step.warnings))

    @property
    def tables(self) -> list[Step]:
        return [step for step in self.root.walk() if step.kind == "table"]

    @property
    def examined(self) -> float:
        """Rows that are read in all, as far as the server guesses: of a join, row by row."""
        return examined(self.root)

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        return frozenset((step.table, step.key) for step in self.tables if step.key)

    def has(self, kind: str) -> bool:
        return any(step.kind == kind for step in self.root.walk())

    def as_dict(self) -> dict[str, Any]:
        return {
            "server": self.server,
            "cost": self.cost,
            "rows_examined": round(self.examined),
            "warnings": self.warnings,
            "tree": self.root.as_dict(),
        }


def examined(step: Step) -> float:
    """Tables that stand side by side are one loop in another."""
    total, times = step.rows or 0.0 if step.kind == "table" else 0.0, 1.0
    for child in step.children:
        total += times * examined(child)
        times *= kept(child)
    return total


def kept(step: Step) -> float:
    """How often what follows is run for what this gives."""
    if step.kind == "table":
        return max((step.rows or 1.0) * (step.filtered or 100.0) / 100, 0.01)
    found = 1.0
    if step.kind in ("sort", "temporary"):
        for child in step.children:
            found *= kept(child)
    return found


def without_values(condition: str) -> str:
    """A plan shows what was compared, never with what: servers put in what they read from a row."""
    return SCHEMA.sub("", VALUE.sub("?", condition.replace("`", "")))[:400]


def costs(children: Iterable[Step], sorts: bool, keeps: bool) -> Iterator[str]:
    """What is to be said of sorting and keeping rows: of a few, nothing."""
    rows = max((step.rows or 0 for child in children for step in child.walk()), default=0)
    if sorts and rows >= FEW_ROWS:
        yield f"Sorts {number(rows)} rows after reading them: no index has them in this order."
    if keeps and rows >= FEW_ROWS:
        yield f"Builds a temporary table of {number(rows)} rows or fewer."


def number(count: float) -> str:
    return f"{round(count):,}"


def said(step: Step, more: str) -> Step:
    return replace(step, warnings=(*step.warnings, more))
