"""What a database is, in the words of wanted.py."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Inspector, inspect, text

from reminder_app.database import capabilities
from reminder_app.database.capabilities import Capabilities
from reminder_app.database.migrations import plain_words

Fact = tuple[str, str]
NOT_OURS = ("alembic_",)
TABLES = text(
    "SELECT table_name, engine, table_collation FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
)
COLUMNS = text(
    "SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name, "
    "data_type, extra FROM information_schema.columns WHERE table_schema = DATABASE()"
)
# A functional index has no column_name, and MariaDB has none of them, nor the column that says so.
INDEXES = text(
    "SELECT table_name, index_name, non_unique, column_name, collation, sub_part "
    "FROM information_schema.statistics WHERE table_schema = DATABASE() "
    "AND index_name <> 'PRIMARY' ORDER BY table_name, index_name, seq_in_index"
)


def facts(connection: Connection) -> dict[str, str]:
    row = capabilities.of(connection)
    look = inspect(connection)
    tables = [name for name in look.get_table_names() if not name.startswith(NOT_OURS)]
    told = dict(fact for table in tables for fact in inspected(look, table, row.is_server))
    if row.is_server:
        told |= of_server(connection, set(tables), row)
        forget_implied_indexes(told)
    else:
        told |= dict(fact for table in tables for fact in of_file(connection, look, table))
    return told


def inspected(look: Inspector, table: str, is_server: bool) -> Iterator[Fact]:
    keys = look.get_pk_constraint(table)["constrained_columns"]
    yield f"primary key {table}", ", ".join(keys)
    for key in look.get_foreign_keys(table):
        options: Any = key.get("options") or {}
        on = (options.get("ondelete", ""), options.get("onupdate", ""))
        columns, others = key["constrained_columns"], key["referred_columns"]
        words = plain_words.foreign_key(columns, key["referred_table"], others, on)
        yield f"foreign key {table}.{key['name']}", words
    for column in look.get_columns(table):
        if computed := column.get("computed"):
            kind = "stored" if computed.get("persisted") else "virtual"
            said = plain_words.expression(computed["sqltext"])
            yield f"column {table}.{column['name']} generated", f"{kind} {said}"
    for check in look.get_check_constraints(table):
        # MariaDB's JSON columns bring one along.
        if check["name"] and not (is_server and check["sqltext"].startswith("json_valid")):
            yield f"check {table}.{check['name']}", "there"


def of_server(connection: Connection, tables: set[str], here: Capabilities) -> dict[str, str]:
    told = dict[str, str]()
    for table, engine, collation in connection.execute(TABLES):
        if table in tables:
            told[f"table {table}"] = f"{engine} {collation}".lower()
    for row in connection.execute(COLUMNS):
        if row[0] in tables:
            told |= dict(of_column(row, here))
    parts = defaultdict[str, list[str]](list)
    for table, name, repeats, column, direction, length in connection.execute(INDEXES):
        if table in tables:
            words = f"{column or 'expression'}{f'({length})' if length else ''}"
            words += " desc" if direction == "D" else ""
            first = "" if repeats or parts[f"index {table}.{name}"] else "unique "
            parts[f"index {table}.{name}"].append(first + words)
    return told | {what: ", ".join(some) for what, some in parts.items()}


def of_column(row: Any, here: Capabilities) -> Iterator[Fact]:
    table, name, type_, nullable, default, collation, kind, extra = row
    what = f"column {table}.{name}"
    null = "null" if nullable == "YES" else "not null"
    yield what, f"{plain_words.server_type(type_, here.json_is_text)} {null}"
    if said := default_of(default, extra, here.quotes_defaults):
        yield f"{what} default", said
    # JSON that is a text has a collation too; nobody chooses it.
    if collation and not (here.json_is_text and kind == "longtext"):
        yield f"{what} collation", collation


def default_of(said: str | None, extra: str, is_quoted: bool) -> str:
    """One server quotes what is a text, the other marks what is none."""
    if "GENERATED" in extra and "DEFAULT_GENERATED" not in extra:
        return ""
    is_written = is_quoted or "DEFAULT_GENERATED" in extra
    return plain_words.default(said) if is_written else said or ""


def forget_implied_indexes(told: dict[str, str]) -> None:
    """InnoDB makes an index for a foreign key that has none, and gives it the key's name."""
    keys = {what.removeprefix("foreign key ") for what in told if what.startswith("foreign key ")}
    for name in keys:
        told.pop(f"index {name}", None)


def of_file(connection: Connection, look: Inspector, table: str) -> Iterator[Fact]:
    yield f"table {table}", "there"
    quoted = connection.dialect.identifier_preparer.quote(table)
    for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({quoted})"):
        _, name, type_, is_filled, default, _, _ = row
        # A generated column's type is followed by its words.
        type_ = type_.lower().partition(" generated")[0]
        null = "not null" if is_filled else "null"
        yield f"column {table}.{name}", f"{plain_words.sqlite_type(type_)} {null}"
        if said := plain_words.default(default):
            yield f"column {table}.{name} default", said
    for key in look.get_unique_constraints(table):
        yield f"index {table}.{key['name']}", "unique " + ", ".join(key["column_names"])
    for row in connection.exec_driver_sql(f"PRAGMA index_list({quoted})").all():
        if row[3] == "c":  # made by CREATE INDEX; the others belong to constraints
            yield f"index {table}.{row[1]}", index_words(connection, row[1], bool(row[2]))


def index_words(connection: Connection, name: str, is_unique: bool) -> str:
    quoted = connection.dialect.identifier_preparer.quote(name)
    rows = connection.exec_driver_sql(f"PRAGMA index_xinfo({quoted})").all()
    columns = [f"{row[2] or 'expression'}{' desc' if row[3] else ''}" for row in rows if row[5]]
    return ("unique " if is_unique else "") + ", ".join(columns)
