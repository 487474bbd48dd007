"""An application on an empty database of its own, moved from revision to revision, and its rows."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    MetaData,
    Select,
    Table,
    insert,
    inspect,
    literal,
    select,
    table,
    text,
)

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from tests.servers import database_url

MIGRATIONS = Path(__file__).parents[2] / "migrations"
REVISIONS = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
HEAD = REVISIONS[-1]
KIND = os.environ.get("TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Users and workspaces point at each other: whichever comes first points at nothing yet.
LATER = {"sqlite": "PRAGMA defer_foreign_keys=ON", "mysql": "SET foreign_key_checks=0"}
NOW = {"sqlite": "PRAGMA defer_foreign_keys=OFF", "mysql": "SET foreign_key_checks=1"}

Rows = dict[str, list[dict[str, Any]]]


@contextmanager
def empty_database(instance: Path, kind: str = KIND) -> Iterator[None]:
    url = database_url(kind, f"{WORKER}_filled")
    settings = {"APP_ENV": "testing", "INSTANCE_PATH": str(instance), "DATABASE_URL": url}
    with create_app(load(settings)).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def up(revision: str, migrations: Path = MIGRATIONS) -> None:
    db.engine.dispose()  # an open connection knows the tables as they were
    flask_migrate.upgrade(str(migrations), revision)


def down(revision: str, migrations: Path = MIGRATIONS) -> None:
    db.engine.dispose()
    flask_migrate.downgrade(str(migrations), revision)


def standing() -> str | None:
    """The revision it is at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def fill() -> None:
    """Three rows into every table that has none, each pointing at others wherever it can."""
    with db.engine.execution_options(unaudited=True).begin() as connection:
        connection.execute(text(LATER[connection.dialect.name]))
        empty = [name for name in names(connection) if first(connection, name) is None]
        tables = MetaData()
        tables.reflect(connection, only=empty, resolve_fks=False)
        for table in tables.tables.values():
            connection.execute(insert(table), [made_up(table, n) for n in (1, 2, 3)])
        if connection.dialect.name != "sqlite":
            connection.execute(text(NOW["mysql"]))


def names(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name != "alembic_version"]


def first(connection: Connection, name: str) -> Any:
    return connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first()


def made_up(table: Table, number: int) -> dict[str, Any]:
    """All ids of one number are the same, so that every reference finds its row."""
    values = {bytes: bytes([number]) * 16, str: str(number), bool: True, int: number}
    at = datetime.fromisoformat(f"2026-01-0{number} 09:00:00.123456")
    values |= {float: 0.5, datetime: at}
    return {column.name: values.get(column.type.python_type, [number]) for column in table.columns}


def rows(only: Collection[str] | None = None) -> Rows:
    """Of all tables, or of those that are named."""
    with db.engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(everything(name)).mappings()]
            for name in names(connection)
            if only is None or name in only
        }


def everything(name: str) -> Select[Any]:
    return select(text("*")).select_from(table(name)).order_by(text("id"))


def write_anew(only: Collection[str]) -> None:
    """MariaDB counts what was dropped in an instant as a part of the row until its table is written anew."""
    if KIND == "mariadb":
        with db.engine.begin() as connection:
            for name in set(names(connection)) & set(only):
                connection.execute(text(f"ALTER TABLE {name} FORCE"))


def lost(before: Rows, after: Rows) -> list[str]:
    """What changed in the columns that both have of the tables that both have."""
    return [
        f"{table}: {len(before[table])} rows, then {len(after[table])}"
        for table in before.keys() & after.keys()
        if in_both(before[table], after[table]) != in_both(after[table], before[table])
    ]


def in_both(these: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = others[0].keys() if others else set()
    return [{name: row[name] for name in row.keys() & known} for row in these]
