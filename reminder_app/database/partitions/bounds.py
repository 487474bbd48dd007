"""What is kept by the month is read within bounds of time: without one, a query looks into every month.

A bound is a comparison of the id, which begins with the time. Asked of every statement, so for tests;
of requests and units of work alone: what a test itself reads is its own affair.
"""

import re
from collections.abc import Collection
from typing import Any

from flask import has_app_context, has_request_context
from sqlalchemy import Connection, Engine, event

from reminder_app.database.audit.watching import UNAUDITED
from reminder_app.database.unit import unit_at_work

BOUND = re.compile(r"(?<!_)\bid\b[`\"]?\s*(?:=|<|>|IN\b|BETWEEN\b)", re.IGNORECASE)
NAMED_PARTITION = re.compile(r"\bPARTITION\s*\(", re.IGNORECASE)


class Unbounded(Exception):
    """Say from when on: `.where(Model.id >= lowest_id(since))`."""


def require(engine: Engine, tables: Collection[str]) -> None:
    """From now on a SELECT of these tables without a bound raises Unbounded."""
    named = re.compile(
        r"\b(?:FROM|JOIN)\s+[`\"]?(" + "|".join(sorted(tables)) + r")\b", re.IGNORECASE
    )

    def check(
        connection: Connection, _cursor: Any, sql: str, _given: Any, context: Any, _many: bool
    ) -> None:
        found = named.search(sql)
        if not found or is_bound(sql) or not sql.lstrip(" (").upper().startswith("SELECT"):
            return
        if is_at_work() and not connection.get_execution_options().get(UNAUDITED):
            raise Unbounded(f"{found[1]} is kept by the month, and this reads all of them: {sql}")

    event.listen(engine, "before_cursor_execute", check)


def is_at_work() -> bool:
    return has_request_context() or (has_app_context() and unit_at_work() is not None)


def is_bound(sql: str) -> bool:
    _, _, condition = sql.partition("WHERE")
    return bool(BOUND.search(condition) or NAMED_PARTITION.search(sql))
