"""A query that the monitor has seen, made into one that can be explained.

It was kept without its values. For each of them one is taken that stands in the table, as a plan depends
on how often a value is there; it goes into the explanation and is shown nowhere. How an UPDATE or DELETE
finds its rows is explained as a SELECT with the same conditions.
"""

from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from reminder_app.database import clock
from reminder_app.database.advisor.catalogue import Catalogue, Column
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.shape import RANGES, Scope

Sample = Callable[[str, str], object]
LIST = "(?+)"
CUT = "…"
ANY = {
    "number": "1",
    "text": "'a'",
    "time": "'2026-01-01 00:00:00'",
    "binary": "x'00'",
    "json": "'{}'",
    "other": "1",
}
# What stands there says nothing about a row.
OF_PLACE: dict[type[Any], str] = {
    exp.Limit: "50",
    exp.Offset: "0",
    exp.Like: "'a%'",
    exp.Escape: "'|'",
}


def with_values(text: str, dialect: str, catalogue: Catalogue, sample: Sample) -> str:
    """`sample(table, column)` gives a value that stands there, or None. Raises Refused."""
    tree = as_select(read(text, dialect))
    for select in tree.find_all(exp.Select):
        select.set("locks", None)
        select.set("hint", None)
        fill(select, Scope(select, catalogue), sample, dialect)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(literal("1", dialect))
    return tree.sql(dialect=dialect, comments=False)


def read(text: str, dialect: str) -> exp.Expr:
    if CUT in text:
        raise Refused(
            "This query is too long to be kept as a whole: paste it to have it explained."
        )
    try:
        tree = sqlglot.parse_one(text.replace(LIST, "(?)"), read=dialect)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise Refused("This statement is not one that can be explained.") from error
    return tree


def as_select(tree: exp.Expr) -> exp.Expr:
    if isinstance(tree, exp.Insert):
        tree = tree.expression
    if isinstance(tree, exp.Query):
        return tree
    if not isinstance(tree, exp.Update | exp.Delete) or not isinstance(tree.this, exp.Table):
        raise Refused("This statement looks for no rows: there is nothing to explain.")
    select = exp.select("1").from_(tree.this.copy())
    for part in ("where", "order", "limit"):
        if tree.args.get(part):
            select.set(part, tree.args[part].copy())
    return select


def fill(select: exp.Select, scope: Scope, sample: Sample, dialect: str) -> None:
    for place in list(select.find_all(exp.Placeholder)):
        if place.find_ancestor(exp.Select) is not select:
            continue
        place.replace(literal(value_for(place, scope, sample), dialect))


def literal(sql: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read=dialect)


def value_for(place: exp.Expr, scope: Scope, sample: Sample) -> str:
    parent = place.parent
    if found := OF_PLACE.get(type(parent)):
        return found
    owner = compared_with(place, scope)
    if owner is None:
        return "1"
    alias, column = owner
    if column.kind == "time" and isinstance(parent, (*RANGES, exp.Between)):
        return f"'{clock.now().strftime('%Y-%m-%d %H:%M:%S.%f')}'"
    return written(sample(scope.tables[alias].name, column.name), column)


def compared_with(place: exp.Expr, scope: Scope) -> tuple[str, Column] | None:
    parent = place.parent
    while isinstance(parent, exp.Paren | exp.Tuple | exp.Neg):
        parent = parent.parent
    if parent is None:
        return None
    sides = [parent.this, parent.args.get("expression")]
    found = [scope.of(side) for side in sides if isinstance(side, exp.Column)]
    return next((owner for owner in found if owner), None)


def written(value: object, column: Column) -> str:
    """As it stands in a statement. What is not plain is not taken."""
    match value:
        case bool() | int() | float():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return f"x'{bytes(value)[:1000].hex()}'"
        case None:
            return ANY[column.kind]
    text = str(value)[:200]
    if not text.isprintable() or any(sign in text for sign in ("'", "\\", "/*", "*/", "--", "#")):
        return ANY[column.kind]
    return f"'{text}'"
