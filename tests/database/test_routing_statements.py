"""Which statements write, and which table, as their first words say."""

import pytest

from reminder_app.database.routing import statements

READS = [
    "SELECT 1",
    "select * from updates",
    "  /* route='GET /' */ SELECT 1",
    "(SELECT 1) UNION (SELECT 2)",
    "WITH a AS (SELECT updated_at FROM notes) SELECT * FROM a",
    "EXPLAIN SELECT 1",
    "SET SESSION sql_mode=''",
    "SHOW TABLES",
]
WRITES = [
    ("INSERT INTO notes (n) VALUES (1)", "notes"),
    ("insert ignore into `app`.`notes` values (1)", "notes"),
    ("INSERT OR IGNORE INTO notes VALUES (1)", "notes"),
    ("REPLACE INTO notes VALUES (1)", "notes"),
    ("UPDATE notes SET n=1", "notes"),
    ("/* job='x' */ UPDATE \"Notes\" SET n=1", "notes"),
    ("DELETE FROM notes WHERE n=1", "notes"),
    ("DELETE FROM notes", "notes"),
    # More than one table, or another way to say it: not plain to see.
    ("UPDATE notes JOIN users SET users.n=1", None),
    ("UPDATE notes, users SET users.n=1", None),
    ("DELETE notes FROM notes JOIN users ON 1", None),
    ("WITH a AS (SELECT 1) DELETE FROM notes", None),
    ("CREATE TABLE notes (n INT)", None),
    ("CALL write_notes()", None),
    ("LOAD DATA INFILE 'x' INTO TABLE notes", None),
]


@pytest.mark.parametrize("statement", READS)
def test_a_statement_that_reads_is_no_write(statement):
    assert not statements.is_write(statement)


@pytest.mark.parametrize(("statement", "table"), WRITES)
def test_a_statement_that_writes_says_where(statement, table):
    assert statements.is_write(statement)
    assert statements.table_of(statement) == table
