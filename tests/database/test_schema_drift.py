"""Where a database differs from its models, to the last detail, on a database with rows in it."""

import json

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import mysql

from reminder_app.database import db
from reminder_app.database.base import BINARY_TEXT, TABLE_OPTIONS, UtcDateTime
from reminder_app.database.migrations import drift
from tests.database.migrating import HEAD, KIND, down, empty_database, fill, up
from tests.servers import database_url

is_server = KIND != "sqlite"
unsigned = mysql.BIGINT(unsigned=True).with_variant(sa.BigInteger(), "sqlite")
MODELS = sa.MetaData()
sa.Table("owners", MODELS, sa.Column("id", sa.Integer, primary_key=True), **TABLE_OPTIONS)
sa.Table(
    "pets",
    MODELS,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.Integer, nullable=False),
    sa.Column("born_at", UtcDateTime(), nullable=False),
    sa.Column("weight", unsigned, nullable=False),
    sa.Column("price", sa.Numeric(8, 2)),
    sa.Column("name", sa.String(40), nullable=False, server_default="Rex"),
    sa.Column("code", sa.String(10, collation=BINARY_TEXT if is_server else None)),
    sa.Column("is_here", sa.Boolean, nullable=False, server_default=sa.text("0")),
    sa.Column("notes", sa.JSON),
    sa.Column("shout", sa.String(50), sa.Computed("upper(name)", persisted=False)),
    sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_owner", ondelete="CASCADE"),
    sa.UniqueConstraint("code", name="uq_code"),
    sa.CheckConstraint("weight > 0", name="ck_weight"),
    sa.Index("ix_order", "name", "born_at"),
    **TABLE_OPTIONS,
)
PETS = MODELS.tables["pets"]
sa.Index("ix_down", PETS.c.owner_id, PETS.c.born_at.desc())
ROWS = (
    "INSERT INTO owners (id) VALUES (1)",
    "INSERT INTO pets (id, owner_id, born_at, weight, notes) "
    "VALUES (1, 1, '2026-01-01 09:00:00.123456', 5, '{}')",
)
# what differs -> the statement that does it, and what is said
CHANGES = {
    "precision": ("MODIFY born_at DATETIME NOT NULL", "pets.born_at is datetime not null"),
    "sign": ("MODIFY weight BIGINT NOT NULL", "pets.weight is bigint not null"),
    "size": ("MODIFY weight INT UNSIGNED NOT NULL", "pets.weight is int unsigned"),
    "scale": ("MODIFY price DECIMAL(8,3)", "pets.price is decimal(8,3)"),
    "length": ("MODIFY name VARCHAR(41) NOT NULL DEFAULT 'Rex'", "pets.name is varchar(41)"),
    "null": ("MODIFY name VARCHAR(40) DEFAULT 'Rex'", "pets.name is varchar(40) null"),
    "default": ("ALTER name SET DEFAULT 'Bello'", "pets.name default is Bello"),
    "no default": ("ALTER is_here DROP DEFAULT", "pets.is_here default is missing"),
    "collation": (
        "MODIFY code VARCHAR(10) COLLATE utf8mb4_unicode_520_ci",
        "pets.code collation is utf8mb4_unicode_520_ci",
    ),
    "table's collation": ("COLLATE utf8mb4_bin", "table pets is innodb utf8mb4_bin"),
    "generated": (
        "MODIFY shout VARCHAR(50) GENERATED ALWAYS AS (lower(name)) VIRTUAL",
        "pets.shout generated is virtual lowername",
    ),
    "kept": (
        "DROP COLUMN shout, ADD COLUMN shout VARCHAR(50) GENERATED ALWAYS AS (upper(name)) STORED",
        "pets.shout generated is stored uppername",
    ),
    "not generated": ("DROP COLUMN shout, ADD COLUMN shout VARCHAR(50)", "generated is missing"),
    "ON DELETE": (
        "DROP FOREIGN KEY fk_owner, "
        "ADD CONSTRAINT fk_owner2 FOREIGN KEY (owner_id) REFERENCES owners (id)",
        "pets.fk_owner2 is not in the models: owner_id -> owners.id",
    ),
    "index order": (
        "DROP INDEX ix_order, ADD INDEX ix_order (born_at, name)",
        "pets.ix_order is born_at, name",
    ),
    "index direction": (
        "DROP INDEX ix_order, ADD INDEX ix_order (name, born_at DESC)",
        "pets.ix_order is name, born_at desc",
    ),
    "index length": (
        "DROP INDEX ix_order, ADD INDEX ix_order (name(5), born_at)",
        "pets.ix_order is name(5), born_at",
    ),
    "not unique": ("DROP INDEX uq_code, ADD INDEX uq_code (code)", "pets.uq_code is code"),
    "no index": ("DROP INDEX ix_order", "pets.ix_order is missing"),
    "one index more": ("ADD INDEX ix_more (price)", "pets.ix_more is not in the models"),
    "one column more": ("ADD COLUMN more INT", "pets.more is not in the models: int null"),
    "no column": ("DROP COLUMN price", "pets.price is missing"),
    "no check": ("DROP CONSTRAINT ck_weight", "pets.ck_weight is missing"),
}
# SQLite alters little: the table is written anew with other words.
REWORDED = {
    "precision": ("born_at DATETIME", "born_at DATETIME(0)", "pets.born_at is datetime(0)"),
    "sign": ("weight BIGINT", "weight BIGINT UNSIGNED", "pets.weight is bigint unsigned"),
    "index order": ("(name, born_at)", "(born_at, name)", "pets.ix_order is born_at, name"),
    "index direction": ("(name, born_at)", "(name, born_at DESC)", "is name, born_at desc"),
    "length": ("VARCHAR(40)", "VARCHAR(41)", "pets.name is varchar(41)"),
    "null": ("weight BIGINT NOT NULL", "weight BIGINT", "pets.weight is bigint null"),
    "default": ("'Rex'", "'Bello'", "pets.name default is Bello"),
    "generated": ("upper(name)", "lower(name)", "pets.shout generated is virtual lowername"),
    "kept": (") VIRTUAL", ") STORED", "pets.shout generated is stored uppername"),
    "ON DELETE": (" ON DELETE CASCADE", "", "pets.fk_owner is owner_id -> owners.id, and"),
    "not unique": ("CONSTRAINT uq_code UNIQUE (code),", "", "pets.uq_code is missing"),
    "no check": (", \n\tCONSTRAINT ck_weight CHECK (weight > 0)", "", "pets.ck_weight is missing"),
}


@pytest.fixture
def engine():
    engine = create_engine(database_url(KIND, "drift"))
    MODELS.create_all(engine)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    yield engine
    MODELS.drop_all(engine)
    engine.dispose()


def differences(engine):
    with engine.connect() as connection:
        return [str(one) for one in drift.of(connection, MODELS)]


def change_table(engine, what):
    with engine.begin() as connection:
        if is_server:
            connection.execute(text(f"ALTER TABLE pets {CHANGES[what][0]}"))
            return CHANGES[what][1]
        before, after, said = REWORDED[what]
        find = "SELECT sql FROM sqlite_master WHERE tbl_name = 'pets' AND sql IS NOT NULL"
        table, *indexes = connection.execute(text(find)).scalars().all()
        assert any(before in made for made in (table, *indexes))
        connection.execute(text("DROP TABLE pets"))
        connection.exec_driver_sql(table.replace(before, after))
        for index in indexes:
            connection.exec_driver_sql(index.replace(before, after))
        return said


def test_what_was_made_by_the_models_is_as_they_say(engine):
    assert differences(engine) == []


@pytest.mark.parametrize("what", CHANGES if is_server else REWORDED)
def test_it_sees(engine, what):
    said = change_table(engine, what)

    found = differences(engine)
    assert [one for one in found if said in one], found


def test_a_table_too_many_or_too_few_is_said_once(engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE pets"))
        connection.execute(text("CREATE TABLE strangers (id INT PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE alembic_progress (id INT PRIMARY KEY)"))

    found = [one.partition(":")[0] for one in differences(engine)]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE strangers"))
    assert found == ["table pets is missing", "table strangers is not in the models"]


def test_the_command_tells_where_a_filled_database_stands(tmp_path):
    with empty_database(tmp_path):
        up(HEAD)
        fill()
        assert asked() == (0, [], [])
        with db.engine.begin() as connection:
            connection.execute(text("CREATE INDEX ix_more ON users (name)"))
        assert asked() == (2, [], ["index users.ix_more is not in the models: name"])
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP INDEX ix_more{' ON users' if is_server else ''}"))
        down("-1")
        assert asked() == (1, [HEAD], [])


def asked():
    told = current_app.test_cli_runner().invoke(args=["migrations", "check", "--json"])
    answer = json.loads(told.stdout)
    return told.exit_code, answer["pending"], answer["drift"]
