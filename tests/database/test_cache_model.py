"""Nobody is ever served what was true before the last commit: random histories against the database itself.

Two processes write, roll back, set savepoints, commit and die between any two steps of a commit; keys are
evicted; others read at each point. Whatever a read gives is compared with what the same session reads from
the database. In tests/faults/test_cache_broken.py they find caches that leave a precaution out.
"""

import os
from collections.abc import Iterator

import pytest

from tests.database.cache_histories import IS_SQLITE, histories, run
from tests.database.caching import Watched, fresh_url, local_stores, make_tables, shared_stores
from tests.servers import Redis

# HISTORIES=1000 for a long look.
EXAMPLES = int(os.environ.get("HISTORIES", "12" if IS_SQLITE else "5"))


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
    assert machine.seen["hits"] > 0
