import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from reminder_app.database import db
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import claims, journal, recovery, service
from reminder_app.delivery.batch import Batch
from reminder_app.delivery.journal import Journal
from reminder_app.delivery.letters import BACK, SENT, TRANSIENT, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.outcomes import CALLED_OFF
from reminder_app.delivery.sending import Courier
from reminder_app.errors import Conflict

TEN_MINUTES = timedelta(minutes=10)


class Killed(BaseException):
    """kill -9 leaves no time to write anything down."""


def die(*_):
    raise Killed


def away(*_):
    raise OperationalError("UPDATE", {}, Exception(2013, "Lost connection to server"))


@pytest.fixture
def die_at(courier, sink):
    """die_at("claim" | "hand_over" | "answer"): this worker is gone from that moment on."""

    def die_at(moment: str) -> None:
        if moment == "claim":
            courier.channel.open = die
        if moment == "hand_over":
            courier.channel._content = die
        if moment == "answer":
            taken = courier.channel._taken

            def hear_and_die(silence):
                taken(silence)
                raise Killed

            courier.channel._taken = hear_and_die
        with pytest.raises(Killed):
            courier.send_due(1)
        courier.channel.close()
        os.close(courier.journal._file)  # and with it the lock on it
        db.session.rollback()

    yield die_at
    courier.journal = Journal(courier.journal.path.parent)  # one more, to be closed in the end


@pytest.fixture
def journals(courier) -> Path:
    return courier.journal.path.parent


@pytest.fixture
def other(app, mail_settings):
    other = Courier(mail_settings)
    yield other
    other.close()


def test_what_was_only_claimed_is_sent_by_another_at_once(
    plan, sink, other, die_at, journals, fresh
):
    (delivery,) = plan()
    die_at("claim")

    other.send_due(0)
    assert sink.count == 0
    assert recovery.recover(TEN_MINUTES, journals) == 0
    other.send_due(0)

    assert sink.count == 1
    assert fresh(delivery).attempts == 1


def test_of_a_worker_that_took_its_journal_with_it_all_is_in_doubt(
    plan, sink, later, other, journals, fresh, monkeypatch
):
    monkeypatch.setattr(recovery, "UNHEARD_OF", timedelta(minutes=5))
    (delivery,) = plan()
    claims.claim("gone:1", "example.net", 50)

    later(seconds=11)
    assert recovery.recover(TEN_MINUTES, journals) == 0
    later(minutes=5)
    assert recovery.recover(TEN_MINUTES, journals) == 1
    other.send_due(0)

    assert (fresh(delivery).state, sink.count) == ("unknown", 0)
    assert fresh(delivery).message_id == f"<{delivery}@example.net>"


def test_after_the_machine_went_down_what_has_no_answer_is_in_doubt(
    plan, sink, die_at, journals, fresh, monkeypatch
):
    """The journal's last lines may be gone with it."""
    rows = plan(3)
    die_at("answer")
    monkeypatch.setattr(journal, "boot_id", lambda: "another")

    assert recovery.recover(TEN_MINUTES, journals) == 3

    assert {fresh(row).state for row in rows} == {"unknown"}


@pytest.mark.parametrize("moment", ["hand_over", "answer"])
def test_what_was_on_the_wire_is_in_doubt_and_only_that(
    plan, sink, later, other, die_at, fresh, moment, journals
):
    rows = plan(3)
    die_at(moment)

    assert recovery.recover(TEN_MINUTES, journals) == 1
    other.send_due(1)

    states = sorted(fresh(row).state for row in rows)
    assert states == ["sent", "sent", "unknown"]
    (doubt,) = [fresh(row) for row in rows if fresh(row).state == "unknown"]
    assert doubt.reason == recovery.NO_ANSWER
    assert doubt.attempts == 1
    assert doubt.history[0].outcome == "unknown"
    assert doubt.lease_until is not None


def test_a_doubt_is_sent_again_with_the_same_message_id(
    plan, sink, later, other, die_at, journals, fresh
):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES, journals)

    later(minutes=9)
    recovery.recover(TEN_MINUTES, journals)
    other.send_due(0)
    assert fresh(delivery).state == "unknown"
    later(minutes=1)
    recovery.recover(TEN_MINUTES, journals)
    other.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts) == ("sent", 2)
    assert sink.message_ids() == {row.message_id: 2}
    first, second = sink.messages()
    assert first.as_bytes() == second.as_bytes()


def test_what_must_not_double_stays_in_doubt(plan, sink, later, other, die_at, fresh, journals):
    (delivery,) = plan(sent_again=False)
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES, journals)

    later(days=2)
    recovery.recover(TEN_MINUTES, journals)
    other.send_due(0)

    assert fresh(delivery).state == "unknown"
    assert sink.count == 1


def test_a_doubt_stays_one_when_the_worker_dies_long_after_it(
    courier, plan, sink, other, journals, fresh
):
    (delivery,) = plan(sent_again=False)
    sink.drop("end", keep=True)
    courier.send_due(0)
    sink.behave()
    assert fresh(delivery).state == "unknown"
    os.close(courier.journal._file)

    assert recovery.recover(TEN_MINUTES, journals) == 0
    other.send_due(0)

    assert (fresh(delivery).state, sink.count) == ("unknown", 1)
    courier.journal = Journal(journals)  # one more, to be closed in the end


def test_what_never_left_is_sent_although_its_lease_ran_out_before_its_worker_died(
    plan, sink, later, other, die_at, journals, fresh
):
    rows = plan(3, sent_again=False)
    die_at("hand_over")
    later(seconds=41)
    assert recovery.mark_doubts([]) == 3

    recovery.recover(TEN_MINUTES, journals)
    other.send_due(1)

    assert sorted(fresh(row).state for row in rows) == ["sent", "sent", "unknown"]
    assert sink.count == 2


def test_a_doubt_in_its_workers_words_stays_one_whoever_wrote_it_down_first(
    courier, plan, sink, later, other, journals, fresh
):
    """The lease ran out, then the connection broke, and long after that the worker died."""
    (delivery,) = plan(sent_again=False)
    sink.drop("end", keep=True)
    taken = courier.channel._taken

    def late(silence):
        later(seconds=41)
        assert recovery.recover(TEN_MINUTES, journals) == 1
        return taken(silence)

    courier.channel._taken = late
    courier.send_due(0)
    sink.behave()
    os.close(courier.journal._file)

    recovery.recover(TEN_MINUTES, journals)
    other.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, sink.count) == ("unknown", 1, 1)
    assert len(row.history) == 1
    courier.journal = Journal(journals)  # one more, to be closed in the end


def test_what_is_given_back_are_no_doubts(courier, plan, sink, other, fresh):
    """The answer to a claim was lost; of an earlier one there is a doubt."""
    (doubt,) = plan(sent_again=False)
    sink.drop("end", keep=True)
    courier.send_due(0)
    sink.behave()
    (claimed,) = plan()
    claims.claim(courier.worker, "example.net", 50)

    claims.give_back(courier.worker)

    assert (fresh(doubt).state, fresh(claimed).state) == ("unknown", "pending")


def test_a_claim_that_is_committed_after_its_answer_was_given_up_goes_back(
    courier, plan, sink, fresh, monkeypatch
):
    def lost(*_):
        raise CommitOutcomeUnknown

    plan()
    with monkeypatch.context() as broken:
        broken.setattr(claims, "claim", lost)
        with pytest.raises(CommitOutcomeUnknown):
            courier.send_due(0)
    courier.send_due(0)  # it looks, and there is nothing more yet
    (delivery,) = plan()
    claims.claim(courier.worker, "example.net", 50)

    courier.send_due(0)

    assert (fresh(delivery).state, sink.count) == ("sent", 2)


def test_a_doubt_that_was_none_does_not_count(courier, plan, fresh, later, journals):
    """Its worker stood still, was taken for dead, and gives it back."""
    (delivery,) = plan()
    at, (letter,) = claims.claim("slow:1", "example.net", 50)
    later(seconds=13)
    assert recovery.recover(TEN_MINUTES, journals) == 1
    assert fresh(delivery).tries == 1

    claims.settle([Outcome(letter=letter, kind=BACK, at=at, started_at=at)], "slow:1")

    row = fresh(delivery)
    assert (row.state, row.attempts, row.tries, row.history) == ("pending", 0, 0, [])


def test_what_is_called_off_while_its_batch_is_slow_is_no_try(
    courier, plan, sink, fresh, alice, monkeypatch
):
    monkeypatch.setattr(Batch, "_has_held_long", lambda self: True)
    (delivery,) = plan()
    look = Batch._last_look

    def called_off(*args):
        service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")
        return look(*args)

    monkeypatch.setattr(Batch, "_last_look", called_off)
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.reason, row.history) == ("cancelled", CALLED_OFF, [])
    assert (row.attempts, sink.count) == (0, 0)


def test_a_journal_that_nobody_can_settle_stops_no_other(plan, fresh, journals, monkeypatch):
    rows, workers = plan(2), []
    for _ in rows:
        mine = journal.Journal(journals)
        claims.claim(mine.worker, "example.net", 1)
        os.close(mine._file)
        workers.append(mine.worker)
    settle = recovery.settle_left

    def odd(left):
        if left.worker == min(workers):  # the first that is looked at
            raise RuntimeError("odd")
        return settle(left)

    monkeypatch.setattr(recovery, "settle_left", odd)
    recovery.recover(TEN_MINUTES, journals)

    assert sorted(fresh(row).state for row in rows) == ["handing_over", "pending"]


def test_a_recovery_that_could_not_reach_the_database_leaves_the_journal_to_the_next(
    plan, sink, other, die_at, fresh, journals, monkeypatch
):
    """Whatever keeps the error, and with it the frames it came through."""
    (delivery,) = plan()
    die_at("claim")
    with monkeypatch.context() as broken:
        broken.setattr(recovery, "settle_left", away)
        with pytest.raises(OperationalError) as kept:
            recovery.recover(TEN_MINUTES, journals)

    recovery.recover(TEN_MINUTES, journals)

    assert kept.value
    assert fresh(delivery).state == "pending"


def test_a_claim_that_its_worker_never_knew_of_is_no_doubt(courier, plan, later, fresh):
    """The database was away with the answer; another machine was the first to find what it had done."""
    (delivery,) = plan(sent_again=False)
    claims.claim(courier.worker, "example.net", 50)
    later(seconds=13)
    assert recovery.mark_doubts([]) == 1

    claims.give_back(courier.worker)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.tries, row.history) == ("pending", 0, 0, [])


def test_a_doubt_found_late_is_no_older_than_that(plan, later, journals, fresh):
    """All was away for an hour, or the clock stepped: whoever has it may be alive."""
    (delivery,) = plan()
    claims.claim("gone:1", "example.net", 50)
    later(hours=1)

    assert recovery.recover(TEN_MINUTES, journals) == 1
    assert fresh(delivery).state == "unknown"
    recovery.recover(TEN_MINUTES, journals)
    assert fresh(delivery).state == "unknown"


def test_a_doubt_nobody_wants_any_more_is_not_sent_again(
    plan, sink, later, other, die_at, fresh, alice, journals
):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES, journals)
    assert service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.") == 0

    later(days=1)
    recovery.recover(TEN_MINUTES, journals)
    other.send_due(0)

    assert fresh(delivery).state == "unknown"
    assert sink.count == 1


def test_a_message_that_kills_its_worker_again_and_again_is_left_alone(
    plan, later, fresh, journals
):
    (delivery,) = plan()
    for _ in range(12):
        claims.claim("dead:1", "example.net", 50)
        later(seconds=41)
        recovery.recover(timedelta(0), journals)
        later(seconds=11)
        recovery.recover(timedelta(0), journals)

    row = fresh(delivery)
    assert (row.state, row.attempts) == ("unknown", 8)


def test_an_answer_that_comes_after_all_ends_the_doubt(courier, plan, sink, fresh, later, journals):
    """The server thinks longer than the lease; the worker is alive and still listens."""
    (delivery,) = plan()
    taken = courier.channel._taken

    def late(silence):
        later(seconds=41)
        assert recovery.recover(TEN_MINUTES, journals) == 1
        assert fresh(delivery).state == "unknown"
        return taken(silence)

    courier.channel._taken = late
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, row.reason) == ("sent", 1, "")
    assert [attempt.outcome for attempt in row.history] == ["sent"]


def test_who_stood_still_before_the_content_looks_again(
    courier, plan, sink, fresh, later, journals, monkeypatch
):
    """Slow verbs, or a paused process: the row is its own still, so it goes on."""
    monkeypatch.setattr(Batch, "_has_held_long", lambda self: True)
    (delivery,) = plan()
    doubts = []
    look = Batch._last_look

    def found_dead(*args):
        later(seconds=41)
        doubts.append(recovery.recover(TEN_MINUTES, journals))
        return look(*args)

    monkeypatch.setattr(Batch, "_last_look", found_dead)
    courier.send_due(0)

    row = fresh(delivery)
    assert doubts == [1]
    assert (row.state, [attempt.outcome for attempt in row.history]) == ("sent", ["sent"])
    assert (row.attempts, row.tries) == (1, 0)


def test_a_worker_of_this_machine_may_stand_still_for_longer(
    courier, plan, later, journals, fresh, monkeypatch
):
    """It wakes, or its journal tells; only who hangs is given up."""
    assert recovery.HANGS > recovery.UNHEARD_OF
    monkeypatch.setattr(recovery, "HANGS", timedelta(minutes=10))
    (delivery,) = plan()
    claims.claim(courier.worker, "example.net", 50)

    later(minutes=5)
    assert recovery.recover(TEN_MINUTES, journals) == 0
    later(minutes=6)
    assert recovery.recover(TEN_MINUTES, journals) == 1

    assert fresh(delivery).state == "unknown"


def test_who_lost_it_sends_nothing_more(
    courier, other, plan, sink, fresh, later, journals, monkeypatch
):
    """Paused after the claim for so long that another has sent it: stopped before the content."""
    (delivery,) = plan()
    look = Batch._last_look

    def asleep(self, *args):
        later(minutes=20)
        recovery.recover(TEN_MINUTES, journals)
        later(minutes=20)
        recovery.recover(TEN_MINUTES, journals)
        with monkeypatch.context() as awake:
            awake.setattr(Batch, "_last_look", look)
            other.send_due(0)
        self._claimed_at -= 2400
        look(self, *args)

    monkeypatch.setattr(Batch, "_last_look", asleep)
    courier.send_due(0)

    row = fresh(delivery)
    assert sink.count == 1
    assert (row.state, row.worker) == ("sent", other.worker)
    assert [attempt.outcome for attempt in row.history] == ["unknown", "sent"]


def test_an_older_fence_opens_nothing(plan, fresh, later, journals):
    """Paused after the claim, woken when another has claimed it: it may not go on the wire."""
    (delivery,) = plan()
    _, (mine,) = claims.claim("paused:1", "example.net", 50)
    later(seconds=41)
    recovery.recover(timedelta(0), journals)
    at, (theirs,) = claims.claim("awake:2", "example.net", 50)

    assert theirs.fence == mine.fence + 1
    assert claims.keep(mine, at) is False
    assert claims.keep(theirs, at) is True

    for kind in (TRANSIENT, BACK):
        refused = Outcome(letter=mine, kind=kind, at=at, started_at=at, answer="451 busy")
        claims.settle([refused], "paused:1")
    row = fresh(delivery)
    assert (row.state, row.worker, row.attempts) == ("handing_over", "awake:2", 1)


def test_many_sent_together_are_each_compared_and_set(plan, fresh, later, journals):
    """One of them was taken over meanwhile: that it was sent is the truth, and the other's too."""
    plan(2)
    at, letters = claims.claim("paused:1", "example.net", 50)
    later(seconds=41)
    recovery.recover(timedelta(days=1), journals)
    recovery.resolve(letters[1].id, "resend")
    claims.claim("awake:2", "example.net", 50)

    sent = [Outcome(letter=one, kind=SENT, at=at, started_at=at, answer="250") for one in letters]
    claims.settle(sent, "paused:1")

    first, second = (fresh(letter.id) for letter in letters)
    assert (first.state, [one.outcome for one in first.history]) == ("sent", ["sent"])
    assert (second.state, second.worker) == ("handing_over", "awake:2")


@pytest.mark.parametrize(
    ("how", "state"), [("sent", "sent"), ("resend", "pending"), ("drop", "cancelled")]
)
def test_an_operator_resolves_a_doubt(plan, die_at, later, fresh, how, state, journals):
    (delivery,) = plan()
    die_at("answer")
    later(seconds=11)
    recovery.recover(TEN_MINUTES, journals)

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
