"""What the monitor's pages and JSON show: of all processes together, and no value of any row."""

import pytest

from reminder_app.database import db
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import part


@pytest.fixture
def asked(operator, alice):
    """Some pages were looked at, and what they asked is in the tables."""
    part.recorder_of(settings_of()).begin_anew()
    browser = alice.browser()
    for _ in range(3):
        assert browser.get("/contacts?q=secretly").status_code == 200
    part.flush(settings_of())
    db.session.rollback()
    return operator


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


def contacts_query(operator) -> dict:
    found = operator.get("/db-monitor/performance").get_json()["queries"]
    return next(one for one in found if one["tables"][:1] == ["contacts"])


def test_before_anything_was_counted_it_says_so(operator):
    assert "No figures yet" in text(operator.get("/operations/database"))
    assert "None in this time" in text(operator.get("/operations/database/slow"))


def test_the_queries_that_take_the_most_and_who_asks_them(asked):
    page = text(asked.get("/operations/database"))

    assert "FROM contacts" in page
    assert "GET /contacts" in page
    assert "data-chart=" in page
    assert "secretly" not in page


def test_as_json(asked):
    told = asked.get("/db-monitor/performance?span=day").get_json()
    query = contacts_query(asked)

    assert told["span"] == "day"
    assert len(told["load"]) == 24
    assert told["total"]["count"] >= query["count"] >= 3
    assert 0 < query["p50_ms"] <= query["p95_ms"] <= query["max_ms"]
    assert 0 < query["share"] < 1
    assert "GET /contacts" in {one["by"] for one in told["work"]}


def test_one_query_with_its_history_and_its_place(asked):
    fingerprint = contacts_query(asked)["fingerprint"]

    page = text(asked.get(f"/operations/database/queries/{fingerprint}"))
    told = asked.get(f"/db-monitor/queries/{fingerprint}").get_json()

    assert "contacts/repository.py" in page
    assert "GET /contacts" in page
    assert told["asked_by"][0]["at"].startswith("contacts/repository.py")
    assert sum(one["count"] for one in told["load"]) == told["total"]["count"]


@pytest.mark.parametrize("name", ["0" * 32, "nonsense", "-"])
def test_a_query_that_is_not_known(operator, name):
    assert operator.get(f"/operations/database/queries/{name}").status_code == 404
    assert operator.get(f"/db-monitor/queries/{name}").status_code == 404


def test_a_script_that_asks_for_a_span_that_there_is_not_is_told_which_there_are(operator):
    for path in ("/db-monitor/performance", "/db-monitor/slow-queries"):
        answer = operator.get(f"{path}?span=aeons")

        assert answer.status_code == 422
        assert "hour, day, month" in answer.get_json()["fields"]["span"]


@pytest.mark.parametrize("span", ["hour", "day", "month", "aeons"])
def test_every_span_is_drawn(asked, span):
    for path in ("/operations/database", "/operations/database/slow"):
        assert asked.get(f"{path}?span={span}&kind=repeat").status_code == 200


def test_connections_and_pools(asked):
    page = text(asked.get("/operations/database/connections"))
    pool = asked.get("/db-monitor/pool").get_json()
    told = asked.get("/db-monitor/connections").get_json()

    assert "in use" in page
    assert pool["here"]["most"] >= 1
    assert pool["processes"][0]["in_use"] >= 0
    if db.engine.dialect.name == "sqlite":
        assert "no connections of others" in told["lacking"]
    else:
        assert told["own"] in {one["id"] for one in told["connections"]}


def test_what_the_server_lacks_is_said(operator):
    page = text(operator.get("/operations/database/server"))
    told = operator.get("/db-monitor/server-digests").get_json()

    assert told["none_because"] or told["digests"] is not None
    assert told["none_because"][:40] in page
