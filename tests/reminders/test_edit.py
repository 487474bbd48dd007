"""Changing a reminder: all of it, one occurrence, or one and all that follow."""

from datetime import datetime, timedelta

import pytest

from reminder_app.delivery import books
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import acting, editing, planning, sending_now, service
from tests.reminders.conftest import SITE, change, ledger, occurrences, read, states, wall

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


@pytest.fixture
def edit(alice):
    def change(reminder, *, version=None, scope="all", occurrence_at=None, **changes):
        return editing.update_reminder(
            alice.workspace_id,
            alice.id,
            reminder.id,
            changes,
            version=version,
            scope=scope,
            occurrence_at=occurrence_at,
        )

    return change


def test_words_change_and_the_times_stay(monday, make, edit, contact):
    reminder = make(rule="FREQ=DAILY", labels=["home"], advance_notices=[30])
    mine = reminder.recipients[0].id

    changed = edit(
        reminder,
        title="Tea",
        notes="green",
        priority="low",
        labels=["kitchen", "home"],
        recipients=[{"kind": "contact", "id": contact.id}, {"kind": "me"}],
    )

    assert (changed.title, changed.notes, changed.priority) == ("Tea", "green", "low")
    assert changed.label_names == ["home", "kitchen"]
    assert mine in [one.id for one in changed.recipients]  # its messages keep their keys
    assert len(changed.recipients) == 2
    assert (changed.next_at, changed.plan_at) == (reminder.next_at, reminder.plan_at)
    assert changed.version > 1


def test_what_is_not_named_stays(monday, make, edit):
    reminder = make(rule="FREQ=DAILY", labels=["home"], notes="x", month_end="skip")
    changed = edit(reminder, title="Tea")

    assert (changed.notes, changed.label_names, changed.rule) == ("x", ["home"], "FREQ=DAILY")


def test_another_time_calls_off_what_was_planned(monday, make, plan, later, edit):
    reminder = make()
    later(minutes=59, seconds=58)
    plan()
    changed = edit(reminder, starts_at=wall("2026-01-12T11:00"))

    assert changed.next_at == monday + 3 * NINE
    [row] = ledger(reminder)
    assert (row.state, row.reason) == ("cancelled", "The reminder was moved to another time.")
    later(hours=2)
    plan()
    assert states(reminder) == ["cancelled", "pending"]
    assert occurrences(reminder) == [(monday + 3 * NINE, "open")]


def test_there_and_back_again_it_still_goes_out(monday, make, plan, later, edit, monkeypatch):
    monkeypatch.setattr(planning, "AHEAD", timedelta(minutes=5))
    reminder = make()
    later(minutes=50)
    plan()  # nothing yet
    later(minutes=7)
    plan()
    edit(reminder, starts_at=wall("2026-01-12T11:00"))
    edit(reminder, starts_at=wall("2026-01-12T09:00"))
    plan()

    assert sorted(states(reminder)) == ["cancelled", "pending"]


def test_an_overdue_one_off_can_be_put_off(monday, make, plan, later, edit):
    reminder = make()
    later(hours=5)
    plan()
    changed = edit(reminder, starts_at=wall("2026-01-13T09:00"))

    assert changed.next_at == monday + NINE + DAY
    assert occurrences(reminder) == []


def test_what_is_due_of_a_series_stays_due_when_its_time_changes(monday, make, plan, later, edit):
    reminder = make(rule="FREQ=DAILY")
    later(hours=2)
    plan()
    changed = edit(reminder, starts_at=wall("2026-01-12T08:30"))

    assert changed.next_at == monday + NINE
    assert occurrences(reminder) == [(monday + NINE, "open")]


def test_a_one_off_in_the_past_is_refused_unless_it_stays_as_it_is(monday, make, plan, later, edit):
    reminder = make()
    later(hours=2)
    plan()

    assert edit(reminder, title="Tea", starts_at=reminder.starts_at).title == "Tea"
    with pytest.raises(Invalid, match="has passed"):
        edit(reminder, starts_at=wall("2026-01-12T08:00"))


def test_a_new_notice_is_planned_and_a_passed_one_is_not(monday, make, plan, later, edit):
    reminder = make()
    later(minutes=20)
    edit(reminder, advance_notices=[50, 30])
    later(minutes=40)
    plan()

    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["30", "due"]


def test_a_change_based_on_an_older_version_is_refused(monday, make, edit):
    reminder = make()
    edit(reminder, title="Tea", version=1)

    with pytest.raises(Conflict, match="load it again") as error:
        edit(reminder, title="Coffee", version=1)
    assert "version" in error.value.fields
    assert read(reminder).title == "Tea"


def test_other_recipients_and_labels_are_a_new_version_too(monday, make, edit, contact):
    reminder = make()
    labelled = edit(reminder, labels=["x"]).version
    assert labelled > 1
    to = [{"kind": "contact", "id": contact.id}]
    assert edit(reminder, recipients=to).version > labelled


def test_who_is_taken_off_gets_nothing_that_still_waits(monday, make, plan, later, edit, contact):
    both = [{"kind": "contact", "id": contact.id}, {"kind": "me"}]
    reminder, other = make(recipients=both), make(recipients=both)
    later(hours=1)
    plan()
    edit(reminder, recipients=[{"kind": "me"}])

    assert {row.address: (row.state, row.reason) for row in ledger(reminder)} == {
        "alice@example.org": ("pending", ""),
        "carl@example.org": ("cancelled", "No longer among those who are reminded."),
    }
    assert states(other) == ["pending", "pending"]
    assert all(account.is_balanced for account in books.balance())


def test_nor_from_a_cut_on(monday, make, plan, later, edit, contact):
    both = [{"kind": "contact", "id": contact.id}, {"kind": "me"}]
    reminder = make(rule="FREQ=DAILY", recipients=both, advance_notices=[2880])
    later(hours=1)
    plan()  # today's due time, and the notice of Wednesday's
    wednesday = monday + NINE + 2 * DAY
    edit(reminder, scope="following", occurrence_at=wednesday, recipients=[{"kind": "me"}])

    found = {(row.key.rsplit(":")[-1], row.address): row.state for row in ledger()}
    assert found.pop(("2880", "carl@example.org")) == "cancelled"
    assert set(found.values()) == {"pending"}


def test_what_waits_goes_with_its_time_when_a_series_is_cut(
    monday, make, plan, later, edit, alice, contact
):
    both = [{"kind": "contact", "id": contact.id}, {"kind": "me"}]
    reminder = make(rule="FREQ=DAILY", recipients=both, advance_notices=[2880])
    later(hours=1)
    plan()
    rest = edit(reminder, scope="following", occurrence_at=monday + NINE + 2 * DAY, title="New")
    assert states(rest) == ["pending", "pending"]

    edit(rest, recipients=[{"kind": "me"}])
    assert sorted(states(rest)) == ["cancelled", "pending"]
    service.delete_reminder(alice.workspace_id, reminder.id)
    assert sorted(states(rest)) == ["cancelled", "pending"]
    service.delete_reminder(alice.workspace_id, rest.id)
    assert states(rest) == ["cancelled", "cancelled"]


def test_another_end_leaves_alone_what_comes_at_the_same_time(
    monday, make, plan, later, edit, alice
):
    told, put_off = make(rule="FREQ=DAILY"), make(rule="FREQ=DAILY")
    sending_now.send_now(alice.workspace_id, alice.id, told.id, SITE)
    acting.snooze(alice.workspace_id, alice.id, put_off.id, monday + 3 * NINE)
    [row] = ledger(told)
    change(row, state="sent")
    for one in (told, put_off):
        edit(one, rule="FREQ=DAILY;COUNT=5")
    later(hours=1)
    plan()

    assert (states(told), states(put_off)) == (["sent"], [])
    assert read(put_off).next_at == monday + 3 * NINE


def test_who_stays_at_the_same_address_still_gets_it(monday, make, plan, later, edit, contact):
    change(contact, email="alice@example.org")
    reminder = make(recipients=[{"kind": "contact", "id": contact.id}, {"kind": "me"}])
    later(hours=1)
    plan()
    assert sorted(states(reminder)) == ["pending", "suppressed"]
    edit(reminder, recipients=[{"kind": "me"}])

    assert sorted(states(reminder)) == ["pending", "suppressed"]


def test_one_occurrence_leaves_the_series(monday, make, plan, later, edit):
    reminder = make(rule="FREQ=DAILY", labels=["home"], advance_notices=[30])
    tomorrow = monday + NINE + DAY

    copy = edit(
        reminder,
        scope="this",
        occurrence_at=tomorrow,
        starts_at=wall("2026-01-13T15:00"),
        title="Later today",
    )

    assert copy.id != reminder.id
    assert (copy.rule, copy.title, copy.next_at) == (None, "Later today", tomorrow + 6 * NINE)
    assert (copy.label_names, copy.advance_notices) == (["home"], [30])
    assert (tomorrow, "skipped") in occurrences(reminder)
    later(days=1, hours=1)
    plan()
    assert [row.due_at for row in ledger(reminder) if row.due_at == tomorrow] == []


def test_one_occurrence_does_not_repeat(monday, make, edit):
    reminder = make(rule="FREQ=DAILY")
    with pytest.raises(Invalid, match="does not repeat"):
        edit(reminder, scope="this", rule="FREQ=WEEKLY")


def test_from_the_next_on_it_changes_in_place(monday, make, edit):
    reminder = make(rule="FREQ=DAILY")
    changed = edit(
        reminder,
        scope="following",
        occurrence_at=monday + NINE,
        starts_at=wall("2026-01-12T10:00"),
    )

    assert changed.id == reminder.id
    assert changed.next_at == monday + 2 * NINE


def test_from_a_later_one_on_the_series_is_cut_in_two(monday, make, edit, alice):
    reminder = make(rule="FREQ=DAILY", labels=["home"])
    cut = monday + NINE + 3 * DAY

    rest = edit(reminder, scope="following", occurrence_at=cut, title="New", notes="y")

    first = read(reminder)
    assert rest.id != first.id
    assert (first.title, rest.title, rest.label_names) == ("Pay the rent", "New", ["home"])
    upcoming = [one.at for one in service.next_times(first, 10)]
    assert upcoming == [monday + NINE + n * DAY for n in range(3)]
    assert rest.next_at == cut


def test_a_cut_on_a_short_month_does_not_forget_the_31st(monday, make, edit):
    reminder = make(starts_at=wall("2026-01-31T09:00"), rule="FREQ=MONTHLY")
    rest = edit(
        reminder,
        scope="following",
        occurrence_at=datetime.fromisoformat("2026-02-28T08:00:00Z"),
        title="New",
    )

    days = [one.local.day for one in service.next_times(rest, 3)]
    assert days == [28, 31, 30]


def test_a_cut_shares_a_count(monday, make, edit):
    reminder = make(rule="FREQ=DAILY;COUNT=5")
    rest = edit(reminder, scope="following", occurrence_at=monday + NINE + 2 * DAY, title="New")

    assert len(service.next_times(read(reminder), 10)) == 2
    assert len(service.next_times(rest, 10)) == 3


def test_what_was_skipped_ahead_stays_skipped_after_a_cut(monday, make, edit, alice):
    reminder = make(rule="FREQ=DAILY")
    ahead = monday + NINE + 5 * DAY
    acting.skip(alice.workspace_id, alice.id, reminder.id, ahead)

    rest = edit(reminder, scope="following", occurrence_at=monday + NINE + 2 * DAY, title="New")

    assert ahead not in [one.at for one in service.next_times(rest, 6)]
    assert occurrences(rest) == [(ahead, "skipped")]


def test_what_a_notice_has_announced_is_not_announced_again_after_a_cut(
    monday, make, plan, later, edit
):
    reminder = make(rule="FREQ=DAILY", advance_notices=[2880])
    later(hours=1)
    plan()  # today's due time, and the notice of Wednesday's
    wednesday = monday + NINE + 2 * DAY
    rest = edit(reminder, scope="following", occurrence_at=wednesday, title="New")
    later(days=2)
    plan()

    assert rest.id != reminder.id
    assert occurrences(rest)[0] == (wednesday, "open")
    announced = [row for row in ledger() if row.part_id == read(rest).open_occurrences[0].id]
    assert sorted(row.key.rsplit(":")[-1] for row in announced) == ["2880", "due"]


@pytest.mark.parametrize("scope", ["this", "following"])
def test_a_time_at_which_nothing_is_due_is_refused(monday, make, edit, scope):
    reminder = make(rule="FREQ=DAILY")
    with pytest.raises(Invalid, match="not due at this time") as error:
        edit(reminder, scope=scope, occurrence_at=monday, title="x")

    assert "occurrence_at" in error.value.fields


def test_a_refused_change_changes_nothing(monday, make, edit):
    reminder = make(rule="FREQ=DAILY")
    with pytest.raises(Invalid):
        edit(reminder, title="Tea", recipients=[])

    assert (read(reminder).title, read(reminder).version) == ("Pay the rent", 1)


def test_delete_and_its_undo(monday, make, plan, later, alice):
    reminder = make(rule="FREQ=DAILY")
    later(minutes=59, seconds=58)
    plan()
    service.delete_reminder(alice.workspace_id, reminder.id)
    assert states(reminder) == ["cancelled"]
    with pytest.raises(NotFound):
        service.get_reminder(alice.workspace_id, reminder.id)

    restored = service.restore_reminder(alice.workspace_id, reminder.id)
    assert (restored.status, restored.next_at) == ("active", monday + NINE)
    assert states(reminder) == ["pending"]


def test_what_fell_due_while_it_was_deleted_is_told_late(monday, make, plan, later, alice):
    reminder = make()
    service.delete_reminder(alice.workspace_id, reminder.id)
    later(hours=2)
    plan()
    assert ledger(reminder) == []

    service.restore_reminder(alice.workspace_id, reminder.id)
    plan()
    [row] = ledger(reminder)
    assert (row.state, row.is_late) == ("pending", True)


def test_pause_calls_off_and_resume_takes_it_back(monday, make, plan, later, alice):
    reminder = make()
    later(minutes=59, seconds=58)
    plan()
    paused = service.pause(alice.workspace_id, reminder.id)
    assert (paused.status, paused.next_at, states(reminder)) == ("paused", None, ["cancelled"])

    resumed = service.resume(alice.workspace_id, reminder.id)
    assert (resumed.status, states(reminder)) == ("active", ["pending"])


def test_twice_is_once(monday, make, alice):
    reminder = make()
    for act in (service.pause, service.pause, service.resume, service.resume):
        act(alice.workspace_id, reminder.id)
    service.delete_reminder(alice.workspace_id, reminder.id)
    with pytest.raises(NotFound):
        service.delete_reminder(alice.workspace_id, reminder.id)
    service.restore_reminder(alice.workspace_id, reminder.id)
    with pytest.raises(NotFound):
        service.restore_reminder(alice.workspace_id, reminder.id)
