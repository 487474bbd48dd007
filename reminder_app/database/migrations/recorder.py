"""What a revision would do on MySQL, written down instead of done. No database is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from types import ModuleType
from typing import Any

from alembic.ddl.mysql import MySQLImpl
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import TextClause
from sqlalchemy.schema import Column, CreateTable, DropTable

from reminder_app.database.migrations import marks
from reminder_app.database.migrations.algorithms import NAME, plain
from reminder_app.database.migrations.marks import Marks
from reminder_app.database.migrations.quietly import quietly

WRITES_ROWS = re.compile(
    r"\s*(?:/\*.*?\*/\s*)*(INSERT|REPLACE|UPDATE|DELETE|LOAD)\b"
    rf"(?:\s+(?:IGNORE|INTO|FROM|LOW_PRIORITY|DATA))*\s+{NAME}",
    re.IGNORECASE | re.DOTALL,
)
CHANGES_SCHEMA = re.compile(
    r"\s*(?:/\*.*?\*/\s*)*(ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE|GRANT|REVOKE)\b", re.I | re.S
)
OF_TABLE = re.compile(rf"\b(?:TABLE|ON)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?{NAME}", re.I)


@dataclass(frozen=True)
class Step:
    """kind: create table, drop table, rename table, add column, drop column, alter column,
    create index, drop index, add constraint, drop constraint, rows, raw."""

    kind: str
    table: str
    name: str = ""  # of the column, the index, the constraint
    item: Any = None  # SQLAlchemy's object, the statement, or the arguments of alter_column
    marks: Marks = field(default_factory=marks.current)

    def __str__(self) -> str:
        return f"{self.table}.{self.name}" if self.name else self.table


class Recorder(MySQLImpl):
    """Without a __dialect__ of its own: it takes nobody's place."""

    steps: list[Step]

    def note(self, kind: str, table: Any, name: Any = "", item: Any = None) -> None:
        self.steps.append(Step(kind, str(table), str(name or ""), item))

    def _exec(self, construct: Any, *_: Any, **__: Any) -> None:
        match construct:
            case CreateTable():
                self.create_table(construct.element)
            case DropTable():
                self.drop_table(construct.element)
            case str() | TextClause():
                self.note_statement(str(construct))
            case _:
                self.note_statement(str(construct.compile(dialect=self.dialect)))

    def note_statement(self, statement: str) -> None:
        if found := WRITES_ROWS.match(statement):
            self.note("rows", plain(found[2]), item=statement)
        elif CHANGES_SCHEMA.match(statement):
            table = OF_TABLE.search(statement)
            created = re.match(r"\s*CREATE\s+TABLE\b", statement, re.I)
            kind = "create raw table" if created else "raw"
            self.note(kind, plain(table[1]) if table else "", item=statement)

    def add_column(self, table_name: str, column: Column[Any], **_: Any) -> None:
        self.note("add column", table_name, column.name, column)

    def drop_column(self, table_name: str, column: Column[Any], **_: Any) -> None:
        self.note("drop column", table_name, column.name, column)

    def alter_column(self, table_name: str, column_name: str, **changes: Any) -> None:
        self.note("alter column", table_name, column_name, changes)

    def create_table(self, table: Any, **options: Any) -> None:
        self.note("create table", table.name, item=(table, options))
        for index in table.indexes:
            self.create_index(index)

    def drop_table(self, table: Any, **options: Any) -> None:
        self.note("drop table", table.name, item=options.get("if_exists"))

    def rename_table(self, old_table_name: Any, new_table_name: Any, schema: Any = None) -> None:
        self.note("rename table", old_table_name, item=new_table_name)

    def create_index(self, index: Any, **_: Any) -> None:
        self.note("create index", index.table.name, index.name, index)

    def drop_index(self, index: Any, **_: Any) -> None:
        self.note("drop index", index.table.name if index.table is not None else "", index.name)

    def add_constraint(self, const: Any, **_: Any) -> None:
        self.note("add constraint", const.table.name, const.name, const)

    def drop_constraint(self, const: Any, **_: Any) -> None:
        self.note("drop constraint", const.table.name, const.name, const)

    def bulk_insert(self, table: Any, rows: Any, multiinsert: bool = True) -> None:
        self.note("rows", table.name, item=f"INSERT INTO {table.name} VALUES")


def steps_of(module: ModuleType, way: str) -> list[Step]:
    """`way` is upgrade or downgrade. Raises whatever a revision raises that wants a database."""
    options = {"as_sql": True, "output_buffer": StringIO(), "render_as_batch": True}
    with quietly():
        context = MigrationContext.configure(dialect_name="mysql", opts=options)
    recorder = Recorder(context.dialect, None, True, None, StringIO(), options)
    recorder.steps = []
    context.impl = recorder
    with Operations.context(context):
        getattr(module, way)()
    return recorder.steps


def tables_touched(steps: list[Step]) -> Iterator[str]:
    """Those that are there before."""
    created = set[str]()
    for step in steps:
        if step.kind.startswith("create") and step.kind.endswith("table"):
            created.add(step.table)
        elif step.table and step.table not in created:
            yield step.table
