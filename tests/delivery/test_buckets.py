"""Token buckets: never too much, not too little, and everybody in turn."""

import json

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from reminder_app.delivery.buckets import Bucket, Buckets, Request
from reminder_app.delivery.shared_buckets import PREFIX, SCRIPT
from tests.delivery.queue import Queue
from tests.servers import Redis

STEPS = st.lists(
    st.tuples(
        st.floats(0, 3),  # seconds since the last
        st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30),
    ),
    max_size=25,
)
RATES = st.builds(
    Bucket,
    st.just("mail"),
    st.floats(0.001, 5),
    st.integers(1, 60),
)


@pytest.fixture(scope="module")
def redis():
    with Redis() as server, server.client() as client:
        yield client


@given(RATES, STEPS)
def test_no_window_has_more_than_the_burst_and_its_share_of_the_rate(bucket, steps):
    buckets, now, went = Buckets(), 1000.0, []
    for seconds, wishes in steps:
        now += seconds
        requests = [Request(line, (0,), has_waited) for line, has_waited in wishes]
        answer = buckets.ask([bucket], requests, 100, now)
        went += [now] * sum(verdict.may_go for verdict in answer.verdicts)

    for first, begin in enumerate(went):
        for last in range(first, len(went)):
            allowed = bucket.burst + (went[last] - begin) / bucket.interval
            assert last - first + 1 <= allowed + 0.001


@given(RATES, STEPS)
def test_who_has_to_wait_is_told_a_later_time(bucket, steps):
    buckets, now = Buckets(), 1000.0
    for seconds, wishes in steps:
        now += seconds
        requests = [Request(line, (0,), has_waited) for line, has_waited in wishes]
        for verdict in buckets.ask([bucket], requests, 100, now).verdicts:
            assert verdict.may_go or verdict.wait > 0


@pytest.mark.parametrize(
    ("rate", "burst", "lines"), [(50, 51, 1), (50, 51, 40), (500, 501, 3), (5, 6, 2), (20, 4, 1)]
)
def test_a_backlog_goes_out_at_the_rate(rate, burst, lines):
    queue = Queue(Bucket("mail", 1 / rate, burst))
    for line in range(lines):
        queue.add(rate * 70 // lines, f"line {line}")

    queue.run(until=70)

    sent = queue.sent_between(5, 65)
    assert sent == pytest.approx(60 * rate, rel=0.02)
    assert max(queue.asked.values()) <= 12
    assert sum(queue.asked.values()) <= 3 * len(queue.asked)


def test_a_backlog_of_a_hundred_thousand_is_put_off_once():
    queue = Queue(Bucket("mail", 1 / 50, 51), latest=0.1)
    queue.add(100_000)

    queue.run(until=60)

    assert len(queue.asked) == 100_000
    assert sum(queue.asked.values()) <= 110_000
    assert queue.sent_between(30, 60) == pytest.approx(1500, rel=0.02)


@pytest.mark.parametrize("after", [0.5, 3, 20])
def test_one_alone_does_not_wait_behind_the_line_of_others(after):
    queue = Queue(Bucket("mail", 1 / 50, 51))
    queue.add(5000)
    queue.run(until=after)
    told_at = queue.now
    (alone,) = queue.add(1, "bob")

    queue.run(until=after + 3)

    assert queue.sent_at[alone] - told_at < 1


def test_lines_share_the_rate():
    queue = Queue(Bucket("mail", 1 / 50, 51))
    alice = queue.add(6000, "alice")
    queue.run(until=10)
    bob = queue.add(1000, "bob")

    queue.run(until=40)

    def since(numbers):
        return sum(queue.sent_at.get(number, 0) > queue.began + 10 for number in numbers)

    assert since(alice) + since(bob) == pytest.approx(1500, rel=0.03)
    assert since(bob) > 400


@pytest.mark.parametrize("kept_every", [2, 10])
def test_those_behind_move_up_where_others_are_called_off(kept_every):
    queue = Queue(Bucket("mail", 1 / 50, 51))
    numbers = queue.add(20_000)
    queue.run(until=10)
    queue.call_off(number for number in numbers if number % kept_every)

    queue.run(until=31)

    assert queue.sent_between(11, 31) == pytest.approx(1000, rel=0.05)


def test_tokens_that_were_not_used_come_back():
    buckets, bucket = Buckets(), Bucket("mail", 1, 10)
    requests = [Request("alice", (0,), False)] * 10
    buckets.ask([bucket], requests, 10, now=1000)

    buckets.give_back([(bucket, 4)], now=1000)

    answer = buckets.ask([bucket], requests, 10, now=1000)
    assert [verdict.may_go for verdict in answer.verdicts] == [True] * 4 + [False] * 6


def test_a_letter_needs_a_token_of_each_of_its_buckets_and_takes_none_without():
    buckets, wide, narrow = Buckets(), Bucket("mail", 1, 10), Bucket("domain", 1, 2)
    both, one = Request("alice", (0, 1), False), Request("bob", (0,), False)

    answer = buckets.ask([wide, narrow], [both] * 4 + [one] * 9, 100, now=1000)

    assert [verdict.may_go for verdict in answer.verdicts] == [True] * 2 + [False] * 2 + [
        True
    ] * 8 + [False]
    assert answer.verdicts[2].bucket == 1


@examples(max_examples=100)
@given(RATES, STEPS)
def test_redis_says_the_same(redis, bucket, steps):
    redis.flushall()
    script, buckets, now = redis.register_script(SCRIPT), Buckets(), 1_700_000_000.0
    for seconds, wishes in steps:
        now = round(now + seconds, 3)
        requests = [Request(line, (0,), has_waited) for line, has_waited in wishes]
        asked = {
            "worker": "one",
            "seen": 60,
            "most": 20,
            "now": now,
            "buckets": [[bucket.name, bucket.interval, bucket.burst, 0]],
            "requests": [[line, int(has_waited), 0] for line, has_waited in wishes],
        }
        told = json.loads(script(keys=[PREFIX], args=[json.dumps(asked)]))
        answer = buckets.ask([bucket], requests, 20, now)

        waits = [-1 if v.wait is None else v.wait for v in answer.verdicts]
        assert list(told["waits"]) == pytest.approx(waits, abs=bucket.grid + 0.001)
        assert [wait == 0 for wait in told["waits"]] == [wait == 0 for wait in waits]
