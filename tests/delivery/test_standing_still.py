"""A worker that waits, is paused, or is told too late: nobody gets it twice, nobody who said no."""

import dataclasses
import os
import signal
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from reminder_app.database import db
from reminder_app.delivery import batch, claims, recovery, service
from reminder_app.delivery.channels import wire
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from tests.servers.process import spawn
from tests.servers.smtp_script import ScriptedSmtp, after

OK = b"250 2.0.0 kept\r\n"
SLACK = 5  # this machine has other things to do too
pytestmark = pytest.mark.usefixtures("held_for_a_second")


@pytest.fixture
def slow():
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def couriers(app, mail_settings, slow):
    settings = dataclasses.replace(mail_settings, smtp_host=slow.host, smtp_port=slow.port)
    two = Courier(settings), Courier(settings)
    yield two
    for courier in two:
        courier.close()


@pytest.fixture
def beside(app):
    """beside(call, ...): it runs at the same time, and is over when the test is."""
    started = []

    def beside(call, *args) -> threading.Thread:
        def run() -> None:
            with app.app_context():
                call(*args)

        db.session.rollback()
        started.append(threading.Thread(target=run))
        started[-1].start()
        return started[-1]

    yield beside
    for thread in started:
        thread.join(120)


def eventually(is_so, seconds=60.0) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        db.session.rollback()
        time.sleep(0.02)
    return is_so()


def once(has_come: threading.Event, words: bytes):
    """An answer that waits for it."""

    def say(_dialogue) -> bytes:
        has_come.wait(120)
        return words

    return say


def states() -> Counter[str]:
    db.session.rollback()
    return Counter(state for (state,) in db.session.query(Delivery.state))


def message_ids(server) -> Counter[bytes]:
    heads = (mail.content.partition(b"Message-ID: ")[2] for mail in server.mails)
    return Counter(head.partition(b"\r\n")[0] for head in heads)


def test_a_silent_server_keeps_one_message_and_another_worker_sends_the_rest(
    couriers, plan, slow, fresh, beside, monkeypatch
):
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.3)
    waiting, other = couriers
    rows = plan(5)
    may_answer = threading.Event()
    slow.answers["end"] = [once(may_answer, OK)]

    beside(waiting.send_due, 0)
    assert eventually(lambda: states()["pending"] == 4)
    assert len(slow.mails) == 1
    other.send_due(0)

    assert states() == {"sent": 4, "handing_over": 1}
    (held,) = [fresh(row) for row in rows if fresh(row).state == "handing_over"]
    assert held.worker == waiting.worker
    lease = held.lease_until
    assert eventually(lambda: fresh(held.id).lease_until != lease)
    assert fresh(held.id).lease_until > lease

    may_answer.set()
    assert eventually(lambda: states() == {"sent": 5})
    assert fresh(held.id).worker == waiting.worker
    assert sorted(message_ids(slow).values()) == [1] * 5
    assert all(len(fresh(row).history) == 1 for row in rows)


def test_who_waits_long_for_an_answer_is_not_taken_for_dead(
    couriers, plan, slow, fresh, beside, monkeypatch, tmp_path
):
    """By another machine, which cannot see the journal; however often the lease would run out."""
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(recovery, "UNHEARD_OF", timedelta(seconds=2))
    (delivery,) = plan()
    slow.answers["end"] = [after(9, OK)]

    sending = beside(couriers[0].send_due, 0)
    assert eventually(lambda: states()["handing_over"] == 1)
    doubts = 0
    while sending.is_alive():
        doubts += recovery.recover(timedelta(hours=1), tmp_path)
        time.sleep(0.1)

    assert doubts == 0
    assert fresh(delivery).state == "sent"
    assert [attempt.outcome for attempt in fresh(delivery).history] == ["sent"]


def call_off(alice, answered):
    service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")
    answered.append(time.time())


@pytest.mark.parametrize("moment", [0.2, 0.7, 1.3])
def test_no_mail_starts_more_than_a_second_after_it_was_called_off(
    couriers, plan, slow, alice, beside, moment
):
    """Many in one claim, and a server that takes its time for each: 20 s for all of them."""
    plan(40)
    slow.answers["end"] = [after(0.5, OK)] * 40
    answered = []

    sending = beside(couriers[0].send_due, 3)
    assert eventually(lambda: slow.mails)
    time.sleep(moment)
    call_off(alice, answered)
    sending.join(120)

    assert batch.HOLD_SECONDS == 1
    assert 0 < len(slow.mails) < 40
    assert max(mail.at for mail in slow.mails) <= answered[0] + 1 + SLACK
    assert states() == {"sent": len(slow.mails), "cancelled": 40 - len(slow.mails)}


def test_what_is_called_off_while_its_envelope_waits_does_not_start(
    couriers, plan, slow, alice, beside
):
    plan(2)
    may_answer = threading.Event()
    slow.answers["rcpt"] = [once(may_answer, b"250 ok\r\n")]

    sending = beside(couriers[0].send_due, 0)
    assert eventually(lambda: states()["handing_over"] == 2)
    call_off(alice, [])
    time.sleep(1.05)  # or its claim would be good still
    may_answer.set()
    sending.join(120)

    assert slow.mails == []
    assert states() == {"cancelled": 2}


def test_who_stood_still_right_after_its_claim_looks_before_it_sends(
    couriers, plan, slow, later, tmp_path, monkeypatch
):
    """Between the claim's commit and the first message: another has sent it meanwhile."""
    paused, awake = couriers
    plan(3)
    claim = claims.claim

    def claim_and_stand_still(*args):
        found = claim(*args)
        with monkeypatch.context() as others:
            others.setattr(claims, "claim", claim)
            later(seconds=41)
            recovery.recover(timedelta(0), tmp_path)
            later(seconds=1)
            recovery.recover(timedelta(0), tmp_path)
            awake.send_due(0)
        assert len(slow.mails) == 3
        time.sleep(1.05)
        return found

    monkeypatch.setattr(claims, "claim", claim_and_stand_still)
    paused.send_due(0)

    assert sorted(message_ids(slow).values()) == [1] * 3
    assert states() == {"sent": 3}
    assert {row.worker for row in db.session.query(Delivery)} == {awake.worker}


def test_who_stood_still_while_another_took_it_leaves_it_to_that_one(
    couriers, plan, slow, later, tmp_path, monkeypatch
):
    """It is in another's hands, and not sent yet: by its state alone it could be ours."""
    plan(3)
    claim = claims.claim

    def claim_and_stand_still(*args):
        found = claim(*args)
        later(seconds=41)
        recovery.recover(timedelta(0), tmp_path)
        later(seconds=1)
        recovery.recover(timedelta(0), tmp_path)
        claim("awake:2", "example.net", 50)
        time.sleep(1.05)
        return found

    monkeypatch.setattr(claims, "claim", claim_and_stand_still)
    couriers[0].send_due(0)

    assert slow.mails == []
    assert {(row.state, row.worker) for row in db.session.query(Delivery)} == {
        ("handing_over", "awake:2")
    }


@pytest.fixture
def worker(settings, sink, tmp_path):
    """A process that sends; its journal lies where no other looks, as on another machine."""
    environ = {
        "APP_ENV": "testing",
        "ENV_FILE": "",
        "INSTANCE_PATH": str(tmp_path / "elsewhere"),
        "DATABASE_URL": settings.database_url,
        "MAIL_FROM": "Reminder App <reminders@example.net>",
        **sink.settings,
    }
    db.session.rollback()
    command = [sys.executable, "-m", "tests.delivery.one_worker", "180"]
    process = spawn(command, tmp_path / "worker.log", {**os.environ, **environ})
    yield process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


@pytest.mark.parametrize("sent_again", [True, False])
def test_a_process_stopped_past_its_lease_sends_nothing_that_another_has_sent(
    worker, courier, plan, sink, later, tmp_path, sent_again
):
    """Of a kind that may double, what was on the wire goes twice at most; of the other, nothing."""
    sink.delay(3, times=1)
    rows = plan(8, sent_again=sent_again)
    assert eventually(lambda: sink.count == 1)
    worker.send_signal(signal.SIGSTOP)
    on_the_wire = next(iter(sink.message_ids()))

    later(seconds=41)
    assert recovery.recover(timedelta(0), tmp_path) == 8
    later(seconds=1)
    recovery.recover(timedelta(0), tmp_path)
    while courier.send_due(0):
        pass
    assert sink.count == (9 if sent_again else 1)
    time.sleep(1.1)  # it looks again after a second; its own clock did not jump
    worker.send_signal(signal.SIGCONT)
    assert eventually(lambda: states() == {"sent": 8}), states()
    time.sleep(1)

    arrived = sink.message_ids()
    assert len(arrived) == len(rows)
    assert arrived.pop(on_the_wire) == (2 if sent_again else 1)
    assert set(arrived.values()) == {1}
