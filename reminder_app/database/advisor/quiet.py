"""Statements past the engine's events: what is looked at here is not the application's work."""

from typing import Any

from sqlalchemy import Connection


def rows(connection: Connection, sql: str) -> list[Any]:
    """No values are passed: the driver leaves every % as it is. Raises the driver's errors."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
        return list(cursor.fetchall())
    finally:
        cursor.close()
