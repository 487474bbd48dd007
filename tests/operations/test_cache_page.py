"""What the cache brings, for the operator: as a page and as JSON."""

import pytest
from sqlalchemy import func, select

from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.database.cache import cached_query
from reminder_app.database.cache.queries import EXTENSION
from tests.database.caching import switched_on


@cached_query(tables=[Contact])
def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


@pytest.fixture(autouse=True)
def cache(app, monkeypatch):
    return switched_on(app, monkeypatch)


@pytest.fixture
def asked(operator):
    for _ in range(4):
        assert how_many() == 0
        db.session.rollback()
    return operator


def test_hits_misses_and_the_time_saved_as_json(asked):
    told = asked.get("/db-monitor/cache").get_json()

    assert told["backend"] == "process"
    assert told["total"]["hits"] == 3
    assert told["total"]["misses"] == 1
    assert told["queries"][0]["name"].endswith("how_many")
    assert told["queries"][0]["hit_rate"] == 0.75
    assert told["queries"][0]["saved_ms"] > 0


def test_the_page_says_the_same(asked):
    page = asked.get("/operations/database/cache").text

    assert "how_many" in page
    assert "75 %" in page
    assert "data-chart=" in page


def test_before_anything_was_asked_it_says_so(operator):
    assert "No cached query was asked yet" in operator.get("/operations/database/cache").text


def test_the_operator_empties_it(asked, cache):
    answer = asked.post("/operations/database/cache/empty", follow_redirects=True)
    assert "Everything is read anew" in answer.text

    how_many()
    assert cache.figures.numbers[f"{__name__}.how_many|misses"] == 2


def test_when_it_is_off_the_page_says_why(app, operator, monkeypatch):
    monkeypatch.setitem(app.extensions, EXTENSION, None)

    assert how_many() == 0
    assert operator.get("/db-monitor/cache").get_json()["backend"] == "off"
    assert "The cache is off" in operator.get("/operations/database/cache").text


def test_it_is_the_operators_alone(alice):
    for address in ("/operations/database/cache", "/db-monitor/cache"):
        assert alice.browser().get(address).status_code == 404
    assert alice.browser().post("/operations/database/cache/empty").status_code == 404
