"""Statements that differ in their values alone have one name, and it holds none of the values."""

# ruff: noqa: S608 - statements of these tests alone

import pytest

from reminder_app.database.monitor import comments
from reminder_app.database.monitor.fingerprint import (
    HEAD,
    MOST_OF_A_READ,
    normal,
    of,
    without_texts,
)

SAME = [
    ("SELECT a FROM t WHERE b = 5", "SELECT a FROM t WHERE b = 17.5e3"),
    ("SELECT a FROM t WHERE b = %s", "SELECT a FROM t WHERE b = ?"),
    ("SELECT a FROM t WHERE b = %(b_1)s", "SELECT a FROM t WHERE b = :b"),
    ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'it''s \\' = 5'"),
    ("SELECT a FROM t WHERE b = x'00ff'", "SELECT a FROM t WHERE b = 0x00ff"),
    ("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN (?, ?,  %s, 'x')"),
    ("SELECT a FROM t", "SELECT  a\n FROM t /*route='GET /x'*/"),
    ("SELECT a FROM t", "/* hi */ SELECT a FROM t -- and more"),
    ("INSERT INTO t (a, b) VALUES (1, NULL)", "INSERT INTO t (a, b) VALUES (?, ?), (?, NOW())"),
    (
        "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2",
        f"INSERT INTO t (a) VALUES {', '.join(['(%s)'] * 5_000)} ON DUPLICATE KEY UPDATE a = %s",
    ),
    (
        "UPDATE t SET a = CASE id WHEN ? THEN ? END WHERE id IN (?)",
        "UPDATE t SET a = CASE id WHEN ? THEN ? WHEN ? THEN ? END WHERE id IN (?, ?)",
    ),
    ("SAVEPOINT sa_savepoint_1", "SAVEPOINT sa_savepoint_12"),
]
DIFFERENT = [
    ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE c = 1"),
    ("SELECT a FROM t1", "SELECT a FROM t2"),
    ("SELECT a FROM t WHERE b IS NULL", "SELECT a FROM t WHERE b = 1"),
    ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"),
    ("INSERT INTO t (a) VALUES (1)", "INSERT INTO t (b) VALUES (1)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same(one, other):
    assert of(one).text == of(other).text
    assert of(one) is of(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one, other):
    assert of(one).id != of(other).id


def test_it_says_what_is_done_and_to_which_tables():
    found = of("SELECT a.x FROM `first` AS a JOIN second ON second.id = a.id WHERE a.y = 'FROM z'")

    assert (found.verb, found.tables) == ("SELECT", ("first", "second"))
    assert of("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE id = id").tables == ("t",)


def test_no_value_stays_however_a_statement_is_written():
    secret = "alice@example.org"
    statements = [
        f"SELECT a FROM t WHERE b = '{secret}'",
        f"SELECT a FROM t WHERE b = '{secret}",  # cut off somewhere
        f"INSERT INTO t (a, b) VALUES ('x', '{secret}'), ('y', 'don''t tell {secret}')",
        f"UPDATE t SET a = '{'x' * (HEAD - 25)} {secret}' WHERE b = '{secret}' AND c = 1",
        f"UPDATE t SET a = CASE id {'WHEN 1 THEN 2 ' * 90} WHEN 3 THEN '{secret}' END, b = 1",
        f"SELECT '{'y' * MOST_OF_A_READ} {secret}'",
        f"DELETE FROM t WHERE a IN ({', '.join([repr(secret)] * 500)})",
        f"SELECT a FROM t /* {secret} */",
    ]

    assert [one for one in statements if "alice" in of(one).text or "example" in of(one).text] == []


def test_it_is_the_same_in_every_process():
    assert of("SELECT a FROM t WHERE b = 1").id.hex == "199f850f2f88b09cabb03ab9047dcecb"


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT a FROM t WHERE b = "hunter2"',
        "SELECT a FROM t WHERE b = \"it's hunter2\" AND c = 'x'",
        'SELECT a FROM t WHERE b = "say \\"hunter2\\" or ""hunter2"""',
        "SELECT a FROM t WHERE b = '\"' AND c = \"hunter2",
    ],
)
def test_on_a_server_what_stands_in_double_quotes_is_a_value_too(statement):
    assert "hunter2" not in normal(without_texts(statement))


def test_a_name_in_double_quotes_stays():
    assert of('SELECT "order" FROM t WHERE a = \'"x"\'').text == 'SELECT "order" FROM t WHERE a = ?'


@pytest.mark.parametrize(
    ("work", "who"),
    [
        ("GET /reminders", "GET /reminders"),
        ("job:pump", "pump"),
        ("command:accounts make-superuser", "accounts make-superuser"),
    ],
)
def test_who_asks_is_read_back_from_the_statement(work, who):
    found = comments.WHO.search(comments.commented("SELECT 1", work))

    assert found
    assert found[1] == who
