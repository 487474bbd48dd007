"""Whether a text may be explained, and the text that is sent instead of it.

What goes to the server is never what came in: it is written anew from the tree of what was understood,
every part of which is on a list (`allowed`). What the parser took for a comment is not in it.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from reminder_app.database.advisor import allowed
from reminder_app.database.advisor.raw_text import looked_at
from reminder_app.database.advisor.refusal import Refused

ROOTS = ("Select", "Union", "Intersect", "Except")
BEGINNING = re.compile(r"\(*\s*(SELECT|WITH)\b", re.IGNORECASE)
ONE_SELECT = "Only one SELECT is explained here."
SAID = {
    "Into": "It writes its rows somewhere (INTO): take that out.",
    "Lock": "It locks rows (FOR UPDATE, FOR SHARE): take that out, the plan stays the same.",
    "Parameter": "There is a variable in it: write a value instead.",
    "SessionParameter": "There is a variable of the server in it: write a value instead.",
    "PropertyEQ": "It sets a variable: take that out.",
    "Placeholder": "There is a placeholder in it: write a value instead.",
    "Introducer": "There is a character set in front of a value: take that out.",
    "Hint": "There is a hint in it: take that out.",
}


@dataclass(frozen=True)
class Query:
    """What may be explained. `sql` is written anew; nobody's own words reach the server."""

    sql: str
    tree: exp.Expr
    dialect: str  # sqlglot's name: mysql | sqlite
    tables: frozenset[str]


def checked(
    text: object, dialect: str, tables: Collection[str], secrets: Collection[str] = ()
) -> Query:
    """`tables` are those that may be named; `secrets` are columns that may not. Raises Refused."""
    return named(understood(text, dialect), dialect, tables, secrets)


def understood(text: object, dialect: str) -> exp.Expr:
    """All that can be said without knowing the tables: nobody asks the database about an attack."""
    tree = parsed(looked_at(text), dialect)
    functions = allowed.NAMED | (allowed.OF_SQLITE if dialect == "sqlite" else set())
    for node in tree.walk():
        admit(node, functions)
    return tree


def named(tree: exp.Expr, dialect: str, tables: Collection[str], secrets: Collection[str]) -> Query:
    found = admitted(tree, tables, secrets)
    sql = written(tree, dialect)
    # What was written anew has to be understood as the same: an escape that is lost in between is found here.
    if parsed(sql, dialect) != tree:
        raise Refused("This query cannot be written anew without a change: write it more simply.")
    return Query(sql, tree, dialect, found)


def parsed(text: str, dialect: str) -> exp.Expr:
    if not BEGINNING.match(text):
        raise Refused(f"{ONE_SELECT} This begins with something else.")
    try:
        trees = sqlglot.parse(text, read=dialect)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise Refused("This is not understood as a query: check how it is written.") from error
    if len(trees) != 1 or trees[0] is None:
        raise Refused(f"{ONE_SELECT} These are {len(trees)} statements.")
    tree: exp.Expr = trees[0]
    if type(tree).__name__ not in ROOTS:
        raise Refused(f"{ONE_SELECT} This is another statement ({tree.key.upper()}).")
    return tree


def written(tree: exp.Expr, dialect: str) -> str:
    try:
        return tree.sql(dialect=dialect, comments=False)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise Refused("This query cannot be written anew: write it more simply.") from error


def admitted(tree: exp.Expr, tables: Collection[str], secrets: Collection[str]) -> frozenset[str]:
    """The tables that are named in it. Raises Refused at the first name that is none of ours."""
    own = frozenset(cte.alias for cte in tree.find_all(exp.CTE))
    if own & set(tables):
        raise Refused("A part of WITH has the name of a table: give it another name.")
    if secrets:
        keep_secret(tree, secrets)
    found = frozenset(admit_table(table, tables, own) for table in tree.find_all(exp.Table))
    return found - own


def keep_secret(tree: exp.Expr, secrets: Collection[str]) -> None:
    """Neither by its name, wherever that stands, nor by a place in `*` that is given another one."""
    for name in tree.find_all(exp.Identifier):
        if name.name.lower() in secrets:
            raise Refused(f"The column {name.name} is a secret: a plan can tell what stands in it.")
    if any(alias.args.get("columns") for alias in tree.find_all(exp.TableAlias)):
        raise Refused("Name columns where they are selected, not behind the name of a table.")
    if any(is_compared(star, tree) for star in tree.find_all(exp.Star)):
        raise Refused("Name the columns inside of a part: with * a secret would be among them.")


def is_compared(star: exp.Star, tree: exp.Expr) -> bool:
    """What a query gives is not in its plan; what a part of it gives, the rest can ask about."""
    if isinstance(star.parent, exp.Count):
        return False
    select = star.find_ancestor(exp.Select)
    return select is not tree and not (select and isinstance(select.parent, exp.Exists))


def admit(node: exp.Expr, functions: Collection[str]) -> None:
    kind = type(node).__name__
    if kind == "Anonymous":
        if node.name.upper() not in functions:
            raise Refused(no_function(node.name))
    elif kind not in allowed.NODES and kind not in allowed.FUNCTIONS:
        raise Refused(
            no_function(node.key.upper())
            if isinstance(node, exp.Func)
            else SAID.get(kind, f"{ONE_SELECT} This has something else in it ({node.key.upper()}).")
        )
    if not CHECKS.get(kind, has_plain_words)(node):
        raise Refused(
            f"This part is not understood well enough to be explained ({node.key.upper()})."
        )


def no_function(name: str) -> str:
    return f"The function {name[:40]} is not on the list of those that are harmless to explain."


def admit_table(node: exp.Table, tables: Collection[str], own: Collection[str]) -> str:
    if node.args.get("db") or node.args.get("catalog"):
        raise Refused("Name tables without the database in front: only this one is looked at.")
    if not isinstance(node.this, exp.Identifier) or (
        node.name not in tables and node.name not in own
    ):
        raise Refused(f"There is no table {node.name[:64]} here.")
    return node.name


def texts(node: exp.Expr) -> Iterator[tuple[str, str]]:
    """What stands in a part as it was written, beside the parts below it."""
    for key, value in node.args.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield key, one


def has_plain_words(node: exp.Expr) -> bool:
    return all(text.upper() in allowed.WORDS for _, text in texts(node))


def is_named(_node: exp.Expr) -> bool:
    """Its name was looked at already."""
    return True


def is_select(node: exp.Expr) -> bool:
    return all(key in allowed.PARTS for key, value in node.args.items() if value)


def is_name(node: exp.Expr) -> bool:
    return bool(allowed.NAME.fullmatch(node.name))


def is_value(node: exp.Expr) -> bool:
    """The writer escapes a string; a number goes through as it is."""
    return bool(node.args.get("is_string") or allowed.NUMBER.fullmatch(node.name))


def is_hex(node: exp.Expr) -> bool:
    return bool(allowed.HEX.fullmatch(node.name))


def is_word(node: exp.Expr) -> bool:
    return node.name.upper() in allowed.WORDS


def is_type(node: exp.Expr) -> bool:
    kind = node.this
    return getattr(kind, "name", "") in allowed.TYPES


def is_plain_column(node: exp.Expr) -> bool:
    return not any(node.args.get(key) for key in ("db", "catalog", "join_mark"))


def is_plain_table(node: exp.Expr) -> bool:
    return {key for key, value in node.args.items() if value} <= {"this", "alias", "db", "catalog"}


def is_plain_with(node: exp.Expr) -> bool:
    """One that calls itself may do so for ever."""
    return not node.args.get("recursive")


CHECKS: dict[str, Callable[[Any], bool]] = {
    "Anonymous": is_named,
    "Select": is_select,
    "Identifier": is_name,
    "Literal": is_value,
    "HexString": is_hex,
    "Var": is_word,
    "DataType": is_type,
    "Column": is_plain_column,
    "Table": is_plain_table,
    "With": is_plain_with,
}
