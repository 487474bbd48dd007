"""The histories that the cache is held to find the fault of one that leaves a precaution out."""

import gc
from contextlib import suppress
from typing import Any

import pytest

from reminder_app.database.cache.store import Answer
from tests.database.cache_histories import histories, run
from tests.database.caching import Crash, Watched, fresh_url, make_tables, shared_stores
from tests.servers import Redis

pytestmark = pytest.mark.faults


class Unmarked(Watched):
    """Broken: between a COMMIT and its new versions nobody knows of it."""

    def mark(self, tables: Any) -> str:
        self.run(self.at_mark)
        return ""


class BumpedBefore(Watched):
    """Broken: new versions before the COMMIT, and none after it."""

    def mark(self, tables: Any) -> str:
        self.real.bump(tables, "")
        self.run(self.at_mark)
        return ""

    def bump(self, tables: Any, mark: str) -> None:
        self.run(self.at_bump)


class VersionsAfter(Watched):
    """Broken: what was read is kept under the versions of afterwards."""

    def fill(self, key: str, tables: Any, answer: Answer, value: bytes, ttl: float) -> bool:
        seen = self.real.look(f"{key}?", tables)
        later = Answer(answer.said, seen.versions, answer.value, answer.token)
        return self.real.fill(key, tables, later, value, ttl)


@pytest.fixture(autouse=True)
def no_collection():
    """CPython before 3.11.9 takes a collection of garbage while it reads a source for an error of the
    source, and a failure that is wanted here has its source read."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def url() -> str:
    url = fresh_url("broken")
    make_tables(url)
    return url


@pytest.mark.parametrize("broken", [Unmarked, BumpedBefore, VersionsAfter])
def test_the_same_histories_find_a_cache_that_leaves_a_precaution_out(url, broken):
    with Redis() as redis:
        machine = histories(url, shared_stores(redis.url), redis, broken)
        with suppress(Crash), pytest.raises(AssertionError):
            run(machine, 300)
