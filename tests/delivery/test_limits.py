"""How fast mail goes out: what may not go yet gets a later turn, and nobody sleeps."""

import dataclasses
import socket
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from reminder_app.config.rates import Rate, by_domain
from reminder_app.database import db, now
from reminder_app.delivery import (
    claim_repository,
    claims,
    limits,
    sending_accounts,
    service,
    shared_buckets,
)
from reminder_app.delivery.buckets import Bucket, Request
from reminder_app.delivery.limits import Found, limit
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sending_accounts import EMAIL
from reminder_app.delivery.shared_buckets import SharedBuckets
from tests.servers import Redis

WAITS = "Waits for its turn: 1 a minute go out through the mail server."


@pytest.fixture(scope="module")
def redis_server():
    with Redis() as server:
        yield server


@pytest.fixture
def redis(redis_server):
    redis_server.start()
    with redis_server.client() as client:
        client.flushall()
    return redis_server


@pytest.fixture
def courier_with(app, mail_settings, redis):
    """courier_with(mail_rate="10/s"): one that shares its rates in Redis."""
    couriers = []

    def make(
        mail_rate="", domains="", campaign_rate="", redis_url=redis.patient_url, **fields
    ) -> Courier:
        settings = dataclasses.replace(
            mail_settings,
            mail_rate=Rate.of(mail_rate) if mail_rate else None,
            mail_domain_rates=by_domain(domains),
            campaign_rate=Rate.of(campaign_rate) if campaign_rate else None,
            redis_url=redis_url,
            **fields,
        )
        couriers.append(Courier(settings))
        return couriers[-1]

    yield make
    for courier in couriers:
        courier.close()


@pytest.fixture
def buckets_at():
    made = []

    def make(url) -> SharedBuckets:
        made.append(SharedBuckets(url, "one", 1))
        return made[-1]

    yield make
    for buckets in made:
        buckets.close()


@pytest.fixture
def wait_in_line(plan):
    """wait_in_line(limit, 5, source_id=…): so many who wait for it, from in ten minutes on."""

    def wait_in_line(limit, many, after=600, **fields):
        ids = plan(many, **fields)
        waiting = update(Delivery).where(Delivery.id.in_(ids))
        not_before = now() + timedelta(seconds=after)
        db.session.execute(waiting.values(reason=limit.reason, not_before=not_before))
        db.session.commit()
        return ids

    return wait_in_line


def campaign_of(person):
    return {"source_kind": "campaign", "source_id": person.id}


def campaign_limit(person):
    what = "of this campaign go out"
    return limit(f"campaign:{person.id}", Rate.of("1/s"), what, person.id)


ACCOUNT_LIMIT = limit("account:email", Rate.of("10/s"), "go out through the mail server")


def sent_to(sink, words):
    return sum(words in str(entry["to"]) for entry in sink.accepted())


def test_what_is_over_the_rate_gets_a_later_turn_and_says_why(courier_with, plan, sink, fresh):
    rows = plan(30)
    began = now()

    courier_with("1/m burst 4").send_due(0)

    assert sink.count == 4
    waiting = [row for row in map(fresh, rows) if row.state == "pending"]
    assert len(waiting) == 26
    assert {(row.reason, row.attempts, row.tries, row.fence) for row in waiting} == {
        (WAITS, 0, 0, 0)
    }
    turns = sorted(row.not_before - began for row in waiting)
    assert timedelta(0) < turns[0] < timedelta(minutes=5)
    assert timedelta(minutes=25) < turns[-1] < timedelta(minutes=31)


def test_each_goes_out_at_its_turn_to_the_rate(courier_with, plan, sink):
    courier = courier_with("20/s burst 5")
    plan(100)
    began = time.monotonic()

    while sink.count < 45 and time.monotonic() - began < 60:
        courier.send_due(0.5)

    assert 1.8 < time.monotonic() - began < 30  # 2 s, where nobody else is at work


def test_nothing_waits_below_the_rate(courier_with, plan, sink):
    courier = courier_with("20/s")
    plan(15)

    courier.send_due(0)

    assert sink.count == 15


def test_a_domain_has_a_rate_of_its_own(courier_with, plan, sink, fresh):
    slow = plan(5, address="a@Slow.example")
    plan(5, address="b@quick.example")
    others = plan(5, address="c@other.example")

    courier_with(domains="slow.example=1/s burst 2, *=1/s burst 3, quick.example=9/s").send_due(0)

    assert sent_to(sink, "low.example") == 2
    assert sent_to(sink, "quick.example") == 5
    assert sent_to(sink, "other.example") == 3
    assert fresh(slow[-1]).reason == "Waits for its turn: 1 a second go to slow.example."
    assert fresh(others[-1]).reason == "Waits for its turn: 1 a second go to other.example."


def test_a_campaign_has_a_rate_of_its_own(courier_with, plan, sink, alice, bob):
    plan(5, source_kind="campaign", source_id=alice.id)
    plan(5, source_kind="campaign", source_id=bob.id)
    plan(5)

    courier_with(campaign_rate="1/s burst 2").send_due(0)

    assert sink.count == 2 + 2 + 5


def test_another_workspace_does_not_wait_behind_a_long_line(
    courier_with, plan, sink, charlie, fresh
):
    courier = courier_with("4/s")
    plan(400)
    courier.send_due(0.5)
    (alone,) = plan(workspace_id=charlie.workspace_id, address="charlie@example.org")
    began = time.monotonic()

    while fresh(alone).state != "sent" and time.monotonic() - began < 60:
        courier.send_due(0.2)

    assert fresh(alone).state == "sent"
    assert sink.count < 200  # and not after all the line, which takes 100 s


def test_while_nothing_goes_out_nobody_moves_up(courier_with, plan, sink, fresh):
    courier = courier_with("20/s burst 2")
    rows = plan(100)
    courier.send_due(0)
    sending_accounts.pause(EMAIL, "Alice")
    time.sleep(0.2)  # until a turn has come, at which a worker hears of it
    courier.send_due(0.1)
    turns = {row: fresh(row).not_before for row in rows}
    db.session.rollback()

    time.sleep(1.1)
    courier.send_due(0)

    assert {row: fresh(row).not_before for row in rows} == turns


def test_two_workers_share_a_rate(courier_with, plan, sink):
    first, second = courier_with("1/h burst 6"), courier_with("1/h burst 6")
    plan(4)
    first.send_due(0)
    plan(4)

    second.send_due(0)

    assert sink.count == 6


def test_without_limits_redis_is_not_asked(courier_with, plan, sink, redis):
    plan(3)
    with redis.client() as client:
        client.config_resetstat()
        courier_with().send_due(0)

        assert sink.count == 3
        assert set(client.info("commandstats")) <= {"cmdstat_config|resetstat", "cmdstat_info"}


def test_a_claim_asks_once_and_puts_off_all_in_one_statement(
    courier_with, plan, sink, redis, count_queries, monkeypatch
):
    monkeypatch.setattr(limits, "LOOK_SECONDS", 3600)  # nor anything else asks
    courier = courier_with("4/h burst 4")
    plan(4)
    courier.send_due(0)
    plan(60)
    with redis.client() as client, count_queries() as statements:
        client.config_resetstat()
        courier.send_due(0)
        asked = client.info("commandstats")["cmdstat_eval"]["calls"]

    assert sink.count == 4
    assert asked == 1
    assert sum("not_before = CASE" in statement for statement in statements) == 1
    assert len(statements) < 8


def test_emptied_redis_gives_one_burst_and_loses_nothing(courier_with, plan, sink, redis):
    courier = courier_with("1/h burst 5")
    rows = plan(20)
    courier.send_due(0)
    with redis.client() as client:
        client.flushall()
        client.script_flush()
    plan(20)

    courier.send_due(0)

    assert sink.count == 10
    states = select(Delivery.state, func.count()).group_by(Delivery.state)
    assert dict(db.session.execute(states).all()) == {"sent": 10, "pending": 30}
    assert len(rows) == 20


def test_without_redis_a_process_keeps_to_its_share(courier_with, plan, sink):
    plan(30)

    courier_with("2/s burst 12", redis_url="", worker_concurrency=4).send_due(0)

    assert sink.count == 3


def test_when_redis_goes_away_a_share_goes_on(courier_with, plan, sink, redis):
    others = [courier_with("40/s burst 8") for _ in range(3)]
    courier = courier_with("40/s burst 8")
    for one in [*others, courier]:  # each is seen
        one.send_due(0)
    redis.kill()
    plan(200)
    began = time.monotonic()

    while sink.count < 30 and time.monotonic() - began < 60:
        courier.send_due(0.5)

    # A quarter of 40 a second, and of the burst.
    assert 30 <= sink.count <= 10 * (time.monotonic() - began) + 4


@pytest.fixture
def asked(monkeypatch):
    """What Redis was asked, whether or not it answered."""
    asked, run = [], SharedBuckets._run

    def noted(buckets, *command):
        asked.append(command[0])
        return run(buckets, *command)

    monkeypatch.setattr(SharedBuckets, "_run", noted)
    return asked


def test_a_redis_that_hangs_is_asked_once(courier_with, plan, sink, redis, asked, monkeypatch):
    monkeypatch.setattr(shared_buckets, "AWAY_SECONDS", 3600)
    courier = courier_with("100/s", redis_url=redis.url)
    plan(50)
    courier.send_due(0)
    redis.pause()
    asked.clear()
    try:
        plan(10)
        for _ in range(5):
            courier.send_due(0)
    finally:
        redis.resume()

    assert asked == ["EVAL"]


def test_what_was_given_and_not_used_comes_back(courier_with, plan, sink, fresh, later):
    courier = courier_with("1/h burst 10")
    rows = plan(8)
    sink.kill()
    courier.send_due(0)
    assert {row.state for row in map(fresh, rows)} == {"pending"}
    sink.start()
    later(seconds=3)

    courier.send_due(0)
    courier.send_due(0)

    assert sink.count == 8


def test_who_waits_moves_up_when_those_before_are_called_off(
    courier_with, plan, sink, fresh, bob, later
):
    courier = courier_with("10/m burst 2")
    plan(100, source_id=bob.id)
    courier.send_due(0)
    (last,) = plan()
    courier.send_due(0)
    assert fresh(last).not_before > now() + timedelta(minutes=8)
    service.cancel(source_kind="reminder", source_id=bob.id, reason="Done.")
    began = time.monotonic()

    while fresh(last).state != "sent" and time.monotonic() - began < 60:
        courier.send_due(0.5)

    assert fresh(last).state == "sent"


def test_only_who_waits_for_the_same_campaign_moves_up(wait_in_line, fresh, alice, bob):
    alices = wait_in_line(campaign_limit(alice), 3, **campaign_of(alice))
    bobs = wait_in_line(campaign_limit(bob), 3, **campaign_of(bob))
    began = now()

    found = claims.pull_forward(campaign_limit(alice), [0.0, 1.0])

    assert found == Found(2, is_all=True)
    assert sum(fresh(row).not_before < began + timedelta(minutes=5) for row in alices) == 2
    assert all(fresh(row).not_before > began + timedelta(minutes=5) for row in bobs)


def test_a_campaign_that_was_called_off_is_not_looked_after_any_more(wait_in_line, alice, bob):
    wait_in_line(campaign_limit(bob), 3, **campaign_of(bob))

    assert claims.pull_forward(campaign_limit(alice), [0.0]) == Found(0, is_all=True)


def test_who_waits_is_looked_for_among_the_next_thousands(wait_in_line, fresh, alice, monkeypatch):
    monkeypatch.setattr(claim_repository, "LOOKED_THROUGH", 20)
    wait_in_line(ACCOUNT_LIMIT, 30)
    (behind,) = wait_in_line(campaign_limit(alice), 1, after=1200, **campaign_of(alice))
    turn = fresh(behind).not_before

    assert claims.pull_forward(campaign_limit(alice), [0.0]) == Found(0, is_all=False)
    assert fresh(behind).not_before == turn
    assert claims.pull_forward(ACCOUNT_LIMIT, [0.0] * 30) == Found(20, is_all=False)


def test_who_is_far_behind_is_looked_for_again_later_and_not_forgotten(courier_with, plan):
    ours = courier_with("10/s burst 4")._limits
    (steady,) = ours._waited_for
    began = time.monotonic()

    ours.moved_up(steady, Found(0, is_all=False))

    assert steady in ours._waited_for
    assert ours._waited_for[steady] >= began + limits.FAR_SECONDS
    assert ours.free() == []


def test_no_turn_comes_after_the_deadline(courier_with, plan, fresh, later):
    deadline_at = now() + timedelta(seconds=90)
    rows = plan(5, deadline_at=deadline_at)
    courier = courier_with("1/m burst 1")
    courier.send_due(0)
    waiting = [row for row in map(fresh, rows) if row.state == "pending"]

    assert len(waiting) == 4
    assert max(row.not_before for row in waiting) == deadline_at

    later(seconds=91)
    courier.send_due(0)

    assert "pending" not in {fresh(row).state for row in rows}


def test_while_rows_are_locked_nobody_connects(buckets_at, redis):
    buckets, bucket = buckets_at(redis.patient_url), Bucket("mail", 60, 4)
    with redis.client() as client:
        client.config_resetstat()
        buckets.ask([bucket], [Request("alice", (0,), False)], 1)

        assert "cmdstat_eval" not in client.info("commandstats")

        buckets.ready()
        buckets.ask([bucket], [Request("alice", (0,), False)], 1)

        assert client.info("commandstats")["cmdstat_eval"]["calls"] == 1


def test_a_redis_that_does_not_answer_is_waited_for_before_rows_are_locked(
    buckets_at, asked, monkeypatch
):
    monkeypatch.setattr(shared_buckets, "AWAY_SECONDS", 3600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        buckets = buckets_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        buckets.ready()
        buckets.ask([Bucket("mail", 60, 4)], [Request("alice", (0,), False)], 1)
        buckets.ready()
        came = connections(silent)

    assert came == 1
    assert asked == []


def connections(listening) -> int:
    listening.setblocking(False)
    came = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            came += 1
    return came


def test_a_connection_that_was_closed_is_opened_again(courier_with, plan, sink, redis):
    couriers = [courier_with("1/h burst 6") for _ in range(2)]
    for courier in couriers:
        plan(2)
        courier.send_due(0)
    with redis.client() as client:
        assert client.client_kill_filter(_type="normal", skipme=True) == 2
    plan(9)

    for courier in couriers:
        courier.send_due(0)

    assert sink.count == 6


def test_when_redis_goes_away_all_buckets_begin_empty(buckets_at, redis):
    buckets = buckets_at(redis.patient_url)
    buckets.ready()
    wish = [Request("alice", (0,), False)]
    assert buckets.ask([Bucket("mail", 60, 4)], wish, 1).verdicts[0].may_go
    redis.kill()

    for name in ("mail", "domain", "campaign"):
        (verdict,) = buckets.ask([Bucket(name, 60, 4)], wish, 1).verdicts
        assert not verdict.may_go
