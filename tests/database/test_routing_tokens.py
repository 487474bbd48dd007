"""Whose last write is where: kept in Redis for all processes, and nowhere known when it is away."""

import pytest

from reminder_app.database import clock
from reminder_app.database.routing import Token
from reminder_app.database.routing.token_store import TokenStore
from tests.servers import Redis


@pytest.fixture(scope="module")
def redis():
    with Redis() as server:
        yield server


@pytest.fixture
def store(redis):
    with redis.client() as client:
        client.flushall()
    store = TokenStore(redis.patient_url, 30)
    yield store
    store.client.close()


def test_a_token_is_the_same_when_it_was_packed():
    token = Token.now("0-1-7,\n1-1-9")

    again = Token.unpacked(token.packed())

    assert again.position == "0-1-7,1-1-9"
    assert again.weight == 16
    assert abs(again.at - clock.now().timestamp()) < 60


@pytest.mark.parametrize("text", ["", "nonsense", "1|x|0-1-7", "1|1.0|no-gtid", "1|1.0"])
def test_what_is_no_token_is_none(text):
    assert Token.unpacked(text) is None


def test_each_has_their_own_last_write(store):
    store.remember(["alice", "everybody"], Token.now("0-1-7"))
    store.remember(["bob"], Token.now("0-1-8"))

    found = store.tokens_of(["alice", "bob", "charlie"])

    assert {name: token.position for name, token in found.items()} == {
        "alice": "0-1-7",
        "bob": "0-1-8",
    }


def test_the_later_of_two_writes_stays_whichever_arrives_last(store):
    store.remember(["alice"], Token.now("0-1-8"))
    store.remember(["alice"], Token.now("0-1-7"))

    assert store.tokens_of(["alice"])["alice"].position == "0-1-8"


def test_a_write_without_a_position_makes_readers_wait_whatever_was_before(store):
    store.remember(["alice"], Token.now("0-1-8"))
    store.remember(["alice"], Token.now(""))

    assert store.tokens_of(["alice"])["alice"].position == ""


def test_a_token_is_forgotten_only_while_it_is_the_last(store):
    old, new = Token.now("0-1-7"), Token.now("0-1-8")
    store.remember(["alice"], old)
    store.remember(["alice"], new)

    store.forget("alice", old)
    assert "alice" in store.tokens_of(["alice"])

    store.forget("alice", new)
    assert store.tokens_of(["alice"]) == {}


def test_it_is_kept_for_half_a_minute(redis, store):
    store.remember(["alice"], Token.now("0-1-7"))

    with redis.client() as client:
        assert 25 <= client.ttl("reminder_app:routing:alice") <= 30


def test_while_redis_is_away_nobody_knows_and_afterwards_they_do():
    with Redis() as redis:
        store = TokenStore(redis.url, 30)
        redis.kill()

        assert store.tokens_of(["alice"]) is None

        redis.start()
        store._rests_until = 0
        assert store.tokens_of(["alice"]) == {}
        store.client.close()


def test_a_write_that_could_not_be_told_keeps_this_process_from_believing_it_knows():
    with Redis() as redis:
        store = TokenStore(redis.url, 30)
        redis.kill()
        store.remember(["alice"], Token.now("0-1-7"))
        redis.start()
        store._rests_until = 0

        assert store.tokens_of(["alice"]) is None
        store.client.close()
