"""What the models say a database is, in plain words."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import desc_op
from sqlalchemy.types import TypeEngine

from reminder_app.database import capabilities
from reminder_app.database.migrations import plain_words

Fact = tuple[str, str]


def facts(metadata: MetaData, connection: Connection) -> dict[str, str]:
    reader = Reader(connection)
    return dict(fact for table in metadata.tables.values() for fact in reader.of_table(table))


class Reader:
    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        row = capabilities.of(connection)
        self.is_server, self.json_is_text = row.is_server, row.json_is_text

    def of_table(self, table: Table) -> Iterator[Fact]:
        options = table.dialect_options["mysql"]
        engine, collation = options.get("engine"), options.get("collate")
        yield f"table {table.name}", f"{engine} {collation}".lower() if self.is_server else "there"
        keys = [column.name for column in table.primary_key.columns]
        yield f"primary key {table.name}", ", ".join(keys)
        for column in table.columns:
            yield from self.of_column(column, collation)
        for index in table.indexes:
            unique = "unique " if index.unique else ""
            yield f"index {table.name}.{index.name}", unique + ", ".join(self.parts(index))
        for constraint in table.constraints:
            yield from self.of_constraint(table.name, constraint)

    def of_column(self, column: Column[Any], collation: str | None) -> Iterator[Fact]:
        what = f"column {column.table.name}.{column.name}"
        yield what, f"{self.type_of(column.type)} {'null' if column.nullable else 'not null'}"
        if default := self.default_of(column):
            yield f"{what} default", default
        if column.computed is not None:
            kind = "stored" if column.computed.persisted else "virtual"
            said = str(column.computed.sqltext)
            yield f"{what} generated", f"{kind} {plain_words.expression(said)}"
        own = self.collation_of(column.type, collation)
        if self.is_server and own:
            yield f"{what} collation", own

    def type_of(self, type_: TypeEngine[Any]) -> str:
        said = str(type_.compile(self.dialect))
        if not self.is_server:
            return plain_words.sqlite_type(said)
        return plain_words.server_type(said, self.json_is_text)

    def collation_of(self, type_: TypeEngine[Any], of_table: str | None) -> str:
        here: Any = type_.dialect_impl(self.dialect)
        here = getattr(here, "impl_instance", here)
        is_text = isinstance(here, String | Enum)
        if self.json_is_text and self.type_of(type_) == "longtext":
            return ""  # nobody can tell it from JSON
        return str(getattr(here, "collation", None) or of_table or "") if is_text else ""

    def default_of(self, column: Column[Any]) -> str:
        given: Any = getattr(column.server_default, "arg", None)
        if given is None or column.computed is not None:
            return ""
        return plain_words.default(f"'{given}'" if isinstance(given, str) else str(given))

    def parts(self, index: Index) -> list[str]:
        lengths = index.dialect_options["mysql"].get("length") or {}
        return [self.part(one, lengths) for one in index.expressions]

    def part(self, given: Any, lengths: Any) -> str:
        is_down = isinstance(given, UnaryExpression) and given.modifier is desc_op
        inner = given.element if isinstance(given, UnaryExpression) else given
        if not isinstance(inner, Column):
            return plain_words.expression(str(inner))
        length = lengths.get(inner.name) if isinstance(lengths, dict) else lengths
        prefix = f"({length})" if length and self.is_server else ""
        return f"{inner.name}{prefix}{' desc' if is_down else ''}"

    def of_constraint(self, table: str, constraint: Any) -> Iterator[Fact]:
        match constraint:
            case UniqueConstraint():
                columns = [column.name for column in constraint.columns]
                yield f"index {table}.{constraint.name}", "unique " + ", ".join(columns)
            case ForeignKeyConstraint():
                yield f"foreign key {table}.{constraint.name}", of_key(constraint)
            case CheckConstraint() if constraint.name:
                yield f"check {table}.{constraint.name}", "there"


def of_key(key: ForeignKeyConstraint) -> str:
    others = [element.column.name for element in key.elements]
    on = (key.ondelete or "", key.onupdate or "")
    return plain_words.foreign_key(key.column_keys, key.referred_table.name, others, on)
