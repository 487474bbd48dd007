"""What a statement that is written out does to which table, read without a grammar."""

import pytest

from reminder_app.database.audit.written_out import Written, head, may_set, read, without_values

CASES = "CASE id WHEN ? THEN ? WHEN ? THEN ? END"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("INSERT INTO users (a) VALUES (?)", ("INSERT", "users")),
        ("insert ignore into `users` set a=1", ("INSERT", "users")),
        ("-- by hand\n UPDATE users SET a = 1", ("UPDATE", "users")),
        ("-- why\n/* who */ DELETE FROM audit_log", ("DELETE", "audit_log")),
        ("/* route='x' */ UPDATE app.users SET a = 1", ("UPDATE", "users")),
        ('DELETE FROM "users"', ("DELETE", "users")),
        ("REPLACE INTO users VALUES (1)", ("REPLACE", "users")),
        ("SELECT * FROM users FOR UPDATE", None),
        ("WITH a AS (SELECT 1) SELECT * FROM a", None),
    ],
)
def test_the_head(sql, found):
    assert head(sql) == found


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        (
            "UPDATE t SET a = ?, b = ? WHERE c = ?",
            Written("UPDATE", "t", frozenset("ab"), " c = ?", 2),
        ),
        ("UPDATE t SET t.a = 1", Written("UPDATE", "t", frozenset("a"), "", 0)),
        (
            f"UPDATE t SET a = {CASES}, b = '' WHERE id IN (?, ?)",  # noqa: S608
            Written("UPDATE", "t", frozenset("ab"), " id IN (?, ?)", 4),
        ),
        (
            "UPDATE t SET a = (SELECT b FROM u WHERE c = %s) WHERE d = 'x WHERE = %s'",
            Written("UPDATE", "t", frozenset("a"), " d = 'x WHERE = %s'", 1),
        ),
        ("DELETE FROM t WHERE a = ?", Written("DELETE", "t", frozenset(), " a = ?", 0)),
        ("DELETE FROM t", Written("DELETE", "t", frozenset(), "", 0)),
        ("UPDATE t JOIN u ON t.id = u.id SET t.a = 1", Written("UPDATE", "t", frozenset("a"))),
        ("UPDATE t, u SET t.a = 1 WHERE u.id = 1", Written("UPDATE", "t", frozenset("a"))),
        ("INSERT INTO t (a) VALUES (1)", Written("INSERT", "t")),
    ],
)
def test_what_it_does(sql, written):
    assert read(sql) == written


def test_what_is_read_fast_misses_no_column():
    other = CASES.replace("?", "%s")
    sql = f"UPDATE t SET a = {CASES}, `b`= {other}, t.c =1 WHERE id IN (?, ?)"  # noqa: S608

    assert may_set(sql) >= {"a", "b", "c"}
    assert "d" not in may_set(sql)


def test_no_value_stays_in_what_people_read():
    sql = "UPDATE t SET a = 'it''s \\' secret', b = 0x41, c = 17.5\nWHERE  d = 'x'"

    assert without_values(sql) == "UPDATE t SET a = ?, b = ?, c = ? WHERE d = ?"
