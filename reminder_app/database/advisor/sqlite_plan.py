"""EXPLAIN QUERY PLAN of SQLite, as the same tree. It names no rows: they are the catalogue's."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reminder_app.database.advisor.access_words import described
from reminder_app.database.advisor.catalogue import Catalogue, Table
from reminder_app.database.advisor.plan import Plan, Step, costs, said

ACCESS = re.compile(
    r"(?P<how>SCAN|SEARCH) (?P<table>\S+)"
    r"(?: USING (?P<made>AUTOMATIC )?(?:PARTIAL )?(?P<covers>COVERING )?INDEX (?P<key>\S+)"
    r"| USING (?P<primary>(?:INTEGER )?PRIMARY KEY))?"
    r"(?: \((?P<terms>.*?)\))?"
)
TERM = re.compile(r"(\w+)([<>=]=?)")
SORT = re.compile(r"USE TEMP B-TREE FOR (?:LAST TERM OF |RIGHT PART OF |LAST \d+ TERMS OF )?(.+)")
WORDS = {
    "MULTI-INDEX OR": "Put together what several indexes say",
    "COMPOUND QUERY": "Put the answers together",
    "LEFT-MOST SUBQUERY": "The first query",
    "CO-ROUTINE": "Work out as it is needed",
    "MATERIALIZE": "Work out first, and keep",
    "CORRELATED": "For each row",
    "SCALAR SUBQUERY": "Work out one value",
    "LIST SUBQUERY": "Work out a list once, and keep it",
    "BLOOM FILTER": "Pass over rows that cannot match",
    "SCAN CONSTANT ROW": "No table is read",
    "UNION": "Put the answers together, without doubles",
    "INDEX": "One index",
}
Rows = Sequence[tuple[int, int, int, str]]


def plan_of(rows: Rows, catalogue: Catalogue, names: Mapping[str, str] | None = None) -> Plan:
    """`names`: tables by what the query calls them."""
    below: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, parent, _, detail in rows:
        below[parent].append((number, detail))
    names = names or {}
    steps = tree(0, below, catalogue, names)
    root = steps[0] if len(steps) == 1 else Step("Row by row, one inside the other", children=steps)
    return Plan(root, "sqlite")


def tree(
    parent: int,
    below: Mapping[int, list[tuple[int, str]]],
    catalogue: Catalogue,
    names: Mapping[str, str],
) -> tuple[Step, ...]:
    return in_order(
        replace(step_of(detail, catalogue, names), children=tree(number, below, catalogue, names))
        for number, detail in below.get(parent, ())
    )


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """SQLite lists what it sorts by after the tables; as a tree, sorting stands around them."""
    found: tuple[Step, ...] = ()
    for step in steps:
        if step.kind == "sort":
            found = (replace(step, children=found, warnings=tuple(costs(found, True, False))),)
        else:
            found = (*found, step)
    return found


def step_of(detail: str, catalogue: Catalogue, names: Mapping[str, str]) -> Step:
    if match := SORT.match(detail):
        what = "Sort" if match[1] == "ORDER BY" else f"Sort, to {match[1].lower()}"
        return Step(what, kind="sort")
    match = ACCESS.match(detail)
    if match is None or detail.startswith("SCAN CONSTANT"):
        return Step(next((words for key, words in WORDS.items() if detail.startswith(key)), detail))
    return access(match, catalogue, names)


def access(match: re.Match[str], catalogue: Catalogue, names: Mapping[str, str]) -> Step:
    alias = match["table"]
    name = names.get(alias, alias)
    table = catalogue.get(name)
    parts = tuple(part for part, _ in TERM.findall(match["terms"] or ""))
    is_whole = match["how"] == "SCAN"
    key = "PRIMARY" if match["primary"] else primary_name(match["key"] or "", table)
    step = described(
        Step(
            what="",
            table=name,
            access=("index" if key else "ALL") if is_whole else reached(match["terms"] or ""),
            key=key,
            key_parts=parts,
            rows=float(guessed(table, key, parts, is_whole)),
            covers=bool(match["covers"]),
        ),
        catalogue,
    )
    step = replace(step, what=f"{step.what}, as {alias}") if alias != name else step
    if match["made"]:
        return said(step, f"Makes an index of {name} for this one query, each time it is run.")
    return step


def primary_name(key: str, table: Table | None) -> str:
    """A primary key that is no number is an index with a name of SQLite's own."""
    return (
        "PRIMARY" if table and key == f"sqlite_autoindex_{table.name}_1" and table.primary else key
    )


def reached(terms: str) -> str:
    return "range" if "<" in terms or ">" in terms else "ref"


def guessed(table: Table | None, key: str, parts: tuple[str, ...], is_whole: bool) -> int:
    """Rows it reads: of an index that ANALYZE knows, those of one value; else a tenth each."""
    if table is None or is_whole:
        return table.rows if table is not None else 0
    index = next((one for one in table.indexes if one.name == key), None)
    if index and index.is_unique and set(parts) >= set(index.columns):
        return 1
    known = index.distinct[len(parts) - 1 : len(parts)] if index and parts else ()
    if known and known[0]:
        return max(table.rows // known[0], 1)
    return max(table.rows // int(10 ** len(parts)), 1)
