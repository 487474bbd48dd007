"""Steps of a migration that are passed over when they are done already.

MySQL commits every one at once: a run that stopped half-way (a lock not had in time) starts again
from the revision's first. Tables need none: `create_table(…, if_not_exists=True)`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

from alembic import op
from sqlalchemy import Column, Connection, inspect, text
from sqlalchemy.types import TypeEngine

from reminder_app.database.migrations import marks
from reminder_app.database.migrations.refusals import RowsInTheWay
from reminder_app.database.relationships import orphans

P = ParamSpec("P")


def guarded(step: Callable[P, None]) -> Callable[P, None]:
    @wraps(step)
    def take(*args: P.args, **kwargs: P.kwargs) -> None:
        with marks.marked(is_guarded=True):
            step(*args, **kwargs)

    return take


@contextmanager
def may_copy(why: str) -> Iterator[None]:
    """For a change that no server makes in place, of a table so small that a copy does no harm."""
    with marks.marked(copies_because=why):
        yield


@guarded
def add_column(table: str, column: Column[Any]) -> None:
    if is_written_out() or not has_column(table, column.name):
        op.add_column(table, column)


@guarded
def drop_column(table: str, name: str) -> None:
    if is_written_out() or has_column(table, name):
        op.drop_column(table, name)


@guarded
def create_index(name: str, table: str, columns: Sequence[str]) -> None:
    if is_written_out() or not has_index(table, name):
        op.create_index(name, table, columns)


@guarded
def drop_index(name: str, table: str) -> None:
    if is_written_out() or has_index(table, name):
        op.drop_index(name, table)


@guarded
def create_unique_constraint(name: str, table: str, columns: Sequence[str]) -> None:
    """Raises RowsInTheWay while rows share a value: the server would say so after all the work."""
    if not is_written_out():
        if name in names(inspect(op.get_bind()).get_unique_constraints(table)):
            return
        refuse_repeated(table, columns)
    with marks.marked(is_checked=True), op.batch_alter_table(table) as batch:
        batch.create_unique_constraint(name, list(columns))


@guarded
def create_foreign_key(
    name: str,
    table: str,
    other: str,
    columns: Sequence[str],
    other_columns: Sequence[str],
    **how: Any,
) -> None:
    """In place, as a server only does it unchecked: so the rows are looked at, before and after.

    Raises RowsInTheWay where rows point at none. `how` is Alembic's: ondelete, …
    """
    reference = orphans.Reference(table, tuple(columns), other, tuple(other_columns))
    if not is_written_out():
        if name in names(inspect(op.get_bind()).get_foreign_keys(table)):
            return
        refuse_orphans(reference)
    with marks.marked(is_checked=True), unchecked(), op.batch_alter_table(table) as batch:
        batch.create_foreign_key(name, other, list(columns), list(other_columns), **how)
    if not is_written_out() and not is_sqlite():
        try:
            refuse_orphans(reference)  # written while the key was built
        except RowsInTheWay:
            op.drop_constraint(name, table, type_="foreignkey")
            raise


@guarded
def set_not_null(table: str, column: str, type_: TypeEngine[Any], **existing: Any) -> None:
    """Raises RowsInTheWay while rows have no value: fill them first, in a revision before."""
    if not is_written_out():
        bind = op.get_bind()
        if not {one["name"]: one["nullable"] for one in inspect(bind).get_columns(table)}[column]:
            return
        refuse_rows(table, f"{quoted(column)} IS NULL", f"have no {column}: fill them first")
    with marks.marked(is_checked=True), op.batch_alter_table(table) as batch:
        batch.alter_column(column, existing_type=type_, nullable=False, **existing)


def is_written_out() -> bool:
    """`flask db upgrade --sql`: there is no database to look at."""
    return op.get_context().as_sql


def is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def has_column(table: str, name: str) -> bool:
    return name in names(inspect(op.get_bind()).get_columns(table))


def has_index(table: str, name: str) -> bool:
    return inspect(op.get_bind()).has_index(table, name)


def names(reflected: Sequence[Any]) -> set[str]:
    return {one["name"] for one in reflected}


def quoted(name: str) -> str:
    return str(op.get_context().dialect.identifier_preparer.quote(name))


@contextmanager
def unchecked() -> Iterator[None]:
    """This session alone: others' rows are checked as soon as the key is there."""
    if is_sqlite():
        yield
        return
    op.execute("SET foreign_key_checks=0")
    try:
        yield
    finally:
        op.execute("SET foreign_key_checks=1")


def refuse_orphans(reference: orphans.Reference) -> None:
    if many := orphans.count(op.get_bind(), reference):
        raise RowsInTheWay(
            f"{many} rows of {reference.table} point at rows of {reference.other} that are not there "
            f"({', '.join(reference.columns)}): mend them first. `flask verify-relationships` "
            "shows some."
        )


def refuse_repeated(table: str, columns: Sequence[str]) -> None:
    listed = ", ".join(quoted(name) for name in columns)
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in columns)
    query = (
        f"SELECT COUNT(*) FROM (SELECT 1 FROM {quoted(table)} WHERE {present} "  # noqa: S608
        f"GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1000) AS repeated"
    )
    if many := counted(op.get_bind(), query):
        raise RowsInTheWay(
            f"{many} values of {', '.join(columns)} are in {table} more than once: keep one of each "
            "first."
        )


def refuse_rows(table: str, where: str, why: str) -> None:
    query = f"SELECT COUNT(*) FROM (SELECT 1 FROM {quoted(table)} WHERE {where} LIMIT 1000) AS some"  # noqa: S608
    if many := counted(op.get_bind(), query):
        raise RowsInTheWay(f"{many} rows of {table} {why}.")


def counted(bind: Connection, query: str) -> int:
    return int(bind.execute(text(query)).scalar_one())
