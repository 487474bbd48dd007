"""Which tables a statement changes or reads is told from its text; what is not understood changes everything."""

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from reminder_app.database.cache.references import References
from reminder_app.database.cache.statements import EVERYTHING, Effect, effect, tables_read


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("INSERT INTO users (a) VALUES (1)", "users"),
        ("insert into `users` (a) select b from c", "users"),
        ("INSERT IGNORE INTO app.users (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "users"),
        ("INSERT OR IGNORE INTO users VALUES (1)", "users"),
        ('UPDATE "Users" SET a = 1', "users"),
        ("/* route='x' */ UPDATE users SET a = 1", "users"),
        ("\n  -- why\n UPDATE users SET a = 1", "users"),
        ("UPDATE users SET a = CASE id WHEN ? THEN ? END", "users"),
    ],
)
def test_a_statement_that_changes_one_table_says_which(statement, table):
    assert effect(statement) == Effect(table)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM users",
        "DELETE FROM users WHERE a = 1",
        "delete from `app`.`users` order by a limit 3",
        "DELETE FROM users /* job='x' */",
        "REPLACE INTO users (a) VALUES (1)",
        "INSERT OR REPLACE INTO users (a) VALUES (1)",
    ],
)
def test_rows_that_go_may_take_others_along(statement):
    assert effect(statement) == Effect("users", deletes=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE a, b SET a.x = 1",
        "UPDATE a JOIN b ON a.i = b.i SET a.x = 1, b.x = 1",
        "DELETE a, b FROM a JOIN b ON a.i = b.i",
        "WITH x AS (SELECT 1) DELETE FROM users WHERE a IN (SELECT * FROM x)",
        "SET STATEMENT max_statement_time = 1 FOR UPDATE users SET a = 1",
        "ANALYZE UPDATE users SET a = 1",
        "/*! UPDATE users SET a = 1 */",
        "/*M! DELETE FROM users */",
        "CALL tidy()",
        "DO tidy()",
        "LOAD DATA INFILE 'x' INTO TABLE users",
        "TRUNCATE users",
        "ALTER TABLE users DROP PARTITION p1",
        "EXECUTE prepared",
        "COMMIT",
        "what is this",
    ],
)
def test_what_is_not_understood_changes_everything(statement):
    found = effect(statement)

    assert found is not None
    assert found.table == EVERYTHING


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM users FOR UPDATE",
        "select 'UPDATE users SET a = 1'",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "BEGIN IMMEDIATE",
        "SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "SET time_zone = '+00:00'",
        "SHOW TABLES",
        "PRAGMA data_version",
        "EXPLAIN SELECT * FROM users",
    ],
)
def test_what_only_reads_changes_nothing(statement):
    assert effect(statement) is None


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT a.x FROM a, b AS bb JOIN c ON a.x = c.x AND f(a, b), d", {"a", "b", "c", "d"}),
        ("SELECT * FROM a WHERE x IN (SELECT y FROM b) ORDER BY z, w", {"a", "b"}),
        ("SELECT * FROM (SELECT * FROM a, b) AS n, c", {"a", "b", "c"}),
        ("SELECT EXTRACT(YEAR FROM at), x FROM a", {"a"}),
        ("SELECT * FROM `app`.`a` LEFT OUTER JOIN app.b ON 1", {"a", "b"}),
        ("SELECT 'FROM x', \"y\" /* FROM z */ FROM (a JOIN b ON a.i = b.i)", {"a", "b"}),
        ("WITH r (i) AS (SELECT 1 FROM a) SELECT * FROM r JOIN b ON 1", {"a", "b", "r", "with r"}),
    ],
)
def test_what_a_query_reads_is_after_from_and_join(statement, tables):
    assert tables_read(statement) == tables


def family() -> References:
    metadata = MetaData()
    Table("parents", metadata, Column("id", Integer, primary_key=True))
    for name, of, action in (("children", "parents", "CASCADE"), ("toys", "children", "SET NULL")):
        key = Column("of_id", ForeignKey(f"{of}.id", ondelete=action))
        Table(name, metadata, Column("id", Integer, primary_key=True), key)
    Table("rooms", metadata, Column("of_id", ForeignKey("parents.id", ondelete="RESTRICT")))
    return References(lambda: [metadata])


def test_a_deleted_parent_changes_the_tables_below_it():
    assert family().reached(Effect("parents", deletes=True)) == {"parents", "children", "toys"}
    assert family().reached(Effect("parents")) == {"parents"}


def test_a_name_that_is_no_table_may_be_a_view_of_any():
    references = family()

    assert references.reached(Effect("parents_and_children")) == {EVERYTHING}
    assert references.sorted_out({"toys", "old_toys", "with mine", "mine"}) == (
        {"toys"},
        {"old_toys"},
    )
