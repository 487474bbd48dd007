"""Done, skip and their undo, of one occurrence."""

from datetime import timedelta

import pytest

from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import acting, service
from tests.reminders.conftest import ledger, occurrences, read, states

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


def test_done_without_a_time_means_what_is_open(monday, make, plan, later, act, alice):
    reminder = make(rule="FREQ=DAILY")
    later(hours=2)
    plan()

    one = act("done", reminder)

    assert (one.due_at, one.state, one.acted_by) == (monday + NINE, "done", alice.id)
    assert one.acted_at is not None
    assert read(reminder).next_at == monday + NINE + DAY


def test_a_one_off_that_is_done_is_finished_and_done_again_stays_done(monday, make, act):
    reminder = make()
    act("done", reminder)

    stored = read(reminder)
    assert (stored.status, stored.next_at) == ("finished", None)
    assert act("done", reminder).due_at == monday + NINE


def test_several_may_be_done_ahead(monday, make, act):
    reminder = make(rule="FREQ=DAILY")
    for days in (2, 0, 1):
        act("done", reminder, monday + NINE + days * DAY)

    assert read(reminder).next_at == monday + NINE + 3 * DAY


def test_done_calls_off_what_has_not_gone_out(monday, make, plan, later, act):
    reminder = make()
    later(minutes=59, seconds=58)
    plan()
    act("done", reminder)

    [row] = ledger(reminder)
    assert (row.state, row.reason) == ("cancelled", "Done before it went out.")


def test_undo_of_done_lets_it_go_out_after_all(monday, make, plan, later, act):
    reminder = make()
    later(minutes=59, seconds=58)
    plan()
    act("done", reminder)
    one = act("reopen", reminder)

    assert (one.state, one.acted_by) == ("open", None)
    assert states(reminder) == ["pending"]
    assert read(reminder).next_at == monday + NINE


def test_undo_before_anything_was_planned_plans_it_as_before(monday, make, plan, later, act):
    reminder = make(advance_notices=[30])
    act("done", reminder)
    act("reopen", reminder)
    later(hours=1)
    plan()

    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["30", "due"]


def test_undo_of_one_that_was_overtaken_makes_it_missed(monday, make, plan, later, act):
    reminder = make(rule="FREQ=DAILY")
    later(hours=1)
    plan()
    act("done", reminder)
    later(days=1)
    plan()

    assert act("reopen", reminder, monday + NINE).state == "missed"
    assert read(reminder).next_at == monday + NINE + DAY


def test_there_is_nothing_to_undo_where_nobody_acted(monday, make, act):
    with pytest.raises(Conflict, match="nothing to undo"):
        act("reopen", make())


def test_skip_moves_on_and_can_be_taken_back(monday, make, act):
    reminder = make(rule="FREQ=DAILY")

    assert act("skip", reminder).state == "skipped"
    assert act("skip", reminder, monday + NINE).state == "skipped"
    assert read(reminder).next_at == monday + NINE + DAY
    act("reopen", reminder, monday + NINE)
    assert read(reminder).next_at == monday + NINE


def test_done_and_skipped_exclude_each_other(monday, make, act):
    reminder = make()
    act("done", reminder)
    with pytest.raises(Conflict, match="done already"):
        act("skip", reminder, monday + NINE)


@pytest.mark.parametrize("away", [timedelta(minutes=1), -DAY, 3 * DAY + NINE])
def test_a_time_at_which_nothing_is_due_is_refused(monday, make, act, away):
    with pytest.raises(Invalid, match="not due at this time") as error:
        act("done", make(rule="FREQ=DAILY"), monday + NINE + away)

    assert "occurrence_at" in error.value.fields


def test_a_paused_one_can_still_be_done(monday, make, plan, later, act, alice):
    reminder = make()
    later(hours=1)
    plan()
    service.pause(alice.workspace_id, reminder.id)
    act("done", reminder)

    assert occurrences(reminder) == [(monday + NINE, "done")]
    assert service.resume(alice.workspace_id, reminder.id).status == "finished"


def test_acting_is_no_edit_and_spoils_no_open_form(monday, make, plan, later, act):
    reminder = make(rule="FREQ=DAILY")
    before = (read(reminder).version, read(reminder).updated_at)
    later(hours=1)
    plan()
    act("done", reminder)

    assert (read(reminder).version, read(reminder).updated_at) == before


def test_a_stranger_finds_nothing_to_act_on(monday, make, charlie):
    reminder = make()
    whose = (charlie.workspace_id, charlie.id, reminder.id)
    for call in (
        lambda: acting.done(*whose),
        lambda: acting.skip(*whose),
        lambda: acting.snooze(*whose, monday + DAY),
        lambda: acting.reopen(*whose),
        lambda: acting.occurrences(charlie.workspace_id, reminder.id),
    ):
        with pytest.raises(NotFound):
            call()


def test_while_planning_lags_what_is_done_does_not_hide_what_came_due(
    monday, make, plan, later, act
):
    reminder = make(rule="FREQ=DAILY")
    later(days=2, hours=2)
    act("done", reminder)  # Monday's, the only one it knows of
    assert read(reminder).next_at == monday + NINE + DAY
    plan()

    assert occurrences(reminder) == [
        (monday + NINE, "done"),
        (monday + NINE + DAY, "missed"),
        (monday + NINE + 2 * DAY, "open"),
    ]
