import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from reminder_app.database import db, now
from reminder_app.delivery import batch, service
from reminder_app.delivery.models import Attempt, Delivery
from reminder_app.delivery.sending import Courier
from tests.delivery.notes import TEMPLATES, planned

SLACK = 5  # this machine has other things to do too; all fifty would take 20 s


def test_what_is_due_is_sent_once_and_the_ledger_says_so(courier, plan, sink, fresh, alice):
    (delivery,) = plan()

    courier.send_due(0)
    courier.send_due(0)

    (mail,) = sink.messages()
    assert mail["To"] == alice.email
    row = fresh(delivery)
    assert (row.state, row.reason, row.attempts) == ("sent", "", 1)
    assert row.message_id == mail["Message-ID"] == f"<{row.id}@example.net>"
    assert row.due_at <= row.handed_over_at <= row.sent_at
    assert 0 <= row.lateness_ms < 60_000
    assert row.lease_until is None
    assert len(row.content_hash) == 32
    (attempt,) = row.history
    assert (attempt.number, attempt.outcome, attempt.answer) == (1, "sent", "250 2.0.0 kept")
    assert attempt.worker == courier.worker


def test_many_go_over_one_connection(courier, plan, sink):
    plan(120)
    before = sink.connections

    assert courier.send_due(5) is False

    assert sink.count == 120
    assert set(sink.message_ids().values()) == {1}
    assert sink.connections - before == 2  # a new one after a hundred mails
    assert db.session.query(Delivery.state).distinct().all() == [("sent",)]
    assert db.session.query(Attempt).count() == 120


def test_it_waits_for_what_is_due_within_its_time_and_is_never_early(courier, plan, sink, fresh):
    due_at = now() + timedelta(milliseconds=400)
    (delivery,) = plan(due_at=due_at)

    courier.send_due(1)

    row = fresh(delivery)
    assert row.state == "sent"
    assert 0 <= row.lateness_ms < 60_000
    assert row.handed_over_at >= due_at


def test_it_leaves_what_is_due_later(courier, plan, sink, fresh):
    (delivery,) = plan(due_at=now() + timedelta(seconds=5))

    assert courier.send_due(0.1) is False

    assert fresh(delivery).state == "pending"
    assert sink.count == 0


def test_one_that_is_due_takes_no_other_along_before_its_time(courier, plan, sink, fresh):
    (due,) = plan()
    (not_yet,) = plan(due_at=now() + timedelta(seconds=5))

    courier.send_due(0.3)

    assert (fresh(due).state, fresh(not_yet).state) == ("sent", "pending")


def test_the_oldest_goes_first(courier, plan, sink, alice):
    plan(due_at=now() - timedelta(minutes=1), payload={"subject": "second", "text": ""})
    plan(due_at=now() - timedelta(minutes=2), payload={"subject": "first", "text": ""})

    courier.send_due(0)

    assert [mail["Subject"] for mail in sink.messages()] == ["first", "second"]


def call_off(app, source_id):
    with app.app_context():
        service.cancel(source_kind="reminder", source_id=source_id, reason="Done.")


@pytest.mark.usefixtures("held_for_a_second")
def test_what_is_called_off_starts_no_more_than_a_second_later(app, courier, plan, sink, alice):
    """A claim is good for so long; then each message is looked at again before it leaves."""
    plan(50)
    sink.delay(0.4)
    called_off_at = []

    def change_her_mind():
        sink.wait_for(1)
        call_off(app, alice.id)
        called_off_at.append(time.time())

    thread = threading.Thread(target=change_her_mind)
    thread.start()
    courier.send_due(0)
    thread.join()

    assert batch.HOLD_SECONDS == 1
    assert 1 <= sink.count < 50
    assert max(entry["begun"] for entry in sink.accepted()) < called_off_at[0] + 1 + SLACK
    states = Counter(state for (state,) in db.session.query(Delivery.state))
    assert states == {"sent": sink.count, "cancelled": 50 - sink.count}


def test_what_is_past_its_deadline_is_missed(courier, plan, sink, fresh):
    (delivery,) = plan(due_at=now() - timedelta(hours=2), deadline_at=now() - timedelta(hours=1))

    courier.send_due(0)

    assert fresh(delivery).state == "missed"
    assert sink.count == 0


def test_one_that_cannot_be_written_does_not_stop_its_neighbours(courier, plan, sink, fresh):
    before = plan()
    poison = plan(template="nowhere") + plan(payload={"subject": "No text"})
    poison += plan(address="nobody") + plan(address="a@b.example,c@d.example")
    after = plan()

    courier.send_due(1)

    assert [fresh(row).state for row in before + after] == ["sent", "sent"]
    rows = [fresh(row) for row in poison]
    assert {row.state for row in rows} == {"failed"}
    assert [row.history[0].reason for row in rows] == [
        "content",
        "content",
        "recipient",
        "recipient",
    ]
    assert "nowhere" in rows[0].reason
    assert sink.count == 2


@pytest.mark.parametrize("is_secret", [False, True])
def test_what_breaks_its_template_is_one_message_that_fails_and_no_secret_is_told(
    courier, plan, sink, fresh, caplog, monkeypatch, is_secret
):
    # ValueError: Invalid character in attribute name: 's3cret/x'
    monkeypatch.setitem(TEMPLATES, "mail/broken.txt", "{{ {text: 1}|xmlattr }}")
    (before,) = plan()
    payload = {"subject": "Rent", "text": "s3cret/x"}
    (poison,) = plan(template="broken", payload=payload, is_secret=is_secret)
    (after,) = plan()

    courier.send_due(1)

    assert [fresh(row).state for row in (before, poison, after)] == ["sent", "failed", "sent"]
    assert fresh(poison).history[0].reason == "content"
    assert str(poison) in caplog.text
    assert "s3cret" not in caplog.text
    assert ("s3cret" in fresh(poison).reason) is not is_secret


def test_an_error_of_any_kind_is_about_the_content(courier, plan, sink, fresh, monkeypatch):
    monkeypatch.setitem(TEMPLATES, "mail/broken.txt", "{{ text|xmlattr }}")  # AttributeError
    (poison,) = plan(template="broken")
    (after,) = plan()

    courier.send_due(1)

    assert (fresh(poison).state, fresh(after).state) == ("failed", "sent")


def test_a_secret_is_forgotten_when_it_is_sent(courier, plan, sink, fresh):
    (secret,) = plan(is_secret=True)
    (plain,) = plan()

    courier.send_due(1)

    assert fresh(secret).payload is None
    assert fresh(plain).payload == {"subject": "Rent", "text": "Pay the rent."}
    assert fresh(secret).subject == "Rent"


def test_two_couriers_share_the_work(app, mail_settings, courier, plan, sink):
    other = Courier(mail_settings)
    plan(60)

    courier.send_due(0)
    assert sink.count == 50
    other.send_due(0)
    other.close()

    assert sink.count == 60


def test_a_stop_finishes_the_mail_on_the_wire_and_gives_back_the_rest(courier, plan, sink, fresh):
    rows = plan(3)
    send = courier.channel.send

    def send_and_stop(*args):
        answer = send(*args)
        courier.stop()
        return answer

    courier.channel.send = send_and_stop
    assert courier.send_due(1) is False

    rows = [fresh(row) for row in rows]
    assert sorted(row.state for row in rows) == ["pending", "pending", "sent"]
    assert [row.lease_until for row in rows] == [None] * 3
    assert courier.send_due(1) is False
    assert sink.count == 1


@pytest.mark.parametrize("count", [2, 40])
def test_a_claim_costs_ten_statements_whatever_its_size(courier, plan, count_queries, count):
    plan(count)

    with count_queries() as statements:
        courier.send_due(0)

    assert len(statements) <= 10


def test_planning_for_somebody_else_changes_nothing(alice, bob, courier, sink, plan):
    service.plan([planned(bob, "bob")])
    service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")

    courier.send_due(0)

    assert [entry["to"] for entry in sink.accepted()] == [[bob.email]]
