"""A person pauses an account, and lets it go on."""

import threading
import time

import pytest

from reminder_app.delivery import batch, sending, sending_accounts
from reminder_app.delivery.sending_accounts import EMAIL

SLACK = 5  # this machine has other things to do too; all of them would take 30 s


def status():
    (account,) = sending_accounts.status()
    return account


def test_an_account_nothing_is_known_of_is_well(app):
    assert (status().name, status().is_paused, status().is_broken) == (EMAIL, False, False)


def test_what_is_paused_sends_nothing_and_keeps_all(courier, plan, sink, fresh):
    rows = plan(3)
    sending_accounts.pause(EMAIL, "Alice")

    assert courier.send_due(1) is False

    assert sink.count == 0
    assert {(row.state, row.attempts, row.fence) for row in map(fresh, rows)} == {("pending", 0, 0)}
    assert (status().is_paused, status().paused_by) == (True, "Alice")


def test_resumed_it_goes_on_at_once(courier, plan, sink):
    plan(3)
    sending_accounts.pause(EMAIL, "Alice")
    courier.send_due(0)

    sending_accounts.resume(EMAIL)
    courier.send_due(0)

    assert sink.count == 3
    assert (status().is_paused, status().paused_by) == (False, "")


def test_who_paused_it_first_is_remembered(app):
    sending_accounts.pause(EMAIL, "Alice")
    paused_at = status().paused_at
    sending_accounts.pause(EMAIL, "Bob")

    assert (status().paused_by, status().paused_at) == ("Alice", paused_at)


def test_what_never_was_paused_can_be_resumed(app):
    sending_accounts.resume(EMAIL)

    assert status().is_paused is False


@pytest.mark.usefixtures("held_for_a_second")
def test_a_pause_is_obeyed_within_about_a_second(app, courier, plan, sink):
    """A claim is worked on for a second, and half of one later another look is due."""
    plan(300)
    sink.delay(0.1)
    paused_at = []

    def pause():
        sink.wait_for(1)
        with app.app_context():
            sending_accounts.pause(EMAIL, "Alice")
            paused_at.append(time.time())

    thread = threading.Thread(target=pause)
    thread.start()
    assert courier.send_due(60) is False
    thread.join()

    assert batch.HOLD_SECONDS + sending.WELL_FOR == 1.5
    assert 0 < sink.count < 300
    last = max(entry["begun"] for entry in sink.accepted())
    assert last < paused_at[0] + 1.5 + SLACK
    assert courier.send_due(0) is False
    assert sink.accepted()[-1]["begun"] == last


def test_a_connection_is_not_kept_ready_while_it_is_paused(courier, plan, sink, later):
    sending_accounts.pause(EMAIL, "Alice")
    plan()
    courier.send_due(0)
    before = sink.connections

    courier.send_due(0.2)

    assert sink.connections == before


def test_at_most_one_look_a_claim(courier, plan, sink, count_queries):
    sending_accounts.pause(EMAIL, "Alice")
    sending_accounts.resume(EMAIL)
    courier.send_due(0)
    plan(120)

    with count_queries() as statements:
        while courier.send_due(0.2):
            pass

    looks = [statement for statement in statements if "FROM sending_accounts" in statement]
    claims = [statement for statement in statements if "fence=(" in statement]
    assert sink.count == 120
    assert 1 <= len(looks) <= len(claims) > 1
