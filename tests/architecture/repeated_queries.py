"""A pytest plugin: a request that asks the database the same again and again fails the test that made it.

With a few rows in a test it is five times; with those of a year it would be hundreds.
"""

from collections.abc import Iterator

import pytest

from reminder_app.database.monitor import part

# What is asked for each row on purpose, by its beginning or its place -> the reason.
ON_PURPOSE = {
    "INSERT INTO audit_log": "what a flush has changed is written down with it, flush by flush",
    "operations/health_pages.py": "health asks some times in a row how long an answer takes",
}


@pytest.fixture(autouse=True)
def repeated_queries(request: pytest.FixtureRequest) -> Iterator[None]:
    part.found.clear()
    yield
    told = [
        f"{one.work} asked {one.times} times at {one.place}: {one.text[:200]}"
        for one in part.found
        if not (one.place + " ").startswith(tuple(ON_PURPOSE))
        and not one.text.replace("`", "").startswith(tuple(ON_PURPOSE))
    ]
    part.found.clear()
    assert told == []
