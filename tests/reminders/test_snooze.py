"""Snooze of one occurrence, and its undo."""

from datetime import timedelta

import pytest

from reminder_app.errors import Conflict, Invalid
from reminder_app.reminders import editing, service
from tests.reminders.conftest import ledger, occurrences, read, states

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


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


@pytest.fixture
def put_off(monday, make, plan, later, act):
    """put_off(hours=30): a daily reminder, the first one snoozed from 9:00 on, the second come due."""

    def put_off(**by):
        reminder = make(rule="FREQ=DAILY")
        later(hours=1)
        plan()
        act("snooze", reminder, monday + NINE + timedelta(**by))
        later(days=1)
        plan()
        return reminder

    return put_off


def test_a_snooze_beyond_the_next_occurrence_leaves_each_its_own_time(monday, put_off, plan, later):
    reminder = put_off(hours=29)
    stored = read(reminder)
    assert (stored.next_at, stored.due_at) == (monday + NINE + DAY, monday + NINE + DAY)
    assert stored.plan_at == monday + 6 * NINE + DAY
    later(hours=5)
    plan()

    assert occurrences(reminder) == [(monday + NINE, "open"), (monday + NINE + DAY, "open")]
    assert told(reminder) == [
        ("due", monday + NINE, "cancelled"),
        ("due", monday + NINE + DAY, "pending"),
        ("snooze-1", monday + 6 * NINE + DAY, "pending"),
    ]
    [_, _, again] = ledger(reminder)
    assert again.deadline_at == monday + NINE + 2 * DAY


def test_such_a_snooze_outlives_acts_on_the_next_and_edits(
    monday, put_off, plan, later, act, alice
):
    reminder = put_off(hours=29)
    editing.update_reminder(alice.workspace_id, alice.id, reminder.id, {"advance_notices": [5]})
    act("done", reminder, monday + NINE + DAY)
    stored = read(reminder)
    assert (stored.next_at, stored.due_at) == (monday + 6 * NINE + DAY, monday + NINE)
    later(hours=5)
    plan()

    assert told(reminder)[-1] == ("snooze-1", monday + 6 * NINE + DAY, "pending")


def test_the_one_after_a_snooze_takes_the_place_of_both(monday, put_off, plan, later):
    reminder = put_off(hours=29)
    later(hours=5)
    plan()
    later(hours=19)
    plan()

    assert [state for _, state in occurrences(reminder)] == ["missed", "missed", "open"]


def test_a_snooze_until_the_next_occurrence_is_told_as_that(monday, put_off):
    reminder = put_off(days=1)

    assert occurrences(reminder) == [(monday + NINE, "missed"), (monday + NINE + DAY, "open")]
    assert sorted(told(reminder)) == [
        ("due", monday + NINE, "cancelled"),
        ("due", monday + NINE + DAY, "pending"),
        ("snooze-1", monday + NINE + DAY, "missed"),
    ]


@pytest.mark.parametrize("settled", ["done", "skip"])
def test_undo_brings_a_snooze_back(monday, make, plan, later, act, settled):
    reminder = make()
    later(hours=1)
    plan()
    until = monday + timedelta(hours=3)
    act("snooze", reminder, until)
    act(settled, reminder)
    one = act("reopen", reminder)

    assert (one.state, one.snoozed_until) == ("open", until)
    stored = read(reminder)
    assert (stored.next_at, stored.due_at, stored.snoozed_until) == (until, monday + NINE, until)
    later(hours=2)
    plan()
    assert told(reminder)[1:] == [("snooze-1", until, "pending")]


def test_a_snooze_that_came_back_can_be_undone_too(monday, make, act):
    reminder = make()
    act("snooze", reminder, monday + timedelta(hours=3))
    act("done", reminder)
    act("reopen", reminder)
    act("reopen", reminder, monday + NINE)

    assert read(reminder).next_at == monday + NINE


def told(reminder):
    return [(row.key.rsplit(":")[-1], row.due_at, row.state) for row in ledger(reminder)]


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
