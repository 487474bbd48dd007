"""Steps of a migration that are passed over when they are done already.

MySQL commits every one at once: a run that stopped half-way (a lock not had in time) starts again
from the revision's first. Tables need none: `create_table(…, if_not_exists=True)`.
"""

from collections.abc import Sequence
from typing import Any

from alembic import op
from sqlalchemy import Column, inspect


def add_column(table: str, column: Column[Any]) -> None:
    if is_written_out() or not has_column(table, column.name):
        op.add_column(table, column)


def drop_column(table: str, name: str) -> None:
    if is_written_out() or has_column(table, name):
        op.drop_column(table, name)


def create_index(name: str, table: str, columns: Sequence[str]) -> None:
    if is_written_out() or not has_index(table, name):
        op.create_index(name, table, columns)


def drop_index(name: str, table: str) -> None:
    if is_written_out() or has_index(table, name):
        op.drop_index(name, table)


def is_written_out() -> bool:
    """`flask db upgrade --sql`: there is no database to look at."""
    return op.get_context().as_sql


def has_column(table: str, name: str) -> bool:
    return name in {column["name"] for column in inspect(op.get_bind()).get_columns(table)}


def has_index(table: str, name: str) -> bool:
    return inspect(op.get_bind()).has_index(table, name)
