"""The advisor's pages and JSON: for superusers alone, noted, and deaf to every attack."""

import logging
from datetime import timedelta

import pytest

from reminder_app.database import capabilities, clock, db
from reminder_app.database.advisor import kept_advice
from reminder_app.database.advisor.models import IndexAdvice
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import part as monitor
from reminder_app.database.monitor import reading
from tests.database.attacks import ATTACKS

ANALYZE, OPTIMIZE = "/db-monitor/analyze-query", "/db-monitor/optimize-query"
GETS = (
    "/db-monitor/tables", "/db-monitor/table-stats/users", "/db-monitor/advice",
    "/operations/database/explain", "/operations/database/tables",
    "/operations/database/tables/users", "/operations/database/advice",
)  # fmt: skip
POSTS = (ANALYZE, OPTIMIZE, "/operations/database/explain", "/operations/database/advice/look")
MINE = "SELECT id, email FROM users WHERE name <> 'alice@example.org' ORDER BY name"


def test_for_everybody_else_there_is_nothing_here(alice, app):
    browser = alice.browser()

    assert {browser.get(path).status_code for path in GETS} == {404}
    assert {browser.post(path, json={"query": MINE}).status_code for path in POSTS} == {404}
    assert app.test_client().post(ANALYZE, json={"query": MINE}).status_code == 401


def test_a_query_becomes_a_tree(operator):
    told = operator.post(ANALYZE, json={"query": MINE}).json

    assert told["query"] == MINE
    assert told["tree"]["what"]
    assert "users" in str(told["tree"])
    assert told["rows_examined"] >= 0
    assert "alice@example.org" not in str(told["tree"])


def test_every_attack_is_answered_with_a_problem(operator):
    wrong = {}
    for n, (name, attack) in enumerate(ATTACKS.items()):
        path = OPTIMIZE if n % 7 == 0 else ANALYZE
        text = attack.replace("victims", "users") if isinstance(attack, str) else attack
        answer = operator.post(path, json={"query": text})
        if answer.status_code != 422 or answer.content_type != "application/problem+json":
            wrong[name] = answer.status_code

    assert wrong == {}


@pytest.mark.parametrize(
    "body",
    [
        None, [], "SELECT 1", 5, {}, {"sql": "SELECT 1"}, {"query": MINE, "fingerprint": "a"},
        {"fingerprint": "nothing"}, {"fingerprint": 5}, {"fingerprint": None}, {"fingerprint": "0" * 32},
        {"fingerprint": "' OR 1"},
    ],
)  # fmt: skip
def test_what_is_no_question_is_answered_with_a_problem(operator, body):
    answer = operator.post(ANALYZE, json=body)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert operator.post(ANALYZE, data="{", content_type="application/json").status_code == 422


def test_it_is_noted_who_asked_and_what_without_its_values(operator, caplog):
    with caplog.at_level(logging.WARNING):
        operator.post(ANALYZE, json={"query": MINE})
        operator.post(ANALYZE, json={"query": "SELECT SLEEP(5)"})
        operator.post(ANALYZE, json={"query": 'SELECT 1 FROM users WHERE name = "hunter2"'})

    noted = [record.getMessage() for record in caplog.records if "explained" in record.getMessage()]
    assert len(noted) == 3
    assert "WHERE name <> ?" in noted[0]
    assert "SLEEP(?)" in noted[1]
    assert "alice@example.org" not in noted[0]
    if capabilities.of(db.engine).is_server:  # in a file it is a name
        assert "hunter2" not in noted[2]


def test_a_query_that_was_seen_is_explained_by_its_fingerprint(operator):
    monitor.recorder_of(settings_of()).begin_anew()
    operator.get("/contacts?q=alice")
    monitor.flush(settings_of())
    db.session.rollback()
    since = clock.now() - timedelta(hours=1)
    seen = [query for query in reading.top(since, 100) if "contacts" in query.tables]
    refused = []
    for query in seen:
        answer = operator.post(OPTIMIZE, json={"fingerprint": query.id.hex})
        if answer.status_code != 200:
            refused.append((query.text, answer.json))

    assert seen
    assert refused == []
    page = operator.get(f"/operations/database/explain?fingerprint={seen[0].id.hex}")
    assert "How it is run" in page.text


def test_the_page_explains_what_is_typed(operator):
    page = operator.post("/operations/database/explain", data={"query": MINE})

    assert page.status_code == 200
    assert "How it is run" in page.text
    refused = operator.post("/operations/database/explain", data={"query": "SELECT SLEEP(5)"})
    assert refused.status_code == 422
    assert "The function SLEEP is not on the list" in refused.text
    assert "SELECT SLEEP(5)" in refused.text


def test_tables_are_told_with_their_indexes(operator):
    told = operator.get("/db-monitor/tables").json

    assert {"users", "reminders", "deliveries"} <= {table["table"] for table in told["tables"]}
    one = operator.get("/db-monitor/table-stats/users").json
    assert "email" in {column["name"] for column in one["columns"]}
    assert ["email"] in [index["columns"] for index in one["indexes"] if index["unique"]]
    assert operator.get("/db-monitor/table-stats/nobody").status_code == 404
    assert operator.get("/operations/database/tables/nobody").status_code == 404
    assert "deliveries" in operator.get("/operations/database/tables").text
    page = operator.get("/operations/database/tables/users")
    assert page.status_code == 200
    assert "email" in page.text


def test_our_own_tables_have_no_duplicate_and_no_missing_index(operator):
    told = operator.get("/db-monitor/tables").json

    found = [one for table in told["tables"] for one in table["findings"]]
    assert [one["says"] for one in found if one["kind"] != "unused"] == []


def test_advice_is_put_aside_and_taken_back(operator, app):
    now = clock.now()
    advice = IndexAdvice(
        table_name="users", columns="name", why="finds the rows", proof="Less.", share=0.1,
        replaces="", fingerprint_id=advice_query(), found_at=now, seen_at=now,
    )  # fmt: skip
    db.session.add(advice)
    db.session.commit()
    path = f"/operations/database/advice/{advice.id.hex}/dismiss"

    assert "users by name" in operator.get("/operations/database/advice").text
    assert operator.post(path).status_code == 303
    assert operator.get("/db-monitor/advice").json["advice"][0]["state"] == "dismissed"
    operator.post(path)
    told = operator.get("/db-monitor/advice").json["advice"][0]
    assert told["state"] == "open"
    assert "ddl.create_index" in told["migration"]
    for other in (advice_query().hex, "nothing"):
        assert operator.post(path.replace(advice.id.hex, other)).status_code == 404


def advice_query():
    return IndexAdvice.metadata.tables["index_advice"].c.id.default.arg(None)


def test_looking_is_a_button(operator):
    answer = operator.post("/operations/database/advice/look")

    assert answer.status_code == 303
    assert kept_advice.all_advice() == []


def applied(**figures) -> IndexAdvice:
    now = clock.now()
    known = {"many_before": 200, "p95_before": 0.05, "seconds_before": 6.0, "rows_before": 2_000}
    known |= {"many_after": 100, "p95_after": 0.005, "seconds_after": 0.3, "rows_after": 1_000}
    return IndexAdvice(
        table_name="users", columns="name", why="finds the rows", proof="Less.", share=0.1,
        replaces="", fingerprint_id=advice_query(), found_at=now, seen_at=now, state="applied",
        applied_at=now, **known | figures,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        (
            {"paid_off": True},
            "It paid off: p95 50.0 ms before, 5.0 ms now; a call took 30.0 ms before, 3.0 ms now. "
            "It gave 10.0 rows a call before, 10.0 now.",
        ),
        (
            {"paid_off": False, "seconds_after": 4.0, "rows_before": 0},
            "It did not pay off: p95 50.0 ms before, 5.0 ms now; a call took 30.0 ms before, 40.0 ms now.",
        ),
        (
            {"many_before": 30},
            "The index is there: 30 calls before it, 100 since; too few calls to tell.",
        ),
    ],
)
def test_it_is_said_in_words_what_an_index_saved(operator, figures, says):
    db.session.add(applied(**figures))
    db.session.commit()

    assert says in operator.get("/operations/database/advice").text
    assert operator.get("/db-monitor/advice").json["advice"][0]["outcome"] == says
