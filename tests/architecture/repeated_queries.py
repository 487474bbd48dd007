"""A pytest plugin: a request that asks the database the same again and again fails the test that made it.

With a few rows in a test it is five times; with those of a year it would be hundreds.
"""

import re
from collections.abc import Iterator

import pytest

from reminder_app.database.monitor import part
from reminder_app.database.monitor.watch import Found

# By the beginning of the statement or by its place -> how often it may be at most, and why.
ON_PURPOSE = {
    "INSERT INTO audit_log": (100, "what a flush has changed is written down with it, each time"),
    "operations/health_pages.py": (10, "health asks in a row how long an answer takes"),
    "reminders/repository.py get": (
        6,
        "who changes one time of a series parts it: the old, the new, and what became of each",
    ),
}


@pytest.fixture(autouse=True)
def repeated_queries() -> Iterator[None]:
    part.found.clear()
    yield
    told = [
        f"{one.work} asked {one.times} times at {one.place}: {one.text[:200]}"
        for one in part.found
        if not is_on_purpose(one)
    ]
    part.found.clear()
    assert told == []


def is_on_purpose(one: Found) -> bool:
    place, text = re.sub(r":\d+", "", one.place), one.text.replace("`", "")
    return any(
        one.times <= most and (text.startswith(begin) or place.startswith(begin))
        for begin, (most, _) in ON_PURPOSE.items()
    )
