"""Which changes of a column a server makes in place, and which copy the table."""

from typing import Any

from sqlalchemy import Column, Computed, DateTime, Enum, String
from sqlalchemy.dialects import mysql
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from reminder_app.database.migrations.recorder import Step

DIALECT = mysql.dialect()
BYTES_OF_A_CHARACTER = 4  # utf8mb4
ONE_LENGTH_BYTE = 255  # up to here a VARCHAR's length is one byte, above it two
# Taken when the row is changed by the server, without looking at any row there is.
CONSTANT_FUNCTIONS = ("current_timestamp", "now(", "null", "true", "false")


def written(type_: TypeEngine[Any]) -> str:
    return str(type_.compile(DIALECT)).upper()


def real(type_: Any) -> Any:
    """What a decorated type is on MySQL."""
    return type_.dialect_impl(DIALECT) if isinstance(type_, TypeEngine) else type_


def is_required(column: Column[Any]) -> bool:
    has_value = column.server_default is not None or column.computed is not None
    return not column.nullable and not has_value and not counts_up(column)


def counts_up(column: Column[Any]) -> bool:
    return column.autoincrement is True


def is_stored(column: Column[Any]) -> bool:
    return isinstance(column.computed, Computed) and column.computed.persisted is True


def has_expression(column: Column[Any]) -> bool:
    default: Any = getattr(column.server_default, "arg", None)
    if default is None or isinstance(default, str):
        return False
    said = str(default).strip().lower()
    is_literal = said.lstrip("-").replace(".", "").isdigit() or said[:1] == "'"
    return not is_literal and not said.startswith(CONSTANT_FUNCTIONS)


def default_of(column: Column[Any]) -> TextClause | str | None:
    return getattr(column.server_default, "arg", None)


def loses_microseconds(type_: Any) -> bool:
    """A DATETIME of whole seconds rounds: what is due becomes early or late, or the next day."""
    if isinstance(type_, TypeDecorator):
        type_ = real(type_)
        type_ = getattr(type_, "impl_instance", type_)
    if not isinstance(type_, DateTime):
        return False
    return getattr(type_, "fsp", None) != 6


def changes_type(step: Step) -> bool:
    """True also where the type before is not named: nobody can tell then."""
    new, old = step.item.get("type_"), step.item.get("existing_type")
    if new is None:
        return False
    if old is None:
        return True
    return written(new) != written(old) and not grows_in_place(old, new)


def grows_in_place(old: TypeEngine[Any], new: TypeEngine[Any]) -> bool:
    if isinstance(old, Enum) and isinstance(new, Enum):
        few, many = list(old.enums), list(new.enums)
        return many[: len(few)] == few and len(many) <= ONE_LENGTH_BYTE
    before, after = varchar(old), varchar(new)
    if before is None or after is None:
        return False
    (length, collation), (new_length, new_collation) = before, after
    return (
        new_length >= length
        and collation == new_collation
        and has_one_length_byte(length) == has_one_length_byte(new_length)
    )


def varchar(type_: TypeEngine[Any]) -> tuple[int, str | None] | None:
    if isinstance(type_, String) and written(type_).startswith("VARCHAR"):
        return type_.length or 0, type_.collation
    return None


def has_one_length_byte(length: int) -> bool:
    return length * BYTES_OF_A_CHARACTER <= ONE_LENGTH_BYTE
