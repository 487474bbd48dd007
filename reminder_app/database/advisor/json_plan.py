"""EXPLAIN FORMAT=JSON of MySQL and of MariaDB, as one tree.

Both are nested objects whose keys say what is done. They differ in names and depth, not in kind: a key
that is known becomes a step, all others are looked through for those that are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reminder_app.database.advisor.access_words import described
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.advisor.plan import Plan, Step, costs, without_values

# key: (what it is called when it sorts or keeps rows, and when it does not)
OPERATIONS = {
    "ordering_operation": ("Sort", "In the order of the index"),
    "grouping_operation": ("Group", "Group, in the order of the index"),
    "duplicates_removal": ("Leave out doubles", "Leave out doubles"),
    "windowing": ("Work out the windows", "Work out the windows"),
    "window_functions_computation": ("Work out the windows", "Work out the windows"),
    "buffer_result": ("Keep the result aside", "Keep the result aside"),
    "filesort": ("Sort", "Sort"),
    "temporary_table": ("Keep the rows in a temporary table", ""),
    "union_result": ("Put the answers together", "Put the answers together"),
    "materialized": ("Work out first, and keep", ""),
    "materialized_from_subquery": ("Work out first, and keep", ""),
    "expression_cache": ("For each row, unless the answer is known already", ""),
}
SORTS = {"filesort"}
KEEPS = {"temporary_table", "materialized", "materialized_from_subquery"}
MESSAGES = {
    "impossible where": "No row can match: a condition is never true",
    "no matching": "No row matches: the server has looked already",
    "no tables used": "No table is read",
    "optimized away": "Answered from the index alone, without reading rows",
}


def plan_of(
    told: Mapping[str, Any],
    server: str,
    catalogue: Catalogue,
    names: Mapping[str, str] | None = None,
) -> Plan:
    block = told.get("query_block", told)
    steps = tuple(Reader(catalogue, names or {}).steps(block))
    root = steps[0] if len(steps) == 1 else Step("Row by row, one inside the other", children=steps)
    return Plan(root, server, number_of(block.get("cost_info", {}).get("query_cost")))


class Reader:
    """`names`: tables by what the query calls them."""

    def __init__(self, catalogue: Catalogue, names: Mapping[str, str]) -> None:
        self.catalogue, self.names = catalogue, names

    def steps(self, node: Any) -> Iterator[Step]:
        if isinstance(node, list):
            for one in node:
                yield from self.steps(one)
            return
        if not isinstance(node, Mapping):
            return
        if message := node.get("message"):
            yield Step(in_words(str(message)))
            return  # what stands beside it is empty
        for key, value in node.items():
            yield from self.step(key, value)

    def step(self, key: str, value: Any) -> Iterator[Step]:
        if key == "table" and isinstance(value, Mapping):
            yield self.table(value)
        elif key in OPERATIONS and isinstance(value, Mapping):
            yield from self.operation(key, value)
        elif key == "query_block" and isinstance(value, Mapping):
            yield from self.block(value)
        elif key.endswith("subqueries"):
            yield from self.inside(value)
        elif isinstance(value, Mapping | list):
            yield from self.steps(value)

    def block(self, node: Mapping[str, Any]) -> Iterator[Step]:
        """A query inside the query: a step of its own where it has several."""
        children = tuple(self.steps(node))
        if len(children) == 1:
            yield children[0]
        else:
            yield Step(f"Query {node.get('select_id', '')}".strip(), children=children)

    def inside(self, node: Any) -> Iterator[Step]:
        for one in node if isinstance(node, list) else [node]:
            is_again = isinstance(one, Mapping) and one.get("dependent") is True
            words = "For each row, a query of its own" if is_again else "A query of its own"
            yield Step(words, children=tuple(self.steps(one)))

    def operation(self, key: str, node: Mapping[str, Any]) -> Iterator[Step]:
        sorts = key in SORTS or node.get("using_filesort") is True
        keeps = key in KEEPS or node.get("using_temporary_table") is True
        children = tuple(self.steps(node))
        if key in UNSEEN and not (sorts or keeps):
            yield from children
            return
        words, otherwise = OPERATIONS[key]
        step = Step(words if sorts or keeps else otherwise or words, children=children)
        step = replace(step, kind="sort" if sorts else "temporary" if keeps else "step")
        if key not in UNSAID:
            step = replace(step, warnings=tuple(costs(children, sorts, keeps)))
        yield step

    def table(self, node: Mapping[str, Any]) -> Step:
        if "access_type" not in node:
            return Step(in_words(str(node.get("message", "Nothing is read"))))
        name = str(node.get("table_name", ""))
        step = Step(
            what="",
            table=self.names.get(name, name),
            access=str(node["access_type"]),
            key=str(node.get("key", "")),
            key_parts=tuple(node.get("used_key_parts", ())),
            rows=number_of(node.get("rows_examined_per_scan", node.get("rows"))),
            filtered=number_of(node.get("filtered")),
            cost=number_of(node.get("cost_info", {}).get("prefix_cost")),
            condition=without_values(
                " and ".join(
                    str(node[key])
                    for key in ("index_condition", "attached_condition")
                    if key in node
                )
            ),
            covers=bool(node.get("using_index")),
            children=tuple(self.inner(node)),
        )
        found = described(step, self.catalogue)
        return replace(found, what=f"{found.what}, as {name}") if step.table != name else found

    def inner(self, node: Mapping[str, Any]) -> Iterator[Step]:
        for key, value in node.items():
            if key in OPERATIONS or key.endswith("subqueries"):
                yield from self.step(key, value)


# Said by the step itself, or a part of every answer of this kind.
UNSAID = {"materialized", "materialized_from_subquery", "union_result"}
# Nothing is done: the rows come in this order.
UNSEEN = {"ordering_operation", "buffer_result"}


def in_words(message: str) -> str:
    lower = message.lower()
    return next((words for key, words in MESSAGES.items() if key in lower), message[:120])


def number_of(value: object) -> float | None:
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None
