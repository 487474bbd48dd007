"""Many who want the same at once ask the database once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker

from reminder_app.database.cache import figures, reading
from reminder_app.database.cache.standing import SessionStanding
from tests.database.cache_histories import IS_SQLITE
from tests.database.caching import (
    Account,
    Process,
    fresh_url,
    local_stores,
    make_tables,
    shared_stores,
    truth,
)
from tests.servers import Redis


class Crowd(Process):
    """A process of many threads, each with a session of its own."""

    def __init__(self, *args: Any, takes: float = 0.2) -> None:
        super().__init__(*args)
        self.sessions = scoped_session(sessionmaker(self.engine))
        self.cache.standing = SessionStanding(self.store, lambda: self.sessions())
        self.takes = takes
        self.fails = False
        self.waits: Callable[[], Any] = lambda: time.sleep(self.takes)

    def run(self, what: str) -> Any:
        self.ran += 1
        self.waits()
        if self.fails:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return truth(self.sessions(), what)

    def ask(self, what: str = "amounts") -> Any:
        try:
            return self.read(what)
        finally:
            self.sessions.remove()


@pytest.fixture(scope="module")
def place():
    url = fresh_url("flight")
    make_tables(url)
    with Redis() as redis:
        yield url, {"redis": shared_stores(redis.url, commit_seconds=0)}, redis


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """Two hundred threads on a busy machine: nobody gives up, and nothing is found not to pay."""
    monkeypatch.setattr(reading, "PATIENCE", 120.0)
    monkeypatch.setattr(reading, "PATIENCE_HOLDING", 120.0)
    monkeypatch.setattr(figures, "JUDGED_AFTER", 10_000)


@dataclass
class Held:
    """A query at work until the test lets it go on."""

    has_begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        if not self.has_begun.is_set():  # the first one
            self.has_begun.set()
            assert self.may_end.wait(120)


@pytest.fixture(params=["redis", "process"] if IS_SQLITE else ["redis"])
def crowd(request, place):
    url, kinds, redis = place
    with redis.client() as client:
        client.flushall()
    make = (kinds | {"process": local_stores(url)})[request.param]
    crowd = Crowd(url, make())
    with crowd.engine.begin() as connection:
        connection.execute(Account.__table__.delete())
        connection.execute(insert(Account).values(id=1, amount=1))
    yield crowd
    crowd.close()


def all_at_once(*asks: Callable[[], Any], threads: int = 200) -> list[Any]:
    start = threading.Barrier(threads)

    def one(number: int) -> Any:
        start.wait()
        return asks[number % len(asks)]()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def test_two_hundred_threads_at_an_expired_key_make_one_query(crowd):
    query = crowd.queries["amounts"]
    query.ttl = 0.05
    crowd.ask()
    query.ttl = 60
    time.sleep(0.3)  # past its time, and past the time it may be given while it is made anew
    crowd.ran = 0

    assert all_at_once(crowd.ask) == [(1, 1)] * 200
    assert crowd.ran == 1


def test_two_processes_make_one_query_together(place):
    url, kinds, redis = place
    with redis.client() as client:
        client.flushall()
    one, other = (Crowd(url, kinds["redis"]()) for _ in range(2))

    found = all_at_once(one.ask, other.ask, threads=40)

    assert found == [(1, 1)] * 40
    assert one.ran + other.ran == 1
    one.close(), other.close()


def test_who_asks_after_a_commit_does_not_join_a_query_from_before_it(crowd):
    held = crowd.waits = Held()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(crowd.ask)
        assert held.has_begun.wait(120)
        try:
            with crowd.engine.begin() as connection:
                connection.execute(insert(Account).values(id=2, amount=5))
            assert crowd.ask() == (2, 6)
            assert not slow.done()
        finally:
            held.may_end.set()
        slow.result()
    assert crowd.ran == 2


def test_past_its_time_one_makes_it_anew_and_the_others_get_what_is_there(crowd):
    query, crowd.takes = crowd.queries["amounts"], 0.01
    query.ttl = 3  # and for as long again it may be given while it is made anew
    crowd.ask()
    time.sleep(3.4)
    held = crowd.waits = Held()
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(crowd.ask)
        try:
            assert held.has_begun.wait(120)
            assert crowd.ask() == (1, 1)
            assert not leader.done()
        finally:
            held.may_end.set()

    assert crowd.ran == 2


def test_when_the_one_fails_the_others_ask_for_themselves(crowd):
    crowd.fails = True
    crowd.takes = 0.05

    def ask() -> str:
        with pytest.raises(OperationalError):
            crowd.ask()
        return "failed"

    assert all_at_once(ask, threads=5) == ["failed"] * 5
    crowd.fails = False
    assert crowd.ask() == (1, 1)


def test_past_its_time_it_is_given_once_more_when_the_database_fails(crowd):
    query = crowd.queries["amounts"]
    query.ttl = 3  # and for as long again
    crowd.ask()
    time.sleep(3.4)
    crowd.fails = True

    assert crowd.ask() == (1, 1)


def test_past_its_time_a_mistake_in_the_query_leaves_the_lead_to_the_next_one(crowd):
    crowd.queries["amounts"].ttl = 3  # and for as long again
    crowd.ask()
    time.sleep(3.4)

    def mistaken() -> None:
        raise ValueError("a mistake of ours")

    rests, crowd.waits = crowd.waits, mistaken
    with pytest.raises(ValueError, match="a mistake"):
        crowd.ask()
    crowd.waits = rests
    crowd.ask()

    assert crowd.ran == 3


def test_whoever_waits_too_long_asks_for_itself(crowd, monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.05)
    crowd.waits = threading.Barrier(3, timeout=120).wait

    assert all_at_once(crowd.ask, threads=3) == [(1, 1)] * 3
    assert crowd.ran == 3
    assert crowd.cache.figures.numbers["amounts|impatient"] == 2
