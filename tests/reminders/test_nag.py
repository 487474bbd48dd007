"""Asked again until it is done: planned one ahead, never twice, stopped by whatever is an answer."""

from datetime import timedelta

import pytest

from reminder_app.database import db, now
from reminder_app.reminders import editing, planning
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Occurrence
from tests.reminders.conftest import BERLIN, SITE, ledger, read
from tests.reminders.test_plan_together import at_once
from tests.reminders.test_quiet_hours import TEN, keep_quiet

NINE = timedelta(hours=1)  # from monday, 8:00
QUARTER = timedelta(minutes=15)
NAG = {"every": 15, "most": 3}


def whats(reminder) -> list[str]:
    return [row.key.rsplit(":", 1)[1] for row in ledger(reminder)]


def test_it_is_asked_again_so_often_and_no_more(monday, make, plan, later):
    reminder = make(nag=NAG)
    later(hours=1)
    for _ in range(6):
        plan()
        later(minutes=15)

    assert whats(reminder) == ["due", "nag-1", "nag-2", "nag-3"]
    assert [row.due_at for row in ledger(reminder)] == [
        monday + NINE + n * QUARTER for n in range(4)
    ]
    assert ledger(reminder)[1].payload["nags"] == 1
    assert read(reminder).plan_at is None


def test_one_is_planned_ahead_and_is_missed_when_the_next_is_there(monday, make, plan, later):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    assert whats(reminder) == ["due"]
    assert read(reminder).plan_at - now() < QUARTER

    later(minutes=15)
    plan()
    assert ledger(reminder)[1].deadline_at == monday + NINE + 2 * QUARTER


@pytest.mark.parametrize("answer", ["done", "skip"])
def test_an_answer_ends_it(monday, make, plan, later, act, answer):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    later(minutes=14, seconds=58)
    plan()  # two seconds ahead
    assert [row.state for row in ledger(reminder)] == ["pending", "pending"]
    act(answer, reminder)
    assert [row.state for row in ledger(reminder)] == ["cancelled", "cancelled"]
    later(hours=1)
    plan()

    assert whats(reminder) == ["due", "nag-1"]


def test_a_snooze_moves_it(monday, make, plan, later, act):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    act("snooze", reminder, now() + timedelta(hours=2))
    later(hours=1)
    plan()
    assert whats(reminder) == ["due"]
    later(hours=1)
    plan()
    later(minutes=15)
    plan()

    assert whats(reminder) == ["due", "snooze-1", "nag-1"]


def test_taking_back_done_goes_on_with_it(monday, make, plan, later, act):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    act("done", reminder)
    later(hours=1)
    act("reopen", reminder)
    later(minutes=15)
    plan()

    assert whats(reminder) == ["due", "nag-1"]


def test_after_a_silence_only_the_latest_is_said(monday, make, plan, later):
    reminder = make(nag={"every": 10, "most": 5})
    later(hours=1)
    plan()
    later(minutes=34)
    plan()

    assert [(row.due_at, row.is_late) for row in ledger(reminder)] == [
        (monday + NINE, False),
        (monday + NINE + timedelta(minutes=30), False),
    ]
    later(minutes=6)
    plan()
    assert whats(reminder) == ["due", "nag-1", "nag-2"]


def test_the_next_time_of_a_series_ends_that_of_the_one_before(monday, make, plan, later):
    reminder = make(rule="FREQ=HOURLY", nag={"every": 25, "most": 9})
    later(hours=1)
    for _ in range(5):
        plan()
        later(minutes=25)

    # 9:00, 9:25, 9:50, 10:00, 10:25
    assert whats(reminder) == ["due", "nag-1", "nag-2", "due", "nag-1"]


def test_who_sleeps_is_asked_when_they_wake(monday, alice, make, plan, later):
    keep_quiet(alice)
    reminder = make(nag=NAG)
    later(hours=1)
    for _ in range(6):
        plan()
        later(minutes=15)

    # The due time waited until 10:00; there it is asked again, and both are one message.
    states = {row.key.rsplit(":", 1)[1]: row.state for row in ledger(reminder)}
    assert states["due"] == "collapsed" or states["nag-1"] == "pending"
    assert all(row.not_before >= TEN for row in ledger(reminder))


def test_others_are_asked_while_one_sleeps_who_hears_it_once(monday, alice, bob, make, plan, later):
    keep_quiet(alice)
    reminder = make(nag=NAG, recipients=[{"kind": "me"}, {"kind": "member", "id": bob.id}])
    later(hours=1)
    for _ in range(5):
        plan()
        later(minutes=15)

    rows = ledger(reminder)
    assert [row.state for row in rows if row.address == "bob@example.org"] == ["pending"] * 4
    hers = [row.state for row in rows if row.address == "alice@example.org"]
    assert sorted(hers) == ["collapsed", "collapsed", "collapsed", "pending"]


def test_it_rests_while_the_reminder_is_paused(monday, alice, make, plan, later):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    reminders.pause(alice.workspace_id, reminder.id)
    later(hours=1)
    plan()
    assert whats(reminder) == ["due"]
    reminders.resume(alice.workspace_id, reminder.id)
    plan()

    assert whats(reminder) == ["due", "nag-1"]


def test_it_can_be_asked_for_later_and_called_off(monday, alice, make, plan, later):
    reminder = make()
    later(hours=1)
    plan()

    def change(nag):
        editing.update_reminder(alice.workspace_id, alice.id, reminder.id, {"nag": nag})

    change(NAG)
    later(minutes=15)
    plan()
    assert whats(reminder) == ["due", "nag-1"]
    change(None)
    later(hours=1)
    plan()
    assert whats(reminder) == ["due", "nag-1"]
    assert read(reminder).nag is None


def test_planners_at_once_ask_once(monday, app, make, later):
    for number in range(20):
        make(title=f"Number {number}", nag=NAG)
    later(hours=1)
    for _ in range(3):
        at_once(app, *[lambda: planning.plan_due(SITE, seconds=60)] * 3)
        later(minutes=15)

    keys = [row.key.rsplit(":", 1)[1] for row in ledger()]
    assert {what: keys.count(what) for what in set(keys)} == {"due": 20, "nag-1": 20, "nag-2": 20}


def test_a_crash_in_between_neither_loses_nor_doubles_it(monday, make, plan, later, monkeypatch):
    reminder = make(nag=NAG)
    later(hours=1)
    plan()
    later(minutes=15)
    for place in ("follow", "move_on"):
        with monkeypatch.context() as broken:

            def crash(_):
                raise KeyboardInterrupt("killed")

            broken.setattr(planning.repository, place, crash)
            with pytest.raises(KeyboardInterrupt):
                planning.plan_batch(SITE, [])
        db.session.rollback()
    plan()
    plan()

    assert whats(reminder) == ["due", "nag-1"]
    [one] = db.session.query(Occurrence).all()
    assert one.nags == 1


def test_the_planner_asks_the_database_for_no_more_where_nobody_nags(
    monday, make, plan, later, count_queries
):
    def asked(many, **fields) -> int:
        today = (now() + timedelta(hours=1)).astimezone(BERLIN).replace(tzinfo=None)
        for number in range(many):
            make(title=f"Number {number}", starts_at=today, **fields)
        later(hours=1)
        with count_queries() as statements:
            plan()
        return len(statements)

    plain = asked(3)
    assert asked(30, nag=NAG) == plain + 1


def test_the_api_takes_and_gives_it(monday, alice):
    api = alice.api()
    nag = {"every": 15, "most": 3, "start": "08:00", "end": "20:00"}
    given = {"title": "Tea", "starts_at": "2026-01-13T09:00", "nag": nag}
    made = api.post("/api/v1/reminders", json=given).json
    assert made["nag"] == nag
    path = f"/api/v1/reminders/{made['id']}"
    assert api.patch(path, json={"nag": None}).json["nag"] is None
    refused = api.post("/api/v1/reminders", json=given | {"nag": {"every": 1}})
    assert refused.status_code == 422
