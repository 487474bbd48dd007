"""Which index a query lacks, and whether the server would use it: tried on a sample, never on the table."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from reminder_app.database import db
from reminder_app.database.advisor import kept_advice, looking, reading, table_use
from reminder_app.database.advisor.candidates import candidates
from reminder_app.database.advisor.guard import checked
from reminder_app.database.advisor.models import IndexAdvice
from reminder_app.database.advisor.proof import best, prove
from reminder_app.database.advisor.refusal import Refused
from reminder_app.database.advisor.remarks import remarks
from reminder_app.database.advisor.session import Explainers
from reminder_app.database.advisor.shape import needs
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import part as monitor
from reminder_app.database.monitor import reading as monitor_reading

MADE = """
    CREATE TABLE letters (id INTEGER PRIMARY KEY, workspace_id INTEGER NOT NULL, state VARCHAR(10),
    due_at DATETIME, title VARCHAR(100), body TEXT)
"""
MANY = 3_000


@pytest.fixture(scope="module")
def letters(app):
    """Three thousand, of a hundred workspaces, one in fifty of them waiting; and an index of the state."""
    start = datetime(2026, 1, 1)  # noqa: DTZ001 - as the database keeps it
    rows = [
        {
            "id": n,
            "w": n % 100,
            "s": "pending" if n % 50 == 0 else "sent",
            "d": str(start + timedelta(minutes=(n * 7919) % MANY)),
            "t": f"letter {n}",
        }
        for n in range(1, MANY + 1)
    ]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(MADE))
        connection.execute(text("CREATE INDEX ix__letters__state ON letters (state)"))
        connection.execute(text("INSERT INTO letters VALUES (:id, :w, :s, :d, :t, '')"), rows)
        connection.execute(
            text("ANALYZE" + ("" if connection.dialect.name == "sqlite" else " TABLE") + " letters")
        )
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE letters"))


@pytest.fixture
def advise(app, letters):
    catalogue = reading.catalogue()
    explainers = Explainers(settings_of(app))

    def of(question: str):
        query = checked(question, reading.dialect(), set(catalogue))
        options = candidates(needs(query.tree, catalogue), catalogue)
        return prove(query, options, explainers, catalogue)

    of.catalogue = catalogue
    return of


def columns(proofs) -> tuple[str, ...]:
    found = best(proofs)
    return found[0].columns if found else ()


def test_equality_comes_first_and_then_the_order(advise):
    proofs = advise("SELECT id FROM letters WHERE workspace_id = 5 ORDER BY due_at LIMIT 10")

    assert ("workspace_id", "due_at") in {one.columns for one in proofs}
    assert columns(proofs) in {("workspace_id", "due_at"), ("workspace_id",)}
    assert best(proofs)[1].after.examined < best(proofs)[1].before.examined


def test_equality_comes_first_and_then_a_range(advise):
    proofs = advise(
        "SELECT title FROM letters WHERE due_at > '2026-01-02 23:00:00' AND workspace_id = 5"
    )

    assert columns(proofs)[0] == "workspace_id"
    assert best(proofs)[1].is_used


def test_what_would_not_be_used_is_not_advised(advise):
    """Nearly all rows are sent: the server reads the whole table rather than an index."""
    proofs = advise("SELECT title, body FROM letters WHERE due_at > '2025-01-01 00:00:00'")

    assert columns(proofs) == ()


def test_no_index_is_advised_that_there_is(advise):
    assert advise("SELECT id FROM letters WHERE state = 'pending'") == {}
    assert advise("SELECT id FROM letters WHERE id = 5 AND workspace_id = 6") == {}


def test_a_small_table_needs_none(advise):
    assert advise("SELECT id FROM users WHERE name = 'Alice'") == {}


def test_a_join_is_looked_up_by_its_column(advise):
    proofs = advise(
        "SELECT b.id FROM letters a JOIN letters b ON b.workspace_id = a.id WHERE a.id = 7"
    )

    assert columns(proofs) == ("workspace_id",)


def test_an_account_that_may_only_look_is_enough(app, advise):
    """It makes the sample for itself; without the right to, advice is given as not proven."""
    if reading.dialect() == "sqlite":
        return
    question = "SELECT id FROM letters WHERE workspace_id = 5 ORDER BY due_at LIMIT 10"
    query = checked(question, "mysql", {"letters"})
    options = candidates(needs(query.tree, advise.catalogue), advise.catalogue)
    for right, says in (("SELECT, CREATE TEMPORARY TABLES", ""), ("SELECT", "grant it")):
        run("CREATE USER 'watcher'@'%' IDENTIFIED BY 'w'")
        run(f"GRANT {right} ON {db.engine.url.database}.* TO 'watcher'@'%'")
        url = db.engine.url.set(username="watcher", password="w").render_as_string(False)
        theirs = Explainers(replace(settings_of(app), monitor_url=url))
        try:
            if says:
                with pytest.raises(Refused, match=says):
                    prove(query, options, theirs, advise.catalogue)
            else:
                assert best(prove(query, options, theirs, advise.catalogue))
        finally:
            run("DROP USER 'watcher'@'%'")


def test_a_table_kept_by_the_month_is_tried_in_one_piece(app, letters):
    if reading.dialect() == "sqlite":
        return
    run(
        "CREATE TABLE parted (id INTEGER, at INTEGER, who INTEGER, PRIMARY KEY (id, at)) "
        "PARTITION BY RANGE (at) (PARTITION p0 VALUES LESS THAN (5), PARTITION p1 VALUES LESS THAN MAXVALUE)"
    )
    try:
        run("INSERT INTO parted SELECT id, id % 10, workspace_id FROM letters")
        run("ANALYZE TABLE parted")
        catalogue = reading.catalogue()
        query = checked("SELECT id FROM parted WHERE who = 7", "mysql", {"parted"})
        options = candidates(needs(query.tree, catalogue), catalogue)

        assert columns(prove(query, options, Explainers(settings_of(app)), catalogue)) == ("who",)
    finally:
        run("DROP TABLE parted")


def test_a_query_of_very_many_tables_is_not_tried(advise):
    joins = [f"JOIN letters l{n} ON l{n}.workspace_id = l0.id" for n in range(1, 9)]

    with pytest.raises(Refused, match="too many tables"):
        advise(" ".join(["SELECT l0.id FROM letters l0", *joins]))


def test_a_text_without_end_is_in_no_index(advise):
    assert advise("SELECT id FROM letters WHERE body = 'a'") == {}


def test_the_tables_themselves_are_left_alone(advise):
    before = reading.catalogue()
    advise("SELECT id FROM letters WHERE workspace_id = 5 ORDER BY due_at LIMIT 10")

    assert {name: table.indexes for name, table in reading.catalogue().items()} == {
        name: table.indexes for name, table in before.items()
    }


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("SELECT id FROM letters WHERE LOWER(state) = 'sent'", "LOWER"),
        ("SELECT id FROM letters WHERE state LIKE '%nt'", "contains"),
        ("SELECT id FROM letters WHERE state = 5", "number"),
        ("SELECT id FROM letters WHERE (workspace_id, id) > (5, 6)", "several columns"),
    ],
)
def test_it_says_why_no_index_can_help(advise, question, word):
    query = checked(question, reading.dialect(), set(advise.catalogue))

    assert word in " ".join(remarks(query.tree, advise.catalogue))


def test_a_long_way_by_offset_is_told(advise):
    query = checked(
        "SELECT id FROM letters ORDER BY id LIMIT 10 OFFSET 5000", reading.dialect(), {"letters"}
    )

    assert "5,000 rows only to pass them over" in remarks(query.tree, advise.catalogue)[0]


SEARCH = "SELECT id, title FROM letters WHERE workspace_id = :w ORDER BY due_at LIMIT 10"


def ask_often(many: int) -> None:
    for n in range(many):
        db.session.execute(text(SEARCH), {"w": n % 100})
        db.session.rollback()
    monitor.flush(settings_of())


@pytest.fixture
def asked_often(letters, monkeypatch):
    """Often enough to be looked at, however fast this machine is."""
    monkeypatch.setattr(looking, "SHORTEST", 0.0)
    monitor.recorder_of(settings_of()).begin_anew()
    ask_often(30)


def test_the_queries_that_take_the_most_time_are_looked_at(asked_often):
    assert looking.look() == 1

    advice = kept_advice.all_advice()[0]
    assert advice.table_name == "letters"
    assert advice.named[0] == "workspace_id"
    assert " rows instead of " in advice.proof
    assert advice.state == "open"
    seen = monitor_reading.one(advice.fingerprint_id)
    assert seen is not None
    assert list(seen.tables) == ["letters"]
    looking.look()
    assert len(kept_advice.all_advice()) == 1


SLOW, QUICK = 1_000.0, 1e-9  # seconds a call, before


@pytest.mark.parametrize(
    ("p95", "mean", "many", "paid_off"),
    [
        (SLOW, SLOW, looking.ENOUGH, True),
        (QUICK, QUICK, looking.ENOUGH, False),
        (SLOW, QUICK, looking.ENOUGH, False),  # the slowest gained, and the usual ones lost
        (QUICK, SLOW, looking.ENOUGH, False),
        (SLOW, SLOW, looking.ENOUGH - 1, None),
    ],
)
def test_once_the_index_is_there_it_is_said_whether_it_paid_off(
    asked_often, later, p95, mean, many, paid_off
):
    looking.look()
    advice = kept_advice.all_advice()[0]
    columns = ", ".join(advice.named)
    run(f"CREATE INDEX ix__new ON letters ({columns})")
    try:
        looking.look()
        assert advice_now().state == "applied"
        assert advice_now().many_before == 30
        assert advice_now().seconds_before > 0
        assert advice_now().paid_off is None
        known = advice_now()
        known.many_before, known.p95_before, known.seconds_before = many, p95, mean * many
        db.session.commit()
        later(hours=2)
        monitor.flush(settings_of())  # another minute begins
        ask_often(looking.ENOUGH)
        looking.look()
    finally:
        run("DROP INDEX ix__new" + ("" if reading.dialect() == "sqlite" else " ON letters"))

    assert advice_now().many_after == looking.ENOUGH
    assert advice_now().seconds_after > 0
    assert advice_now().paid_off is paid_off


def advice_now() -> IndexAdvice:
    db.session.rollback()
    db.session.expire_all()
    return kept_advice.all_advice()[0]


def run(statement: str) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_was_put_aside_stays_aside(asked_often):
    looking.look()
    assert kept_advice.dismiss(kept_advice.all_advice()[0].id)

    looking.look()

    assert [advice.state for advice in kept_advice.all_advice()] == ["dismissed"]


def test_what_nobody_needed_for_long_is_forgotten(asked_often, later):
    looking.look()
    later(days=91)

    looking.look()

    assert kept_advice.all_advice() == []


def test_a_table_that_is_written_far_more_than_read_is_said(asked_often, monkeypatch):
    monkeypatch.setattr(table_use, "ENOUGH", 3)
    assert table_use.caution("letters") == ""

    for _ in range(31 * table_use.MANY):
        db.session.execute(text("UPDATE letters SET body = '' WHERE id = 1"))
    db.session.commit()
    monitor.flush(settings_of())

    told = table_use.caution("letters")
    assert "written 155 times and read 30 times" in told
