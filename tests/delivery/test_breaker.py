"""A mail server that takes nothing is left alone by all workers, and tried by one in turn."""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from reminder_app.database import db
from reminder_app.delivery import account_repository, sending_accounts
from reminder_app.delivery.backoff import wait_for_account
from reminder_app.delivery.channels import connection
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sending_accounts import EMAIL


def status():
    (account,) = sending_accounts.status()
    return account


@pytest.fixture
def connects(monkeypatch):
    """Who connects, and how many do at the same moment."""
    counts, lock, connect = Counter(), threading.Lock(), connection.connect

    def counted(*given):
        with lock:
            counts["all"] += 1
            counts["now"] += 1
            counts["most"] = max(counts["most"], counts["now"])
        try:
            return connect(*given)
        finally:
            with lock:
                counts["now"] -= 1

    monkeypatch.setattr(connection, "connect", counted)
    return counts


def test_the_others_hear_of_it_and_claim_nothing(
    courier, mail_settings, plan, sink, connects, fresh
):
    (row,) = plan()
    sink.kill()
    courier.send_due(0)
    assert (status().failures, status().is_broken) == (1, True)
    assert status().broken_words == "The mail server cannot be reached: Connection refused"
    before, fence = connects["all"], fresh(row).fence

    other = Courier(mail_settings)
    other.send_due(0)
    other.close()

    assert connects["all"] == before
    assert fresh(row).fence == fence


def test_a_trial_that_fails_touches_no_message_and_waits_longer(courier, plan, sink, fresh, later):
    (row,) = plan()
    sink.kill()
    courier.send_due(0)
    fence = fresh(row).fence
    for failures in range(2, 8):
        later(seconds=61)
        courier.send_due(0)
        assert status().failures == failures
    assert fresh(row).fence == fence


def test_after_a_success_all_go_on(courier, mail_settings, plan, sink, later):
    plan(30)
    sink.kill()
    courier.send_due(0)
    other = Courier(mail_settings)
    other.send_due(0)
    sink.start()
    later(seconds=3)

    courier.send_due(0)
    assert status().is_broken is False
    assert (status().failures, status().retry_at, status().broken_words) == (0, None, "")
    other.send_due(0)
    other.close()

    assert sink.count == 30


def test_a_sender_that_is_refused_is_tried_with_a_few(courier, plan, sink, later, fresh):
    rows = plan(60)
    sink.refuse(550, at="mail", text="sender not allowed")
    courier.send_due(0)
    fences = Counter(fresh(row).fence for row in rows)
    later(seconds=3)

    courier.send_due(0)

    again = Counter(fresh(row).fence for row in rows)
    assert sum(fence * many for fence, many in (again - fences).items()) <= 20
    assert {fresh(row).attempts for row in rows} == {0}
    assert status().failures == 2


def test_it_waits_a_second_at_first_and_a_minute_at_most():
    for failures in range(1, 30):
        waits = [wait_for_account(failures).total_seconds() for _ in range(200)]
        assert min(waits) >= 1
        assert max(waits) <= min(2**failures, 60)


def test_of_several_that_find_out_together_one_counts(app):
    leaves = [sending_accounts.ask(EMAIL) for _ in range(4)]

    assert [sending_accounts.broke(EMAIL, "refused", leave) for leave in leaves] == [
        True,
        False,
        False,
        False,
    ]
    assert status().failures == 1


def test_a_trial_is_given_to_one(app, later):
    sending_accounts.broke(EMAIL, "refused", sending_accounts.ask(EMAIL))
    assert sending_accounts.ask(EMAIL).is_given is False
    later(seconds=3)

    leaves = [sending_accounts.ask(EMAIL) for _ in range(4)]

    assert [leave.is_given for leave in leaves] == [True, False, False, False]
    assert leaves[0].is_trial
    later(seconds=40)  # it died meanwhile
    assert sending_accounts.ask(EMAIL).is_trial


def test_who_mended_it_need_not_wait(courier, plan, sink):
    plan()
    sink.kill()
    courier.send_due(0)
    sink.start()

    sending_accounts.resume(EMAIL)
    courier.send_due(0)

    assert sink.count == 1


def test_it_is_said_once(courier, plan, sink, later, caplog):
    plan()
    sink.kill()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            courier.send_due(0)
            later(seconds=61)
        sink.start()
        courier.send_due(0)

    ours = [record.message for record in caplog.records if "through email" in record.message]
    assert ours == [
        "nothing can be sent through email: The mail server cannot be reached: Connection refused",
        "messages go out through email again",
    ]


def test_when_what_is_known_cannot_be_read_or_written_a_worker_decides_alone(
    courier, plan, sink, fresh, monkeypatch
):
    def away(*_args, **_values):
        raise OperationalError("SELECT", {}, Exception("away"))

    (row,) = plan()
    monkeypatch.setattr(account_repository, "state_of", away)
    monkeypatch.setattr(account_repository, "know", away)
    sink.kill()
    courier.send_due(0)
    fence = fresh(row).fence
    courier.send_due(0)
    assert fresh(row).fence == fence

    sink.start()
    deadline = time.monotonic() + 60
    while sink.count == 0 and time.monotonic() < deadline:
        courier.send_due(0.2)

    assert sink.count == 1


def test_four_workers_and_a_server_that_is_away(app, mail_settings, plan, sink, connects):
    """Few look whether it is back, one at a time, and no message pays for it."""
    plan(40)
    couriers = [Courier(mail_settings) for _ in range(4)]
    sink.kill()
    is_over, rounds = threading.Event(), Counter()

    def work(courier):
        with app.app_context():
            while not is_over.is_set():
                courier.send_due(0.1)
                rounds[courier] += 1
                time.sleep(0.1)
            courier.close()

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work, courier) for courier in couriers]
        try:
            until(lambda: failures() > 0)
            before = rounds.copy()
            until(lambda: all(rounds[one] > before[one] + 1 for one in couriers))
            found_out, counted = connects["all"], failures()
            connects["most"] = 0
            until(lambda: failures() >= counted + 2)
            tried, counted_since = connects["all"] - found_out, failures() - counted
            most = connects["most"]
            sink.start()
            sink.wait_for(40, seconds=120)
        finally:
            is_over.set()

    assert [worker.exception() for worker in workers] == [None] * 4
    # Each for itself at the most, and one in turn after that: this one may be under way.
    assert found_out <= 4 + counted
    assert abs(tried - counted_since) <= 1
    assert most == 1
    assert sink.count == 40
    assert {row.attempts for row in db.session.query(Delivery)} == {1}
    assert {row.tries for row in db.session.query(Delivery)} == {0}


def failures() -> int:
    try:
        return status().failures
    finally:
        db.session.rollback()


def until(is_so) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("is_away", [False, True])
def test_to_whom_the_message_went_that_stopped_all_is_not_kept(
    courier, plan, sink, caplog, monkeypatch, is_away
):
    def away(*_args, **_values):
        raise OperationalError("SELECT", {}, Exception("away"))

    if is_away:
        monkeypatch.setattr(account_repository, "know", away)
    plan()
    sink.refuse(554, at="rcpt", text="5.7.1 <bob@x.org>: Relay access denied")

    with caplog.at_level(logging.WARNING):
        courier.send_due(0)

    said = [record.message for record in caplog.records if "through email" in record.message]
    assert len(said) == 1
    assert "5.7.1 … Relay access denied" in said[0]
    assert is_away or status().broken_words == "554 5.7.1 … Relay access denied"
