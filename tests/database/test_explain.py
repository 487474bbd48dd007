"""On the run's own database: an attack leaves no trace, and a question becomes a plan.

What is asserted of the second wall (the session) is asked past the guard, as if it had let it through.
"""

import os
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlglot import exp

from reminder_app.database import db
from reminder_app.database.advisor import reading, session
from reminder_app.database.advisor.explain import explain
from reminder_app.database.advisor.guard import Query, checked
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.session import Explainers
from reminder_app.database.engine import settings_of
from tests.database.attacks import ATTACKS, QUESTIONS

IS_SERVER = os.environ.get("TEST_DATABASE", "sqlite") != "sqlite"
IS_MARIADB = os.environ.get("TEST_DATABASE") == "mariadb"
MADE = (
    "CREATE TABLE victims (id INTEGER PRIMARY KEY, name VARCHAR(50), password_hash VARCHAR(50))",
    "INSERT INTO victims VALUES (1, 'a', 'x'), (2, 'b', 'y')",
)
ROUTINES = (
    "CREATE FUNCTION f_writes(n INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA "
    "BEGIN DELETE FROM victims; RETURN n; END",
    "CREATE FUNCTION g_sleeps(n INT) RETURNS INT DETERMINISTIC READS SQL DATA "
    "BEGIN DO SLEEP(30); RETURN n; END",
)


def run(*statements: str) -> list[tuple[object, ...]]:
    with db.engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.fixture
def victims(app):
    run(*MADE, *(ROUTINES if IS_SERVER else ()))
    yield
    run("DROP TABLE victims")
    if IS_SERVER:
        run("DROP FUNCTION f_writes", "DROP FUNCTION g_sleeps")


@pytest.fixture
def explainers(app) -> Explainers:
    return Explainers(settings_of(app))


@pytest.fixture
def ask(victims, explainers):
    """ask(text): through both walls. ask.past(text): through the second alone."""
    catalogue = reading.catalogue()
    dialect = reading.dialect()

    def through(query: object):
        return explain(
            checked(query, dialect, set(catalogue), {"password_hash"}), explainers, catalogue
        )

    def past(sql: str):
        return explain(Query(sql, exp.select("1"), dialect, frozenset()), explainers, catalogue)

    through.past = past
    return through


@pytest.fixture
def sent(app):
    """What the server was sent by the explaining connections, word for word."""
    if not IS_SERVER:
        yield list
        return
    run(
        "SET GLOBAL log_output = 'TABLE'",
        "TRUNCATE mysql.general_log",
        "SET GLOBAL general_log = ON",
    )
    query = (
        "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Query'"
    )
    yield lambda: [str(row[0]) for row in run(query)]
    run("SET GLOBAL general_log = OFF", "SET GLOBAL log_output = 'FILE'")


def test_of_all_attacks_nothing_reaches_the_server(ask, sent):
    sent()
    for name, attack in ATTACKS.items():
        with pytest.raises(Refused):
            ask(attack)
        assert name

    told = [line for line in sent() if "general_log" not in line and "AUTOCOMMIT" not in line]
    assert [line for line in told if not line.startswith(("SET ", "ROLLBACK", "COMMIT"))] == []
    assert run("SELECT COUNT(*) FROM victims") == [(2,)]


OURS = (
    "SET ",
    "START TRANSACTION READ ONLY",
    "ROLLBACK",
    "COMMIT",
    "SELECT 1",
    "SELECT CONVERT(",
    "SELECT @@",
    "SELECT VERSION()",
    "SELECT DATABASE()",
)


def test_of_all_questions_nothing_runs_but_explain(ask, sent):
    sent()
    for question in QUESTIONS.values():
        assert ask(question).root.what

    told = sent()
    assert [line for line in told if not line.startswith((*OURS, "EXPLAIN "))] == []
    assert sum(line.startswith("EXPLAIN ") for line in told) == (len(QUESTIONS) if IS_SERVER else 0)


def test_a_function_that_writes_writes_nothing_even_past_the_guard(ask):
    if not IS_SERVER:
        with pytest.raises(Refused):
            ask.past("SELECT 1; DELETE FROM victims")
        return
    refused_or_not(ask.past, "SELECT f_writes(9)")
    if IS_MARIADB:  # it runs what MySQL only plans
        with pytest.raises(Refused, match="would have written something"):
            ask.past("SELECT * FROM (SELECT f_writes(9) a) x")
    else:
        refused_or_not(ask.past, "SELECT * FROM (SELECT f_writes(9) a) x")

    assert run("SELECT COUNT(*) FROM victims") == [(2,)]


def refused_or_not(ask, attack: str) -> None:
    """A server may plan it without running it, or start to run it and be stopped."""
    with suppress(Refused):
        ask(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT id FROM victims WHERE id = g_sleeps(1)",
        "SELECT * FROM (SELECT SLEEP(300) a) x",
        "SELECT id FROM victims WHERE id = BENCHMARK(2000000000, SHA1('a'))",
    ],
)
def test_what_burns_or_sleeps_past_the_guard_is_ended(ask, attack, monkeypatch):
    if not IS_SERVER:
        return
    monkeypatch.setattr(session, "SECONDS", 0.3)
    started = time.monotonic()
    refused_or_not(ask.past, attack)

    assert time.monotonic() - started < 60  # without an end it would be minutes


def test_sqlite_prepares_nothing_but_reading(ask):
    if IS_SERVER:
        return
    for attack in ("DELETE FROM victims", "ATTACH DATABASE 'x' AS x", "PRAGMA writable_schema = 1"):
        with pytest.raises(Refused):
            ask.past(attack)


def test_the_account_that_explains_may_be_another_one(app, ask, victims):
    """It may read two tables and call nothing: what the guard let through it still cannot do."""
    if not IS_SERVER:
        return
    name = db.engine.url.database
    run(
        "CREATE USER 'watcher'@'%' IDENTIFIED BY 'w'",
        f"GRANT SELECT, CREATE TEMPORARY TABLES ON {name}.* TO 'watcher'@'%'",
    )
    try:
        url = db.engine.url.set(username="watcher", password="w").render_as_string(False)
        theirs = Explainers(replace(settings_of(app), monitor_url=url))
        catalogue = reading.catalogue()
        query = checked("SELECT id FROM victims", "mysql", set(catalogue))
        assert explain(query, theirs, catalogue).tables[0].table == "victims"
        for attack in ("SELECT f_writes(1)", "SELECT LOAD_FILE('/etc/passwd') FROM victims"):
            refused_or_not(
                lambda sql: explain(Query(sql, exp.select("1"), "mysql", frozenset()), theirs, {}),
                attack,
            )
        with pytest.raises(Refused):
            explain(
                Query("SELECT * FROM mysql.user", exp.select("1"), "mysql", frozenset()), theirs, {}
            )
    finally:
        run("DROP USER 'watcher'@'%'")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("SELECT missing_one FROM victims", "no such column"),
        ("SELECT v.id FROM victims v JOIN victims w ON id = 1", "more than one"),
    ],
)
def test_a_mistake_is_told_in_our_words(ask, question, reason):
    with pytest.raises(Refused) as refused:
        ask(question)

    assert reason in refused.value.reason


def test_a_plan_shows_no_value(ask):
    plan = ask("SELECT id FROM victims WHERE name = 'very private' AND name <> 'x' ORDER BY name")

    assert "very private" not in str(plan.as_dict())
    assert plan.tables[0].table == "victims"


def test_few_are_answered_at_once(ask, explainers, monkeypatch):
    monkeypatch.setattr(session, "WAIT_SECONDS", 0.01)
    for _ in range(session.MOST_AT_ONCE):
        explainers.room.acquire()

    with pytest.raises(Refused, match="Others are asking"):
        ask("SELECT id FROM victims")

    explainers.room.release()
    assert ask("SELECT id FROM victims").root.what
