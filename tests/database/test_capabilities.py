"""The one table of differences is true: each of its words is tried on the server that is tested."""

# ruff: noqa: S608 - statements of names of our own

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities, db
from reminder_app.database.errors import number
from tests.database.lifted import KIND, lifted, make_tables, on_servers, url_for

TABLE = "lifted_accounts"


@pytest.fixture(scope="module")
def foreign():
    with lifted(url_for("capabilities")) as app:
        make_tables()
        yield app


@pytest.fixture
def row(foreign):
    return capabilities.of(db.engine)


@pytest.fixture
def run(foreign):
    """run(statement): its rows; each on its own."""
    with (
        foreign.app_context(),
        db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):

        def one(statement: str):
            result = connection.execute(text(statement))
            return list(result) if result.returns_rows else []

        yield one


def works(run, statement: str) -> bool:
    try:
        run(statement)
    except DBAPIError:
        return False
    return True


def test_the_server_is_known_by_its_name_and_version(row):
    assert row.name == KIND
    assert len(row.version) == 3
    assert row.version_text()[0].isdigit()
    assert row.is_server == (KIND != "sqlite")


def test_it_is_asked_once(foreign):
    assert capabilities.of(db.engine) is capabilities.of(db.engine)
    with db.engine.connect() as connection:
        assert capabilities.of(connection) is capabilities.of(db.engine)


@pytest.mark.parametrize(
    "field",
    [
        "connection_id", "utc_now", "position", "identity", "is_read_only",
        "binlog_position", "replica_status", "blocked", "fresh_table_statistics", "try_hidden_index",
    ],
)  # fmt: skip
def test_what_it_is_asked_with_is_understood(row, run, field):
    statement = getattr(row, field)

    assert not statement or works(run, statement)


def test_a_plan_is_had_as_it_says(row, run):
    plan = run(f"{row.explain} SELECT * FROM {TABLE}")

    assert plan
    assert ("cost" in str(plan)) == row.explain_has_cost


def test_a_plan_with_real_figures_is_had_as_it_says(row, run):
    for words in ("EXPLAIN ANALYZE", "ANALYZE FORMAT=JSON"):
        assert works(run, f"{words} SELECT * FROM {TABLE}") == (words == row.explain_analyze)


def test_inserts_that_are_there_already_are_left(row, run):
    run(f"DELETE FROM {TABLE}")
    for _ in range(2):
        run(
            f"INSERT INTO {TABLE} (id, name, balance) VALUES ('0123456789abcdef', 'a', 1) {row.insert_missing}"
        )

    assert run(f"SELECT COUNT(*) FROM {TABLE}") == [(1,)]


def test_returning_is_there_where_it_says(row, run):
    run(f"DELETE FROM {TABLE}")
    insert = f"INSERT INTO {TABLE} (id, name, balance) VALUES ('0123456789abcdef', 'r', 1) RETURNING name"

    assert works(run, insert) == row.insert_returning


def test_locked_rows_are_passed_over_where_it_says(row, run):
    assert works(run, f"SELECT * FROM {TABLE} FOR UPDATE SKIP LOCKED") == row.skip_locked


def test_partitions_are_there_where_it_says(row, run):
    made = works(
        run,
        "CREATE TABLE parts (id INT NOT NULL) PARTITION BY RANGE COLUMNS (id) "
        "(PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (MAXVALUE))",
    )
    run("DROP TABLE IF EXISTS parts")

    assert made == row.partitions == ("partitions" not in row.lacks)


def test_indexes_are_hidden_with_its_word(row, run):
    for word in ("INVISIBLE", "IGNORED"):
        made = works(run, f"CREATE INDEX hidden ON {TABLE} (balance) {word}")
        if made:
            run(f"DROP INDEX hidden ON {TABLE}")
        assert made == (word == row.hidden_index)


def test_an_index_on_an_expression_is_there_where_it_says(row, run):
    made = works(run, f"CREATE INDEX upper_name ON {TABLE} ((UPPER(name)))")
    if made:
        run("DROP INDEX upper_name" + ("" if KIND == "sqlite" else f" ON {TABLE}"))

    assert made == row.functional_index


def test_a_column_is_added_at_once_where_it_says(row, run):
    added = works(run, f"ALTER TABLE {TABLE} ADD COLUMN more INT, ALGORITHM=INSTANT")
    if added:
        run(f"ALTER TABLE {TABLE} DROP COLUMN more")

    assert added == row.instant_ddl


def test_a_rollback_undoes_a_table_where_it_says(row, foreign):
    with foreign.app_context(), db.engine.connect() as connection:
        connection.execute(text("CREATE TABLE half (id INT)"))
        connection.rollback()
        was_undone = not db.inspect(connection).has_table("half")
        connection.execute(text("DROP TABLE IF EXISTS half"))
        connection.commit()

    assert was_undone == row.transactional_ddl


def test_a_broken_check_has_its_number(row, run):
    run("CREATE TABLE checked (id INT, CONSTRAINT positive CHECK (id > 0))")
    with pytest.raises(DBAPIError) as caught:
        run("INSERT INTO checked VALUES (-1)")
    run("DROP TABLE checked")

    assert number(caught.value) == row.check_violation


@on_servers
def test_limits_of_time_are_set_with_its_words(row, run):
    run(f"SET {row.limit_statements(1.5)}, {row.lock_wait.format(seconds=2)}")
    name = row.statement_limit.partition("=")[0]

    ((limit, wait, isolation),) = run(
        f"SELECT @@{name}, @@innodb_lock_wait_timeout, @@{row.isolation_variable}"
    )
    run(f"SET {row.limit_statements(0)}")

    assert float(limit) in (1.5, 1500)
    assert wait == 2
    assert isolation == "READ-COMMITTED"


@on_servers
def test_only_what_it_says_is_covered_by_the_limit(row, run):
    run(f"SET {row.limit_statements(0.05)}")
    with pytest.raises(DBAPIError) as caught:
        run(
            "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c"
        )
    run("CREATE TABLE IF NOT EXISTS slow (id INT)")
    insert = works(run, "INSERT INTO slow SELECT SLEEP(0.2)")
    run(f"SET {row.limit_statements(0)}")
    run("DROP TABLE slow")

    assert number(caught.value) == row.statement_limit_errno
    assert insert == (row.statement_limit_covers == "SELECT")


@on_servers
@pytest.mark.parametrize("field", ["kill", "kill_query"])
def test_a_connection_is_ended_with_its_words(row, run, field):
    with db.engine.connect() as other:
        number_of = other.exec_driver_sql(row.connection_id).scalar()
        run(getattr(row, field).format(id=number_of))
        if field == "kill":
            with pytest.raises(DBAPIError):
                other.exec_driver_sql("SELECT 1")


@on_servers
def test_each_variable_that_says_read_only_is_there(row, run):
    for name in row.read_only_variables:
        assert run(f"SELECT @@global.{name}") == [(0,)]


def test_a_session_is_made_to_read_only_with_its_words(row, foreign):
    with foreign.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql(row.read_only_session)
        connection.commit()
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql(f"DELETE FROM {TABLE}")
        connection.invalidate()


def test_a_greeting_tells_the_kind(foreign):
    assert capabilities.greeted("5.5.5-10.11.19-MariaDB-log") is capabilities.MARIADB
    assert capabilities.greeted("8.4.6") is capabilities.MYSQL


def test_old_servers_are_asked_in_their_own_words():
    class Dialect:
        name, is_mariadb, server_version_info = "mysql", False, (8, 0, 36)

    assert capabilities.row_of(Dialect).binlog_position == "SHOW MASTER STATUS"


def test_every_lack_is_a_sentence():
    for server in (capabilities.SQLITE, capabilities.MARIADB, capabilities.MYSQL):
        for said in server.lacks.values():
            assert said.startswith(("SQLite ", "MariaDB", "MySQL "))
            assert said.endswith(".")
