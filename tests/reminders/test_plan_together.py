"""Many planners, many rows, and rows that cannot be planned."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from reminder_app.database import db, now
from reminder_app.errors import AppError
from reminder_app.reminders import acting, notice_mail, planning, turns
from reminder_app.reminders.models import Reminder
from tests.reminders.conftest import SITE, change, ledger, occurrences, read, soon, states

DAY = timedelta(days=1)


def at_once(app, *works):
    """Each in a thread and a context of its own, all starting together."""
    ready = threading.Barrier(len(works))

    def run(work):
        with app.app_context():
            ready.wait()
            try:
                return work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def test_four_planners_plan_everything_once(monday, app, make, later, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 7)
    for number in range(60):
        make(title=f"Number {number}", rule="FREQ=DAILY")
    later(hours=1)

    at_once(app, *[lambda: planning.plan_due(SITE, seconds=60)] * 4)
    planning.plan_due(SITE, seconds=60)

    titles = Counter(row.payload["title"] for row in ledger())
    assert len(titles) == 60
    assert set(titles.values()) == {1}


def test_the_number_of_statements_does_not_grow(monday, make, plan, later, count_queries):
    def planned(many):
        for number in range(many):
            make(title=f"Number {number}", starts_at=soon(3600), advance_notices=[60 * 24])
        later(hours=1)
        with count_queries() as statements:
            plan()
        return len(statements)

    assert planned(2) == planned(40) <= 20


def test_a_tick_with_nothing_to_do_costs_the_same_with_many_reminders(
    monday, make, plan, count_queries
):
    with count_queries() as without:
        plan()
    for _ in range(5):
        make()
    with count_queries() as with_some:
        plan()

    assert len(without) == len(with_some) <= 4


def test_what_cannot_be_planned_is_set_aside_and_its_neighbours_go_out(monday, make, plan, later):
    good = [make(title=f"Good {number}") for number in range(5)]
    bad = make(title="Bad")
    change(bad, time_zone="Nowhere/Atlantis")
    later(hours=1)
    plan()

    assert [states(one) for one in good] == [["pending"]] * 5
    stored = db.session.get(Reminder, bad.id)
    assert "unknown time zone" in stored.trouble
    assert stored.plan_at > now() + timedelta(minutes=59)


def test_once_mended_nothing_of_it_is_lost(monday, make, plan, later):
    reminder = make(rule="FREQ=DAILY", advance_notices=[30])
    change(reminder, time_zone="Nowhere/Atlantis")
    later(minutes=30)
    plan()
    later(minutes=30)
    change(reminder, time_zone="Europe/Berlin")
    later(minutes=40)
    plan()

    assert [(row.key.rsplit(":")[-1], row.state) for row in ledger(reminder)] == [
        ("30", "missed"),
        ("due", "pending"),
    ]
    assert read(reminder).trouble == ""


def test_trouble_of_the_database_is_not_taken_for_the_rows(monday, make, plan, later, monkeypatch):
    reminder = make()
    later(hours=1)

    def gone(*_):
        raise OperationalError("SELECT", {}, Exception("server has gone away"))

    with monkeypatch.context() as patched:
        patched.setattr(turns, "take", gone)
        with pytest.raises(OperationalError):
            plan()
    plan()

    assert states(reminder) == ["pending"]


def test_a_bad_letter_spoils_no_other(monday, make, plan, later, monkeypatch):
    good, bad = make(title="Good"), make(title="Bad")
    real = notice_mail.payload

    def payload(reminder, *rest):
        # Half a character: the database's driver cannot write it.
        return real(reminder, *rest) | ({"title": "\ud800"} if reminder.id == bad.id else {})

    monkeypatch.setattr(notice_mail, "payload", payload)
    monkeypatch.setattr(
        notice_mail, "address", lambda one: "\ud800" if one.reminder_id == bad.id else "a@b.c"
    )
    later(hours=1)
    plan()

    assert states(good) == ["pending"]
    assert states(bad) == []
    assert read(bad).trouble.startswith("UnicodeEncodeError")


@pytest.mark.parametrize("act", [acting.done, acting.skip])
def test_acting_and_planning_at_the_same_moment_leave_one_outcome(
    monday, app, make, later, alice, act
):
    for _ in range(8):
        reminder = make(starts_at=soon(3600), rule="FREQ=DAILY")
        later(hours=1)
        due_at = reminder.next_at
        at_once(
            app,
            lambda: planning.plan_due(SITE, seconds=60),
            lambda one=reminder, at=due_at: act(alice.workspace_id, alice.id, one.id, at),
        )
        planning.plan_due(SITE, seconds=60)

        settled = "done" if act is acting.done else "skipped"
        assert occurrences(reminder) == [(due_at, settled)]
        assert set(states(reminder)) <= {"cancelled"}
        assert read(reminder).next_at == due_at + DAY


def test_done_by_two_at_once_is_done_once(monday, app, make, alice, bob):
    reminder = make(rule="FREQ=DAILY")
    due_at = reminder.next_at

    def done(person):
        return lambda: acting.done(person.workspace_id, person.id, reminder.id, due_at).state

    assert at_once(app, done(alice), done(bob)) == ["done", "done"]
    assert occurrences(reminder) == [(due_at, "done")]


def test_done_and_skip_at_once_one_of_them_is_told(monday, app, make, alice, bob):
    reminder = make(rule="FREQ=DAILY")
    due_at = reminder.next_at

    def acts(act, person):
        def work():
            try:
                return act(person.workspace_id, person.id, reminder.id, due_at).state
            except AppError as error:
                return error.code

        return work

    outcome = at_once(app, acts(acting.done, alice), acts(acting.skip, bob))
    assert sorted(outcome) in (["conflict", "done"], ["conflict", "skipped"])
