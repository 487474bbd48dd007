"""What the mail server refuses, forgets or never answers."""

import threading
import time
from datetime import timedelta

import pytest

from reminder_app.database import now
from reminder_app.delivery import backoff, service
from reminder_app.delivery.backoff import STEPS
from reminder_app.delivery.channels import email


def test_a_refusal_for_now_is_tried_again_later(courier, plan, sink, fresh, wait_for):
    (delivery,) = plan()
    sink.refuse(451, text="4.7.1 greylisted", times=1)
    began = now()

    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.tries) == ("pending", 1, 1)
    assert row.reason == "451 4.7.1 greylisted"
    assert began <= row.not_before <= now() + STEPS[0]
    assert row.lease_until is None

    wait_for(delivery)
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.reason) == ("sent", 2, "")
    assert [attempt.outcome for attempt in row.history] == ["transient", "sent"]
    assert set(sink.message_ids().values()) == {1}


def test_after_the_last_try_it_has_failed_and_can_be_sent_again(
    courier, plan, sink, fresh, wait_for, alice
):
    (delivery,) = plan()
    sink.refuse(450, text="mailbox full")

    for number in range(len(STEPS)):
        courier.send_due(0)
        assert fresh(delivery).state == "pending", number
        wait_for(delivery)
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.reason) == ("failed", 8, "450 mailbox full")

    sink.behave()
    service.send_again(alice.workspace_id, delivery)
    courier.send_due(0)

    assert fresh(delivery).state == "sent"
    assert fresh(delivery).attempts == 9
    assert [entry["message_id"] for entry in sink.accepted()] == [fresh(delivery).message_id]


def test_a_refusal_for_good_is_final(courier, plan, sink, fresh):
    (delivery,) = plan()
    sink.refuse(550, text="5.1.1 no such user")

    courier.send_due(0)
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.reason, row.attempts) == ("failed", "550 5.1.1 no such user", 1)
    assert row.history[0].reason == "recipient"


def test_one_bad_address_does_not_stop_the_others(courier, plan, sink, fresh):
    sink.refuse(550, address="bad@")
    rows = plan() + plan(address="bad@example.org") + plan()
    before = sink.connections

    courier.send_due(0)

    assert [fresh(row).state for row in rows] == ["sent", "failed", "sent"]
    assert sink.connections - before == 1


@pytest.mark.parametrize(
    ("at", "code", "text", "state", "reason"),
    [
        ("mail", 451, "busy", "pending", "provider"),
        ("rcpt", 452, "full", "pending", "recipient"),
        ("data", 451, "busy", "pending", "provider"),
        ("data", 554, "no", "failed", "content"),
        ("end", 451, "busy", "pending", "provider"),
        ("end", 554, "5.7.1 spam", "failed", "content"),
        ("end", 550, "5.1.1 unknown", "failed", "recipient"),
        ("mail", 552, "too big", "failed", "content"),
        ("rcpt", 421, "closing", "pending", "provider"),
    ],
)
def test_the_reason_says_whose_fault_it_is(
    courier, plan, sink, fresh, at, code, text, state, reason
):
    (delivery,) = plan()
    sink.refuse(code, at=at, text=text)

    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.history[0].reason) == (state, reason)
    assert row.reason == f"{code} {text}"


def test_a_server_that_is_away_costs_no_try(courier, plan, sink, fresh, later):
    rows = plan(3)
    sink.kill()

    assert courier.send_due(1) is False

    for row in map(fresh, rows):
        assert (row.state, row.attempts, row.lease_until) == ("pending", 0, None)
        assert row.reason == "The mail server cannot be reached: Connection refused"
    sink.start()
    courier.send_due(0)
    assert sink.count == 0  # it waits a little before it asks again
    later(seconds=2)
    courier.send_due(0)
    assert sink.count == 3
    assert fresh(rows[0]).reason == ""


@pytest.mark.parametrize("at", ["connect", "ehlo"])
def test_a_server_that_turns_us_away_costs_no_try(courier, plan, sink, fresh, at):
    courier.channel.close()
    (delivery,) = plan()
    sink.refuse(554, at=at, text="go away")

    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts) == ("pending", 0)
    assert "554 go away" in row.reason


def test_a_sender_that_is_refused_is_ours_to_mend(courier, plan, sink, fresh):
    rows = plan(2)
    sink.refuse(550, at="mail", text="sender not allowed")

    courier.send_due(0)

    for row in map(fresh, rows):
        assert (row.state, row.attempts, row.history) == ("pending", 0, [])
        assert row.reason == "550 sender not allowed"


def test_a_connection_closed_behind_our_back_is_opened_anew(courier, plan, sink, fresh):
    (first,) = plan()
    courier.send_due(0)
    sink.restart()
    (second,) = plan()

    courier.send_due(0)

    assert fresh(second).state == "sent"
    assert fresh(second).attempts == 1
    assert sink.count == 2


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_lost_before_the_dot_is_no_doubt(courier, plan, sink, fresh, at):
    (delivery,) = plan()
    sink.drop(at=at)

    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.history[0].outcome) == ("pending", 1, "transient")
    assert sink.count == 0


@pytest.mark.parametrize("keep", [True, False])
def test_lost_after_the_dot_is_a_doubt(courier, plan, sink, fresh, keep):
    rows = plan(2)
    sink.drop(at="end", keep=keep, times=1)

    courier.send_due(0)

    row = fresh(rows[0])
    assert (row.state, row.attempts, row.history[0].outcome) == ("unknown", 1, "unknown")
    assert row.reason.startswith("The connection broke after the message was handed over")
    assert fresh(rows[1]).state == "sent"


def test_no_answer_after_the_dot_is_a_doubt(courier, plan, sink, fresh, monkeypatch):
    monkeypatch.setattr(email, "DOT_SECONDS", 0.2)
    (delivery,) = plan()
    sink.delay(1)

    courier.send_due(0)

    assert fresh(delivery).state == "unknown"
    assert sink.count == 1


def test_a_stop_does_not_wait_for_an_answer_for_ever(courier, plan, sink, fresh):
    """Told again, it cuts the wire; what was on it is in doubt, and says so."""
    (delivery,) = plan()
    sink.delay(500)
    began = time.monotonic()

    def stop():
        sink.wait_for(1)
        courier.stop()
        courier.stop(True)

    thread = threading.Thread(target=stop)
    thread.start()
    courier.send_due(1)
    thread.join()

    assert time.monotonic() - began < 100  # and not the 500 of the answer
    assert fresh(delivery).state == "unknown"


def test_a_retry_after_its_deadline_is_missed(courier, plan, sink, fresh, later, monkeypatch):
    monkeypatch.setattr(backoff, "STEPS", (timedelta(days=1),))
    (delivery,) = plan(deadline_at=now() + timedelta(seconds=30))
    sink.refuse(451, text="busy")
    courier.send_due(0)
    assert fresh(delivery).not_before <= fresh(delivery).deadline_at

    later(seconds=31)
    courier.send_due(0)

    assert fresh(delivery).state == "missed"
    assert fresh(delivery).reason.endswith("451 busy")


def test_what_is_called_off_on_the_wire_is_not_tried_again(courier, plan, sink, fresh, alice):
    (delivery,) = plan()
    sink.refuse(451)
    send = courier.channel.send

    def call_off_and_send(*args):
        service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")
        return send(*args)

    courier.channel.send = call_off_and_send
    courier.send_due(0)

    assert fresh(delivery).state == "cancelled"
