"""Asks the server how it would run a query."""

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

import pymysql
from sqlglot import exp

from reminder_app.database import capabilities
from reminder_app.database.advisor import json_plan, sqlite_plan
from reminder_app.database.advisor.catalogue import Catalogue
from reminder_app.database.advisor.guard import Query
from reminder_app.database.advisor.plan import Plan
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.session import Cursor, Explainers
from reminder_app.database.capabilities import Capabilities

ESCAPE, KNOWN = re.compile(r"\\(.)", re.DOTALL), '"\\/bfnrtu'
# What a server's refusal is called here: its own words may hold values out of rows.
SAID = {
    1052: "A column stands in more than one of the tables: write the table in front of it.",
    1054: "There is no such column in these tables.",
    1055: "A column is selected that is not grouped by.",
    1056: "This cannot be grouped by.",
    1064: "The server does not understand this query.",
    1066: "Two tables have the same name in it: give one another name.",
    1111: "A sum or count stands where none may.",
    1142: "The account that explains may not read one of these tables.",
    1143: "The account that explains may not read one of these columns.",
    1146: "There is no such table.",
    1222: "The parts of the union have different numbers of columns.",
    1241: "One value is needed where there are several columns.",
    1247: "A name is used before it is known.",
    1248: "A query in FROM needs a name.",
    1267: "Texts of two collations are compared.",
    1317: "The server took too long to plan this query.",
    1365: "It divides by zero.",
    1370: "The account that explains may not call functions.",
    1582: "A function has the wrong number of values.",
    1792: "It would have written something: the server refused it.",
    1969: "The server took too long to plan this query.",
    2013: "The server took too long to plan this query.",
    3024: "The server took too long to plan this query.",
}  # fmt: skip


def explain(query: Query, explainers: Explainers, catalogue: Catalogue) -> Plan:
    """Raises Refused where the server will not."""
    server = capabilities.of(explainers.engine)
    try:
        with explainers.read_only() as cursor:
            return asked(cursor, query, server, catalogue)
    except pymysql.err.MySQLError as error:
        raise Refused(in_our_words(error)) from error
    except sqlite3.Error as error:
        raise Refused(of_sqlite(str(error))) from error


def asked(cursor: Cursor, query: Query, server: Capabilities, catalogue: Catalogue) -> Plan:
    """No values are passed: the driver would take the query's own % for places to put them."""
    cursor.execute(f"{server.explain} {query.sql}")
    rows, names = cursor.fetchall(), aliases(query.tree)
    if not server.is_server:
        return sqlite_plan.plan_of([tuple(row) for row in rows], catalogue, names)
    told = of_json("".join(row[0] for row in rows))
    return json_plan.plan_of(told, server.name, catalogue, names)


def of_json(text: str) -> Mapping[str, Any]:
    """MariaDB puts its own escapes into it (\\'), which JSON does not know."""
    told: Mapping[str, Any] = json.loads(
        ESCAPE.sub(lambda found: found[0] if found[1] in KNOWN else found[1], text), strict=False
    )
    return told


def aliases(tree: exp.Expr) -> dict[str, str]:
    """Tables by what the query calls them."""
    return {table.alias_or_name: table.name for table in tree.find_all(exp.Table)}


def in_our_words(error: pymysql.err.MySQLError) -> str:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return SAID.get(number, f"The server refuses to explain this query (error {number}).")


def of_sqlite(words: str) -> str:
    for sign, number in (("no such column", 1054), ("no such table", 1146), ("ambiguous", 1052)):
        if sign in words:
            return SAID[number]
    return "The database refuses to explain this query."
