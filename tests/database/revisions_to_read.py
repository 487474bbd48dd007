"""Revisions that hurt and revisions that do not, each as short as it can be, for the linter to read."""

from types import ModuleType

HEAD = """
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from reminder_app.database import base as columns
from reminder_app.database import ddl
from reminder_app.database.migrations import chunks

revision, down_revision = "0042_sample", None
OPTIONS = {
    "mysql_engine": "InnoDB",
    "mysql_default_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}
"""
NEW_TABLE = (
    'op.create_table("pets", sa.Column("id", columns.Uuid(), primary_key=True), **OPTIONS, '
    "if_not_exists=True)"
)


def revision(up: str, down: str = "pass", more: str = "") -> ModuleType:
    module = ModuleType("sample")
    body = f"{HEAD}{more}\ndef upgrade():\n    {up}\ndef downgrade():\n    {down}\n"
    exec(body, vars(module))  # noqa: S102 - as Alembic does with a file
    return module


def added(column: str) -> str:
    return f'op.add_column("users", sa.Column("x", {column}))'


def altered(words: str) -> str:
    return f'op.alter_column("users", "name", {words})'


def growing(before: int, after: int) -> str:
    types = f"existing_type=sa.String({before}), type_=sa.String({after})"
    return altered(f"{types}, existing_nullable=False")


# rule -> what it finds
BAD = [
    ("drops-column", 'op.drop_column("users", "name")'),
    ("drops-column", 'ddl.drop_column("users", "name")'),
    ("drops-column", 'with op.batch_alter_table("users") as batch: batch.drop_column("name")'),
    ("drops-table", 'op.drop_table("users")'),
    ("drops-table", 'op.drop_table("users", if_exists=True)'),
    (
        "renames-column",
        altered('new_column_name="called", existing_type=sa.String(120), existing_nullable=False'),
    ),
    ("renames-table", 'op.rename_table("users", "people")'),
    (
        "changes-type",
        altered("type_=sa.Integer(), existing_type=sa.String(120), existing_nullable=True"),
    ),
    (
        "changes-type",
        altered("type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=True"),
    ),
    ("changes-type", growing(60, 255)),
    ("changes-type", growing(63, 64)),
    ("changes-type", growing(200, 100)),
    ("changes-type", altered("type_=sa.String(200), existing_nullable=False")),
    (
        "changes-type",
        altered(
            "type_=sa.String(200, collation='utf8mb4_bin'), existing_type=sa.String(120), "
            "existing_nullable=False"
        ),
    ),
    (
        "changes-type",
        altered(
            "type_=mysql.DATETIME(fsp=6), existing_type=mysql.DATETIME(), existing_nullable=False"
        ),
    ),
    (
        "changes-type",
        altered(
            "type_=mysql.INTEGER(unsigned=True), existing_type=mysql.INTEGER(), "
            "existing_nullable=False"
        ),
    ),
    (
        "changes-type",
        altered(
            "type_=sa.Enum('b', 'a'), existing_type=sa.Enum('a', 'b'), existing_nullable=False"
        ),
    ),
    ("adds-required-column", added("sa.Integer(), nullable=False")),
    (
        "sets-not-null",
        altered("nullable=False, existing_type=sa.String(120), existing_nullable=True"),
    ),
    ("forgets-definition", altered("type_=sa.String(200), existing_type=sa.String(120)")),
    ("forgets-definition", altered("nullable=True")),
    ("adds-auto-increment", added("sa.Integer(), autoincrement=True, nullable=False")),
    ("adds-stored-column", added('sa.Integer(), sa.Computed("1 + 1", persisted=True)')),
    ("adds-expression-default", added('sa.String(36), server_default=sa.text("(uuid())")')),
    ("adds-expression-default", added("sa.Integer(), server_default=sa.func.rand()")),
    (
        "adds-foreign-key",
        'op.create_foreign_key("fk", "users", "workspaces", ["workspace_id"], ["id"])',
    ),
    ("adds-check", 'op.create_check_constraint("ck", "users", "name <> \'\'")'),
    ("adds-unique", 'op.create_unique_constraint("uq", "users", ["name"])'),
    ("adds-unique", 'op.create_index("ix", "users", ["name"], unique=True)'),
    ("changes-primary-key", 'op.drop_constraint("pk", "users", type_="primary")'),
    ("changes-primary-key", 'op.create_primary_key("pk", "users", ["email"])'),
    ("indexes-many-columns", 'op.create_index("ix", "users", ["a", "b", "c", "d"])'),
    ("indexes-text", 'op.create_index("ix", "users", ["name"], mysql_prefix="FULLTEXT")'),
    ("states-copy", 'op.execute("ALTER TABLE users ADD COLUMN x INT, ALGORITHM=COPY")'),
    ("states-copy", 'op.execute("ALTER TABLE users ADD INDEX ix (name), LOCK = SHARED")'),
    (
        "changes-charset",
        'op.execute("ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4")',
    ),
    ("is-raw", 'op.execute("ALTER TABLE users ADD COLUMN x INT")'),
    ("is-raw", 'op.execute("TRUNCATE TABLE users")'),
    ("is-raw", 'op.execute("CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET @a = 1")'),
    ("is-raw", 'op.execute(sa.text("DROP TABLE users"))'),
    ("rows-at-once", "op.execute(\"UPDATE users SET name = 'x'\")"),
    ("rows-at-once", 'op.execute("/* tidy */ DELETE FROM users")'),
    ("rows-at-once", 'op.execute("INSERT INTO users (name) SELECT name FROM contacts")'),
    ("rows-at-once", 'op.execute(sa.table("users", sa.column("name")).update().values(name="x"))'),
    ("keeps-no-microseconds", added("sa.DateTime()")),
    ("keeps-no-microseconds", added("mysql.DATETIME(fsp=3)")),
    ("keeps-no-microseconds", added("mysql.TIMESTAMP()")),
    (
        "keeps-no-microseconds",
        'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), '
        'sa.Column("at", sa.DateTime()), **OPTIONS, if_not_exists=True)',
    ),
    (
        "has-no-key",
        'op.create_table("t", sa.Column("a", sa.Integer()), **OPTIONS, if_not_exists=True)',
    ),
    (
        "has-no-collation",
        'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), if_not_exists=True)',
    ),
    (
        "mixes-rows-and-schema",
        'ddl.add_column("users", sa.Column("x", sa.Integer())); chunks.update("users", "x = 1")',
    ),
    (
        "stops-half-way",
        'op.create_index("a", "users", ["name"]); op.create_index("b", "users", ["email"])',
    ),
    ("stops-half-way", f'{NEW_TABLE}; op.create_index("ix", "pets", ["id"])'),
    (
        "stops-half-way",
        'op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), **OPTIONS); '
        'ddl.create_index("a", "t", ["id"])',
    ),
    ("has-no-way-back", 'ddl.create_index("ix", "users", ["name"])'),
    ("cannot-be-read", "op.get_bind().execute(sa.text('SELECT 1')).scalar()"),
    ("cannot-be-read", "sa.inspect(op.get_bind()).get_columns('users')"),
]
BACK = 'ddl.drop_index("ix", "users")'
GOOD = {
    "a column that may be NULL": added("sa.Integer()"),
    "a column with a value for everybody": added(
        'sa.Integer(), nullable=False, server_default=sa.text("0")'
    ),
    "a column with a text for everybody": added(
        'sa.String(9), nullable=False, server_default="new"'
    ),
    "a moment for everybody": added(
        'columns.UtcDateTime(), nullable=False, server_default=sa.text("CURRENT_TIMESTAMP(6)")'
    ),
    "a virtual column": added('sa.Integer(), sa.Computed("1 + 1", persisted=False)'),
    "a text that grows below 64": growing(20, 63),
    "a text that grows above 63": growing(64, 500),
    "one more value at the end": altered(
        "type_=sa.Enum('a', 'b', 'c'), existing_type=sa.Enum('a', 'b'), existing_nullable=False"
    ),
    "another default": altered("server_default='x', existing_type=sa.String(120)"),
    "an index": 'op.create_index("ix", "users", ["name", "email"])',
    "indexes that are passed over": (
        'ddl.create_index("a", "users", ["name"]); ddl.create_index("b", "users", ["email"])'
    ),
    "a key whose rows are looked at": (
        'ddl.create_foreign_key("fk", "users", "workspaces", ["workspace_id"], ["id"])'
    ),
    "one of each, looked at": 'ddl.create_unique_constraint("uq", "users", ["name"])',
    "never NULL, looked at": 'ddl.set_not_null("users", "name", sa.String(120))',
    "rows in chunks": 'chunks.update("users", "name = \'x\'", "name = \'\'")',
    "rows out in chunks": 'chunks.delete("users", "name = \'\'")',
    "a few rows of a list": (
        'op.bulk_insert(sa.table("users", sa.column("name")), [{"name": "x"}])'
    ),
    "rows written out": "op.execute(\"INSERT INTO users (name) VALUES ('x')\")",
    "a copy that does no harm": (
        'with ddl.may_copy("a dozen rows"): '
        'op.create_check_constraint("ck", "users", "name <> \'\'")'
    ),
    "a table with all that belongs to it": f'{NEW_TABLE}; ddl.create_index("ix", "pets", ["id"])',
    "anything of a table just made": (
        f'{NEW_TABLE}; op.execute("ALTER TABLE pets PARTITION BY HASH (id)")'
    ),
    "a table that is written out": (
        'op.execute("CREATE TABLE IF NOT EXISTS pets (id BINARY(16) PRIMARY KEY)")'
    ),
    "a look at the database when there is one": (
        "ddl.is_written_out() or op.get_bind().execute(sa.text('SELECT 1')).scalar()"
    ),
    "SQLite's own way": 'op.get_context().dialect.name == "sqlite" and op.drop_table("users")',
}
