"""Done, skip, snooze and undo of one occurrence."""

from datetime import timedelta

import pytest

from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import acting, service
from tests.reminders.conftest import ledger, occurrences, read, states

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


@pytest.fixture
def act(alice):
    """act("done", reminder, …) by alice."""
    return lambda name, reminder, *rest: getattr(acting, name)(
        alice.workspace_id, alice.id, reminder.id, *rest
    )


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


def test_snooze_brings_it_up_again_once(monday, make, plan, later, act):
    reminder = make()
    later(hours=1)
    plan()
    until = monday + timedelta(hours=3)
    act("snooze", reminder, until)

    stored = read(reminder)
    assert (stored.next_at, stored.due_at, stored.snoozed_until) == (until, monday + NINE, until)
    assert states(reminder) == ["cancelled"]  # had it not gone out, it would not now

    later(hours=1, minutes=59, seconds=58)
    plan()
    plan()
    first, again = ledger(reminder)
    assert (again.state, again.due_at) == ("pending", until)
    assert again.key.endswith(":snooze-1")
    assert again.payload["is_snoozed"] is True
    assert read(reminder).plan_at is None


def test_each_snooze_has_a_message_of_its_own(monday, make, plan, later, act):
    reminder = make()
    later(hours=1)
    plan()
    for hours in (2, 3):
        act("snooze", reminder, monday + timedelta(hours=hours))
        later(hours=1)
        plan()

    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["due", "snooze-1", "snooze-2"]


def test_a_snooze_ahead_of_its_time_silences_the_due_time(monday, make, plan, later, act):
    reminder = make(advance_notices=[30])
    act("snooze", reminder, monday + timedelta(hours=2))
    later(hours=2)
    plan()

    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["snooze-1"]


def test_done_ends_a_snooze(monday, make, plan, later, act):
    reminder = make()
    later(hours=1)
    plan()
    act("snooze", reminder, monday + timedelta(hours=2))
    act("done", reminder)
    later(hours=1)
    plan()

    assert states(reminder) == ["cancelled"]
    assert read(reminder).status == "finished"


def test_undo_of_a_snooze(monday, make, plan, later, act):
    reminder = make()
    later(hours=1)
    plan()
    act("snooze", reminder, monday + timedelta(hours=2))
    one = act("reopen", reminder)

    assert (one.state, one.snoozed_until) == ("open", None)
    assert states(reminder) == ["pending"]
    assert read(reminder).next_at == monday + NINE


def test_the_next_occurrence_ends_the_snooze_of_the_one_before(monday, make, plan, later, act):
    reminder = make(rule="FREQ=DAILY")
    later(hours=1)
    plan()
    act("snooze", reminder, monday + timedelta(hours=30))
    later(days=1)
    plan()
    later(hours=6)
    plan()

    assert occurrences(reminder) == [(monday + NINE, "missed"), (monday + NINE + DAY, "open")]
    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["due", "due"]


@pytest.mark.parametrize(
    ("wait", "why"),
    [
        (timedelta(), "from now on"),
        (-DAY, "from now on"),
        (timedelta(days=400), "within a year"),
        (timedelta(minutes=30), "after it is due"),
    ],
)
def test_a_snooze_needs_a_time_that_makes_sense(monday, make, act, wait, why):
    reminder = make()
    with pytest.raises(Invalid, match=why) as error:
        act("snooze", reminder, monday + wait)

    assert "until" in error.value.fields


def test_what_is_settled_or_paused_cannot_be_snoozed(monday, make, act, alice):
    reminder = make()
    act("skip", reminder)
    with pytest.raises(Conflict, match="skipped"):
        act("snooze", reminder, monday + DAY, monday + NINE)

    other = make()
    service.pause(alice.workspace_id, other.id)
    with pytest.raises(Conflict, match="paused"):
        act("snooze", other, monday + DAY, monday + NINE)


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
