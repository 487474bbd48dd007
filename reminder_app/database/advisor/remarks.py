"""What can be said of a query from its own words: why no index can help it as it is written."""

from collections.abc import Iterator

from sqlglot import exp

from reminder_app.database.advisor.catalogue import Catalogue, Column
from reminder_app.database.advisor.shape import RANGES, Scope, scopes

COMPARISONS = (exp.EQ, exp.NEQ, exp.In, exp.Between, exp.Like, *RANGES)
MANY_SKIPPED = 1_000


def remarks(tree: exp.Expr, catalogue: Catalogue) -> list[str]:
    found: list[str] = []
    for scope in scopes(tree, catalogue):
        for condition in scope.conditions():
            found += about(condition, scope)
        found += skipped(scope.select)
    return list(dict.fromkeys(found))


def about(condition: exp.Expr, scope: Scope) -> Iterator[str]:
    if not isinstance(condition, COMPARISONS):
        return
    yield from in_function(condition, scope)
    yield from wildcard(condition, scope)
    yield from cast(condition, scope)
    yield from joined(condition, scope)
    if isinstance(condition, RANGES) and isinstance(condition.this.unnest(), exp.Tuple):
        yield (
            "Compares several columns at once, (a, b) > (x, y): servers read everything for it. "
            "Write a >= x AND (a > x OR b > y)."
        )


def in_function(condition: exp.Expr, scope: Scope) -> Iterator[str]:
    side = condition.this
    if isinstance(side, exp.Column) or not isinstance(side, exp.Func | exp.Binary | exp.Cast):
        return
    for column in side.find_all(exp.Column):
        owner = scope.of(column)
        if owner and has_index(scope, owner):
            yield (
                f"{owner[1].name} stands inside {side.key.upper()}: its index cannot be used. "
                "Compare the column itself with a range."
            )
            return


def has_index(scope: Scope, owner: tuple[str, Column]) -> bool:
    indexes = scope.tables[owner[0]].indexes
    return any(owner[1].name in index.columns for index in indexes)


def wildcard(condition: exp.Expr, scope: Scope) -> Iterator[str]:
    if not isinstance(condition, exp.Like) or not isinstance(condition.expression, exp.Literal):
        return
    owner = scope.of(condition.this)
    if owner and condition.expression.name.startswith(("%", "_")):
        yield f"Looks for what {owner[1].name} contains, not for how it begins: no index serves that."


def cast(condition: exp.Expr, scope: Scope) -> Iterator[str]:
    owner = scope.of(condition.this)
    values = (
        condition.expressions
        if isinstance(condition, exp.In)
        else [condition.args.get("expression")]
    )
    numbers = [v for v in values if isinstance(v, exp.Literal) and not v.is_string]
    if owner and owner[1].kind == "text" and numbers:
        yield (
            f"Compares the text {owner[1].name} with a number: each row is turned into one, and no "
            "index can be used. Write the number as a text."
        )


def joined(condition: exp.Expr, scope: Scope) -> Iterator[str]:
    if not isinstance(condition, exp.EQ):
        return
    left, right = scope.of(condition.this), scope.of(condition.expression)
    if not left or not right:
        return
    ours, theirs = left[1], right[1]
    if {ours.kind, theirs.kind} in ({"text", "number"}, {"text", "binary"}):
        yield f"Joins {ours.name} ({ours.type}) with {theirs.name} ({theirs.type}): no index serves both."
    elif ours.collation and theirs.collation and ours.collation != theirs.collation:
        yield (
            f"Joins {ours.name} and {theirs.name}, whose collations differ ({ours.collation}, "
            f"{theirs.collation}): an index may not be used."
        )


def skipped(select: exp.Select) -> Iterator[str]:
    offset = select.args.get("offset")
    value = offset.expression if offset else None
    if isinstance(value, exp.Literal) and value.name.isdigit() and int(value.name) >= MANY_SKIPPED:
        yield (
            f"Reads {int(value.name):,} rows only to pass them over (OFFSET): go on from the last row "
            "seen instead."
        )
