"""The database goes away between a mail and the note of it: no answer is forgotten."""

import pytest
from sqlalchemy.exc import OperationalError

from reminder_app import jobs, workers
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import claims


def away(*_args, **_kwargs):
    raise OperationalError("UPDATE", {}, Exception(2013, "Lost connection to server"))


def test_an_answer_that_could_not_be_written_is_written_when_it_is_back(
    courier, plan, sink, fresh, monkeypatch
):
    (delivery,) = plan()
    with monkeypatch.context() as broken:
        broken.setattr(claims, "settle", away)
        with pytest.raises(OperationalError):
            courier.send_due(0)
    assert (fresh(delivery).state, sink.count) == ("handing_over", 1)

    courier.send_due(0)

    assert (fresh(delivery).state, sink.count) == ("sent", 1)


def test_a_worker_that_nobody_calls_again_writes_its_answers_down_by_itself(
    app, courier, lines, plan, sink, fresh, monkeypatch
):
    """Others may be called instead, for as long as it takes until they find a doubt."""
    (delivery,) = plan()
    settle, lost = claims.settle, [away, away]
    monkeypatch.setattr(claims, "settle", lambda *args: (lost.pop() if lost else settle)(*args))
    monkeypatch.setattr(jobs, "courier", lambda _process: courier)
    monkeypatch.setattr(jobs, "sidelines", lambda _process: lines)

    jobs.pump.run()

    assert (fresh(delivery).state, sink.count, lost) == ("sent", 1, [])


def test_a_worker_that_is_told_to_stop_leaves_its_answers_to_its_journal(
    app, courier, lines, plan, sink, fresh, monkeypatch
):
    (delivery,) = plan()

    def cut_off(*_args):
        courier.stop()
        away()

    monkeypatch.setattr(claims, "settle", cut_off)
    monkeypatch.setattr(jobs, "courier", lambda _process: courier)
    monkeypatch.setattr(jobs, "sidelines", lambda _process: lines)

    jobs.pump.run()

    assert (fresh(delivery).state, sink.count) == ("handing_over", 1)


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_claim_whose_commit_is_unknown_is_not_sent_and_goes_back_in_line(
    courier, plan, sink, fresh, monkeypatch, is_committed
):
    (delivery,) = plan()
    claim = claims.claim

    def cut_off(*args):
        if is_committed:
            claim(*args)
        raise CommitOutcomeUnknown

    with monkeypatch.context() as broken:
        broken.setattr(claims, "claim", cut_off)
        with pytest.raises(CommitOutcomeUnknown):
            courier.send_due(0)
    assert sink.count == 0

    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.attempts, sink.count) == ("sent", 1, 1)


def test_a_tick_without_a_database_says_so_in_one_line(app, caplog):
    workers.tried_again_next_time(away)()

    (line,) = caplog.messages
    assert line.endswith("away: the database cannot be used: (2013, 'Lost connection to server')")
