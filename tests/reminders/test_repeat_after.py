"""It comes back so long after it was done or skipped, and not before."""

from datetime import timedelta

import pytest

from reminder_app.database import now
from reminder_app.reminders import editing, service
from tests.reminders.conftest import ledger, occurrences, read, wall

DAY, NINE = timedelta(days=1), timedelta(hours=1)


def test_the_next_comes_after_it_is_done_and_not_before(monday, make, plan, later, act):
    reminder = make(repeat_after="P3D")
    later(hours=1)
    plan()
    later(days=2)
    plan()
    assert read(reminder).next_at == monday + NINE  # still open
    assert len(ledger(reminder)) == 1

    act("done", reminder)
    assert read(reminder).next_at == monday + NINE + 5 * DAY
    later(days=3)
    plan()
    assert [row.state for row in ledger(reminder)] == ["cancelled", "pending"]
    assert [state for _, state in occurrences(reminder)] == ["done", "open"]


def test_skipping_brings_the_next_one_as_well(monday, make, act):
    reminder = make(repeat_after="P1W")
    act("skip", reminder)

    assert read(reminder).next_at == monday + NINE + 7 * DAY


def test_done_twice_is_done_once(monday, make, plan, later, act):
    reminder = make(repeat_after="P3D")
    later(hours=1)
    plan()
    due = read(reminder).due_at
    act("done", reminder, due)
    act("done", reminder, due)

    assert read(reminder).next_at == monday + NINE + 3 * DAY


def test_it_can_be_taken_back(monday, make, plan, later, act):
    reminder = make(repeat_after="P1D")
    later(hours=1)
    plan()
    act("done", reminder, monday + NINE)
    later(days=1)
    plan()  # the next one is there already
    act("reopen", reminder, monday + NINE)

    assert read(reminder).next_at == monday + NINE
    assert [state for _, state in occurrences(reminder)] == ["open"]
    act("done", reminder)
    assert read(reminder).next_at == monday + NINE + 2 * DAY


def test_what_was_settled_since_stays_settled(monday, make, plan, later, act):
    reminder = make(repeat_after="P1D")
    act("done", reminder, monday + NINE)
    act("skip", reminder)
    act("reopen", reminder, monday + NINE)

    assert [state for _, state in occurrences(reminder)] == ["open", "skipped"]


def test_a_snooze_brings_none(monday, make, plan, later, act):
    reminder = make(repeat_after="P1D")
    later(hours=1)
    plan()
    act("snooze", reminder, now() + timedelta(hours=2))

    assert read(reminder).next_at == monday + 2 * NINE + timedelta(hours=1)


@pytest.mark.parametrize("by_itself", [True, False])
def test_passed_over_in_a_pause_it_comes_after_that(
    monday, alice, make, plan, later, act, by_itself
):
    reminder, due = make(repeat_after="P3D"), make(repeat_after="P3D")
    service.pause(alice.workspace_id, reminder.id, monday + 2 * DAY if by_itself else None)
    later(hours=1)
    plan()
    service.pause(alice.workspace_id, due.id, monday + 2 * DAY)
    later(hours=47)
    if not by_itself:
        service.resume(alice.workspace_id, reminder.id)
    plan()

    assert read(reminder).next_at == monday + NINE + 2 * DAY
    assert read(due).next_at == monday + NINE  # that one waits since then
    later(hours=1)
    plan()
    assert [row.due_at for row in ledger(reminder)] == [monday + NINE + 2 * DAY]


def test_a_rule_may_take_its_place_and_the_other_way_round(monday, alice, make):
    reminder = make(rule="FREQ=DAILY")
    assert reminder.repeat_after is None

    def change(**changes):
        editing.update_reminder(alice.workspace_id, alice.id, reminder.id, changes)
        return read(reminder)

    changed = change(rule=None, repeat_after="P2W")
    assert (changed.rule, changed.repeat_after) == (None, "P2W")
    assert change(title="Other").repeat_after == "P2W"
    assert change(rule="FREQ=DAILY", repeat_after=None).rule == "FREQ=DAILY"


def test_it_goes_through_the_api_and_is_said_in_words(monday, alice):
    api = alice.api()
    given = {"title": "Water", "starts_at": "2026-01-12T09:00", "repeat_after": "P3D"}
    made = api.post("/api/v1/reminders", json=given).json
    assert made["repeat_after"] == "P3D"
    page = alice.browser().get(f"/reminders/{made['id']}").text
    assert "3 days after it is done, at 9:00" in page
    again = given | {"rule": "FREQ=DAILY"}
    assert list(api.post("/api/v1/reminders", json=again).json["fields"]) == ["repeat_after"]
    preview = {name: given[name] for name in ("starts_at", "repeat_after")}
    assert len(api.post("/api/v1/reminders/preview", json=preview).json["occurrences"]) == 1
    assert wall("2026-01-12T09:00")
