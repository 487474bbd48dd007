"""Without Redis the cache is off and nothing is broken; what was written meanwhile is known when it is back."""

import os
import time

import pytest
from sqlalchemy import insert, select, update

from reminder_app.database.cache import wire
from reminder_app.database.cache.shared import SharedStore
from tests.database.caching import (
    Account,
    Crash,
    Process,
    Watched,
    fresh_url,
    make_tables,
)
from tests.servers import Redis


@pytest.fixture(scope="module")
def url():
    url = fresh_url("away")
    make_tables(url)
    return url


@pytest.fixture
def redis():
    with Redis() as server:
        yield server


@pytest.fixture
def is_patient() -> bool:
    """With Redis: a busy machine is given time where it is not to hang."""
    return True


@pytest.fixture
def pair(url, redis, monkeypatch, is_patient):
    monkeypatch.setattr(wire, "AWAY_SECONDS", 0.1)
    monkeypatch.setattr("reminder_app.database.cache.shared.DISTRUST_SECONDS", 0.3)
    monkeypatch.setattr("reminder_app.database.cache.shared.TELL_EVERY", 0.02)
    address = redis.patient_url if is_patient else redis.url
    one, other = (Process(url, SharedStore(address, commit_seconds=0.4)) for _ in range(2))
    with one.engine.begin() as connection:
        connection.execute(Account.__table__.delete())
        connection.execute(insert(Account).values(id=1, amount=1))
    until(lambda: cached_again(other))  # the first versions are not trusted before
    yield one, other
    for process in (one, other):
        process.close()


def read(process: Process):
    found = process.read("amounts")
    process.session.rollback()
    return found


def write(process: Process, amount: int) -> None:
    process.begin()
    process.session.execute(update(Account).values(amount=amount))
    process.session.commit()


def hits(process: Process) -> float:
    return process.cache.figures.numbers["amounts|hits"]


def until(what, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def cached_again(process: Process) -> bool:
    before = hits(process)
    read(process)
    return hits(process) > before


def test_reads_and_writes_go_on_without_it_and_it_is_used_again_when_it_is_back(pair, redis):
    one, other = pair
    redis.kill()

    assert read(other) == (1, 1)
    write(one, 2)
    assert read(other) == (1, 2)

    redis.start()
    until(lambda: cached_again(other))
    write(one, 3)
    assert read(other) == (1, 3)


@pytest.mark.parametrize("is_patient", [False])
def test_what_was_written_while_it_hung_is_told_when_it_answers(pair, redis):
    """It keeps all it knows, and one of two processes never saw it away."""
    one, other = pair
    until(lambda: cached_again(other))
    os.kill(redis.pid, 19)  # it hangs
    write(one, 7)
    os.kill(redis.pid, 18)
    until(lambda: not one.store.state()["owed"])

    assert read(other) == (1, 7)
    until(lambda: cached_again(one))


@pytest.mark.parametrize("is_patient", [False])
def test_nobody_waits_long_for_one_that_hangs(pair, redis, monkeypatch):
    """The first of them finds out, and the others do not ask."""
    monkeypatch.setattr(wire, "AWAY_SECONDS", 3600)
    one, _ = pair
    os.kill(redis.pid, 19)
    for amount in range(3):
        write(one, amount)
    assert one.store.state()["is_away"]
    os.kill(redis.pid, 18)


def test_a_process_that_dies_after_its_commit_leaves_nothing_stale(pair, redis, url):
    one, other = pair
    dying = Process(url, Watched(one.store))

    def die() -> None:
        raise Crash

    dying.store.at_bump.append(die)
    with pytest.raises(Crash):
        write(dying, 9)
    dying.crash()

    assert read(other) == (1, 9)  # past the cache, while the mark holds
    until(lambda: cached_again(other))
    assert read(other) == (1, 9)


def test_a_version_that_was_evicted_brings_no_old_value_back(pair, redis):
    one, other = pair
    until(lambda: cached_again(other))
    write(one, 4)
    with redis.client() as client:
        for key in client.keys("*:t:*"):
            client.delete(key)

    assert read(other) == (1, 4)
    until(lambda: cached_again(other))
    assert read(other) == (1, 4)


def test_an_old_copy_of_redis_is_not_believed_after_a_restart(pair, redis):
    """A snapshot from before the last write: the values and the versions in it agree."""
    one, other = pair
    until(lambda: cached_again(other))
    with redis.client() as client:
        kept = {key: client.dump(key) for key in client.keys("reminder_app:cache:*")}
    write(one, 5)
    redis.kill()
    redis.start()
    with redis.client() as client:
        for key, value in kept.items():
            client.restore(key, 0, value, replace=True)

    assert read(other) == (1, 5)
    until(lambda: cached_again(other))
    assert read(other) == (1, 5)


def test_without_memory_for_marks_versions_are_forgotten_instead(pair, redis):
    one, other = pair
    until(lambda: cached_again(other))
    with redis.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 1)
    write(one, 6)

    assert read(other) == (1, 6)
    with redis.client() as client:
        client.config_set("maxmemory", 0)
    until(lambda: cached_again(other))
    assert read(other) == (1, 6)


def test_a_child_of_a_process_opens_connections_of_its_own(pair):
    one, _ = pair
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        answer = one.store.look("a key", ["accounts"])
        os.write(writing, answer.said.value.encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reading, 20) == b"lead"
    until(lambda: cached_again(one))
    one.session.execute(select(1))
