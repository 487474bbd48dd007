from datetime import timedelta

import pytest

from reminder_app.database import db
from reminder_app.delivery import claims, recovery, service
from reminder_app.delivery.letters import TRANSIENT, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.errors import Conflict

TEN_MINUTES = timedelta(minutes=10)


class Killed(BaseException):
    """kill -9 leaves no time to write anything down."""


def die(*_):
    raise Killed


@pytest.fixture
def die_at(courier, sink):
    """die_at("send" | "answer" | …): this worker is gone from that moment on."""

    def die_at(moment: str) -> None:
        if moment == "hand_over":
            courier.channel.send = die
        if moment == "answer":
            answer = courier.channel._answer

            def hear_and_die(smtp):
                answer(smtp)
                raise Killed

            courier.channel._answer = hear_and_die
        with pytest.raises(Killed):
            courier.send_due(1)
        courier.channel.close()
        db.session.rollback()

    return die_at


@pytest.fixture
def other(app, mail_settings):
    other = Courier(mail_settings)
    yield other
    other.channel.close()


def test_what_was_only_claimed_is_sent_by_another_once_its_lease_is_over(
    plan, sink, later, other, fresh
):
    (delivery,) = plan()
    claims.claim("dead:1")

    other.send_due(0)
    assert sink.count == 0
    later(seconds=11)
    assert recovery.recover(TEN_MINUTES) == 0
    other.send_due(0)

    assert sink.count == 1
    assert fresh(delivery).attempts == 1


@pytest.mark.parametrize("moment", ["hand_over", "answer"])
def test_what_was_on_the_wire_is_in_doubt_and_only_that(
    plan, sink, later, other, die_at, fresh, moment
):
    rows = plan(3)
    die_at(moment)

    later(seconds=11)
    assert recovery.recover(TEN_MINUTES) == 1
    other.send_due(1)

    states = sorted(fresh(row).state for row in rows)
    assert states == ["sent", "sent", "unknown"]
    (doubt,) = [fresh(row) for row in rows if fresh(row).state == "unknown"]
    assert doubt.reason == recovery.NO_ANSWER
    assert doubt.attempts == 1
    assert doubt.history[0].outcome == "unknown"
    assert doubt.lease_until is not None


def test_a_doubt_is_sent_again_with_the_same_message_id(plan, sink, later, other, die_at, fresh):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES)

    later(minutes=9)
    recovery.recover(TEN_MINUTES)
    other.send_due(0)
    assert fresh(delivery).state == "unknown"
    later(minutes=1)
    recovery.recover(TEN_MINUTES)
    other.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts) == ("sent", 2)
    assert sink.message_ids() == {row.message_id: 2}
    first, second = sink.messages()
    assert first.as_bytes() == second.as_bytes()


def test_what_must_not_double_stays_in_doubt(plan, sink, later, other, die_at, fresh):
    (delivery,) = plan(sent_again=False)
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES)

    later(days=2)
    recovery.recover(TEN_MINUTES)
    other.send_due(0)

    assert fresh(delivery).state == "unknown"
    assert sink.count == 1


def test_a_doubt_nobody_wants_any_more_is_not_sent_again(
    plan, sink, later, other, die_at, fresh, alice
):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES)
    assert service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.") == 0

    later(days=1)
    recovery.recover(TEN_MINUTES)
    other.send_due(0)

    assert fresh(delivery).state == "unknown"
    assert sink.count == 1


def test_a_message_that_kills_its_worker_again_and_again_is_left_alone(plan, later, fresh):
    (delivery,) = plan()
    for _ in range(12):
        at, letters = claims.claim("dead:1")
        for letter in letters:
            assert claims.hand_over(letter, "<id@x>", b"0" * 32, at, [], "dead:1")
        later(seconds=11)
        recovery.recover(timedelta(0))
        later(seconds=11)
        recovery.recover(timedelta(0))

    row = fresh(delivery)
    assert (row.state, row.attempts) == ("unknown", 8)


def test_an_answer_that_comes_after_all_ends_the_doubt(courier, plan, sink, fresh, later):
    """The server thinks longer than the lease; the worker is alive and still listens."""
    (delivery,) = plan()
    answer = courier.channel._answer

    def late(smtp):
        later(seconds=30)
        assert recovery.recover(TEN_MINUTES) == 1
        assert fresh(delivery).state == "unknown"
        return answer(smtp)

    courier.channel._answer = late
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.reason) == ("sent", 1, "")
    assert [attempt.outcome for attempt in row.history] == ["sent"]


def test_who_stood_still_before_the_dot_looks_again(courier, plan, sink, fresh, later, monkeypatch):
    """Slow verbs, or a paused process: the row is its own still, so it goes on."""
    monkeypatch.setattr(claims, "LEASE", timedelta(0))
    (delivery,) = plan()
    rows = {"doubts": 0}
    look = courier._last_look

    def found_dead(letter):
        rows["doubts"] = recovery.recover(TEN_MINUTES)
        return look(letter)

    monkeypatch.setattr(courier, "_last_look", found_dead)
    monkeypatch.setattr(claims, "claim", with_lease(claims.claim, timedelta(seconds=10)))
    courier.send_due(0)

    row = fresh(delivery)
    assert rows["doubts"] == 1
    assert (row.state, [attempt.outcome for attempt in row.history]) == ("sent", ["sent"])


def with_lease(claim, lease):
    def claimed(worker):
        before, claims.LEASE = claims.LEASE, lease
        try:
            return claim(worker)
        finally:
            claims.LEASE = before

    return claimed


def test_who_lost_it_sends_nothing_more(courier, other, plan, sink, fresh, later):
    """Paused after the hand-over for so long that another has sent it: stopped before the dot."""
    (delivery,) = plan()
    look = courier._last_look

    def asleep(letter):
        wake = look(letter)

        def woken():
            later(minutes=20)
            recovery.recover(TEN_MINUTES)
            later(minutes=20)
            recovery.recover(TEN_MINUTES)
            other.send_due(0)
            claims.LEASE, lease = timedelta(0), claims.LEASE
            try:
                wake()
            finally:
                claims.LEASE = lease

        return woken

    courier._last_look = asleep
    courier.send_due(0)

    row = fresh(delivery)
    assert sink.count == 1
    assert (row.state, row.worker) == ("sent", other.worker)
    assert [attempt.outcome for attempt in row.history] == ["unknown", "sent"]


def test_an_older_fence_opens_nothing(plan, fresh, later):
    """Paused after the claim, woken when another has claimed it: it may not go on the wire."""
    (delivery,) = plan()
    _, (mine,) = claims.claim("paused:1")
    later(seconds=11)
    at, (theirs,) = claims.claim("awake:2")

    assert theirs.fence == mine.fence + 1
    assert claims.hand_over(mine, "<a@b>", b"0" * 32, at, [], "paused:1") is False
    assert claims.hand_over(theirs, "<a@b>", b"0" * 32, at, [], "awake:2") is True

    refused = Outcome(letter=mine, kind=TRANSIENT, at=at, started_at=at, answer="451 busy")
    claims.settle([refused], [], "paused:1", "")
    row = fresh(delivery)
    assert (row.state, row.worker, row.attempts, row.history) == ("handing_over", "awake:2", 0, [])


@pytest.mark.parametrize(
    ("how", "state"), [("sent", "sent"), ("resend", "pending"), ("drop", "cancelled")]
)
def test_an_operator_resolves_a_doubt(plan, die_at, later, fresh, how, state):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES)

    assert recovery.resolve(delivery, how).state == state

    assert fresh(delivery).state == state
    with pytest.raises(Conflict):
        recovery.resolve(delivery, how)


def test_old_messages_are_forgotten_and_their_proof_stays(courier, plan, fresh, later, alice):
    (old,) = plan()
    courier.send_due(0)
    later(days=91)
    (new,) = plan()
    courier.send_due(0)
    (waiting,) = plan()

    settled_at = fresh(old).updated_at
    assert recovery.purge() == 1
    assert recovery.purge() == 0

    assert fresh(old).payload is None
    assert fresh(old).updated_at == settled_at
    assert (fresh(old).state, fresh(old).subject) == ("sent", "Rent")
    assert fresh(new).payload
    assert fresh(waiting).payload
    assert db.session.query(Delivery).count() == 3
