"""A database's schema as plain facts, so that two of them can be compared."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, inspect, text

# What SQLAlchemy's inspector does not tell: the exact type with its precision and sign, collations,
# the direction of index columns, the engine.
COLUMNS = """
    SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name, extra
    FROM information_schema.columns WHERE table_schema = DATABASE()
"""
INDEXES = """
    SELECT table_name, index_name, non_unique, seq_in_index, column_name, collation, sub_part
    FROM information_schema.statistics WHERE table_schema = DATABASE()
"""
TABLES = """
    SELECT table_name, engine, table_collation
    FROM information_schema.tables WHERE table_schema = DATABASE()
"""
NOT_OURS = "alembic_version"


def facts(engine: Engine, only: Collection[str] | None = None) -> set[str]:
    """Of all tables, or of those that are named."""
    found = set(inspected(engine, only))
    if engine.dialect.name != "sqlite":
        found |= told_by_the_server(engine)
        found = {fact for fact in found if only is None or any(name in fact for name in only)}
    return {fact for fact in found if NOT_OURS not in fact}


def inspected(engine: Engine, only: Collection[str] | None) -> list[str]:
    look = inspect(engine)
    found = []
    for table in look.get_table_names():
        if only is not None and table not in only:
            continue
        found += [f"{table}: column {shape(column)}" for column in look.get_columns(table)]
        found += [f"{table}: primary key {shape(look.get_pk_constraint(table))}"]
        found += [f"{table}: foreign key {shape(key)}" for key in look.get_foreign_keys(table)]
        found += [f"{table}: unique {shape(key)}" for key in look.get_unique_constraints(table)]
        found += [f"{table}: index {shape(index)}" for index in look.get_indexes(table)]
        found += [f"{table}: check {shape(check)}" for check in look.get_check_constraints(table)]
    return found


def shape(reflected: Any) -> str:
    return str(sorted((key, str(value)) for key, value in dict(reflected).items()))


def told_by_the_server(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {
            str(tuple(row))
            for query in (COLUMNS, INDEXES, TABLES)
            for row in connection.execute(text(query))
        }
