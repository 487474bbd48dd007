"""Nobody is ever served what was true before the last commit: random histories against the database itself.

Two processes write, roll back, set savepoints, commit and die between any two steps of a commit; keys are
evicted; others read at each point. Whatever a read gives is compared with what the same session reads from
the database. The same histories find the faults of caches that leave out one of the precautions.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from reminder_app.database.cache.store import Answer, Store
from tests.database.cache_histories import IS_SQLITE, Crash, Histories, Watched
from tests.database.caching import fresh_url, local_stores, make_tables, shared_stores
from tests.servers import Redis

# HISTORIES=1000 for a long look.
EXAMPLES = int(os.environ.get("HISTORIES", "12"))


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


def histories(url: str, make: Callable[[], Store], redis: Redis | None, wrap: type[Watched]) -> Any:
    names = {"url": url, "make_store": staticmethod(make), "redis": redis, "wrap": wrap}
    return type("Histories", (Histories,), names | {"seen": Counter()})


def run(machine: Any, examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(scope="module")
def url() -> str:
    url = fresh_url("cache")
    make_tables(url)
    return url


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


# A server's processes have no cache of their own: they could not tell what others committed.
@pytest.mark.parametrize("where", ["redis", "process"] if IS_SQLITE else ["redis"])
def test_no_read_is_stale_whatever_happens(url, redis, where):
    stores = {"redis": shared_stores(redis.url), "process": local_stores(url)}
    machine = histories(url, stores[where], redis if where == "redis" else None, Watched)
    run(machine, EXAMPLES)
    assert machine.seen["hits"] > 10


@pytest.mark.parametrize("broken", [Unmarked, BumpedBefore, VersionsAfter])
def test_the_same_histories_find_a_cache_that_leaves_a_precaution_out(url, redis, broken):
    machine = histories(url, shared_stores(redis.url), redis, broken)
    with suppress(Crash), pytest.raises(AssertionError):
        run(machine, 300)
