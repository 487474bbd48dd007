"""A change of a table in use: in place or not at all, and never with everybody queued behind it."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine, text

from reminder_app.database import capabilities, ddl
from reminder_app.database.migrations import online
from reminder_app.database.migrations.refusals import RowsInTheWay, StillLocked, WouldCopy
from tests.database.migrating import KIND
from tests.database.moving import seen_by, steps_on
from tests.servers import database_url

TABLES = (
    "CREATE TABLE parents (id INT PRIMARY KEY)",
    "CREATE TABLE rows_of (id INT PRIMARY KEY, name VARCHAR(20), parent_id INT)",
    "INSERT INTO parents VALUES (1), (2)",
    "INSERT INTO rows_of VALUES (1, 'a', 1), (2, 'b', 2)",
)
is_server = KIND != "sqlite"


@pytest.fixture
def engine():
    engine = create_engine(database_url(KIND, "online"))
    with engine.begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine):
    with engine.connect() as connection:
        yield connection


def run(connection, statement):
    with connection.engine.begin() as other:
        other.execute(text(statement))


def test_rows_that_are_there_keep_their_table(engine, connection):
    with seen_by(engine, "rows_of") as statements, steps_on(connection) as op:
        op.add_column("rows_of", sa.Column("x", sa.Integer()))
        op.create_index("ix", "rows_of", ["name"])
        op.drop_index("ix", "rows_of")

    stated = [one.partition(" ALGORITHM=")[2] for one in statements if "SELECT" not in one]
    wanted = ["INSTANT", "INPLACE LOCK=NONE", "INPLACE, LOCK=NONE"] if is_server else []
    assert [one for one in stated if one] == wanted
    assert "x" in {column["name"] for column in sa.inspect(engine).get_columns("rows_of")}


def test_an_empty_table_uses_up_no_instant_change(engine, connection):
    run(connection, "DELETE FROM rows_of")
    with seen_by(engine, "ADD COLUMN") as statements, steps_on(connection) as op:
        op.add_column("rows_of", sa.Column("x", sa.Integer()))

    assert [one.endswith("ALGORITHM=INPLACE, LOCK=NONE") for one in statements] == [is_server]


@pytest.mark.parametrize(("rows", "used"), [("that are there", 1), ("that are not", 0)])
def test_instant_changes_are_counted_where_there_is_an_end_to_them(connection, rows, used):
    query = capabilities.of(connection).instant_changes_used
    if not query:
        return
    if rows == "that are not":
        run(connection, "DELETE FROM rows_of")
    with steps_on(connection) as op:
        op.add_column("rows_of", sa.Column("x", sa.Integer()))

    assert connection.execute(text(query), {"table": "rows_of"}).scalar() == used


def test_a_copy_is_refused_with_the_way_around_it(connection):
    if not is_server:
        return
    with pytest.raises(WouldCopy) as refused, steps_on(connection) as op:
        op.alter_column("rows_of", "name", type_=sa.Integer(), existing_nullable=True)

    assert "would copy rows_of" in refused.value.message
    assert "ddl.may_copy" in refused.value.message
    assert "pt-online-schema-change" in refused.value.message


def test_an_empty_table_may_be_copied(engine, connection):
    run(connection, "DELETE FROM rows_of")
    if not is_server:
        return
    with steps_on(connection) as op:
        op.alter_column("rows_of", "name", type_=sa.Integer(), existing_nullable=True)
        op.create_foreign_key("fk", "rows_of", "parents", ["parent_id"], ["id"])

    assert [key["name"] for key in sa.inspect(engine).get_foreign_keys("rows_of")] == ["fk"]


def test_unless_the_revision_says_why_it_does_no_harm(engine, connection):
    run(connection, "UPDATE rows_of SET name = id")
    if not is_server:
        return
    with steps_on(connection) as op, ddl.may_copy("two rows"):
        op.alter_column("rows_of", "name", type_=sa.BigInteger(), existing_nullable=True)

    kinds = {one["name"]: str(one["type"]) for one in sa.inspect(engine).get_columns("rows_of")}
    assert kinds["name"].startswith("BIGINT")


def test_a_percent_sign_and_a_colon_reach_the_server_as_they_are(engine, connection):
    if not is_server:
        return
    with steps_on(connection) as op:
        op.add_column("rows_of", sa.Column("x", sa.String(20), server_default="9% of a:b"))
        op.execute("ALTER TABLE rows_of ADD COLUMN y VARCHAR(20) DEFAULT '5% \\:c'")

    assert connection.execute(text("SELECT x, y FROM rows_of")).first() == ("9% of a:b", "5% :c")


def test_a_foreign_key_is_added_in_place_with_its_rows_looked_at(engine, connection):
    with seen_by(engine, "FOREIGN KEY") as statements, steps_on(connection):
        ddl.create_foreign_key("fk", "rows_of", "parents", ["parent_id"], ["id"])
        ddl.create_foreign_key("fk", "rows_of", "parents", ["parent_id"], ["id"])  # passed over

    assert [one.endswith("LOCK=NONE") for one in statements if "ALTER" in one] == [True] * is_server
    assert [key["name"] for key in sa.inspect(engine).get_foreign_keys("rows_of")] == ["fk"]


def test_it_is_not_while_rows_point_at_nothing(engine, connection):
    run(connection, "INSERT INTO rows_of VALUES (3, 'c', 99)")
    with pytest.raises(RowsInTheWay, match="1 rows of rows_of point"), steps_on(connection):
        ddl.create_foreign_key("fk", "rows_of", "parents", ["parent_id"], ["id"])

    assert sa.inspect(engine).get_foreign_keys("rows_of") == []


def test_nothing_is_made_unique_while_two_are_the_same(engine, connection):
    run(connection, "INSERT INTO rows_of VALUES (3, 'a', 1), (4, NULL, 1), (5, NULL, 1)")
    with pytest.raises(RowsInTheWay, match="1 values of name"), steps_on(connection):
        ddl.create_unique_constraint("uq", "rows_of", ["name"])
    run(connection, "DELETE FROM rows_of WHERE id = 3")
    with steps_on(connection):
        ddl.create_unique_constraint("uq", "rows_of", ["name"])

    assert [key["name"] for key in sa.inspect(engine).get_unique_constraints("rows_of")] == ["uq"]


def test_nothing_is_required_while_rows_are_without(engine, connection):
    run(connection, "INSERT INTO rows_of VALUES (3, NULL, 1)")
    with pytest.raises(RowsInTheWay, match="1 rows of rows_of have no name"), steps_on(connection):
        ddl.set_not_null("rows_of", "name", sa.String(20))
    run(connection, "UPDATE rows_of SET name = 'c' WHERE name IS NULL")
    with steps_on(connection):
        ddl.set_not_null("rows_of", "name", sa.String(20))

    columns = {one["name"]: one["nullable"] for one in sa.inspect(engine).get_columns("rows_of")}
    assert columns["name"] is False


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(online, "PAUSE_SECONDS", 0.4)


def add_a_column(connection):
    with steps_on(connection) as op:
        connection.execute(text("SET lock_wait_timeout = 1"))
        op.add_column("rows_of", sa.Column("x", sa.Integer()))


def test_an_open_transaction_makes_it_wait_in_turns_and_others_pass(engine, connection, impatient):
    """Who comes while it waits is served between two tries, not after the transaction."""
    if not is_server:
        return
    with engine.connect() as reader:
        reader.execute(text("SELECT * FROM rows_of"))
        thread = threading.Timer(2.5, reader.rollback)
        thread.start()
        passers = threading.Thread(target=lambda: run(connection, "UPDATE rows_of SET name = 'z'"))
        threading.Timer(0.3, passers.start).start()
        add_a_column(connection)
        thread.join()
    time.sleep(0.1)
    passers.join()

    assert "x" in {column["name"] for column in sa.inspect(engine).get_columns("rows_of")}
    assert connection.execute(text("SELECT DISTINCT name FROM rows_of")).scalars().all() == ["z"]


def test_so_does_what_is_written_out(engine, connection, impatient):
    if not is_server:
        return
    with engine.connect() as reader:
        reader.execute(text("SELECT * FROM parents"))
        threading.Timer(1.2, reader.rollback).start()
        with steps_on(connection) as op:
            connection.execute(text("SET lock_wait_timeout = 1"))
            op.execute("RENAME TABLE parents TO ancestors")
        time.sleep(0.1)

    assert sa.inspect(engine).has_table("ancestors")


def test_one_that_never_ends_is_named(engine, connection, impatient, monkeypatch):
    if not is_server:
        return
    monkeypatch.setattr(online, "TRIES", 2)
    with engine.connect() as reader:
        reader.execute(text("SELECT * FROM rows_of"))
        number = reader.execute(text("SELECT CONNECTION_ID()")).scalar()
        with pytest.raises(StillLocked) as refused:
            add_a_column(connection)
        reader.rollback()

    assert f"KILL {number}" in refused.value.message
    add_a_column(connection)
