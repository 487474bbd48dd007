"""After a silence: what is still said, what is only written down, and in how many messages."""

from datetime import timedelta

from reminder_app import recurrence
from reminder_app.reminders import lateness, planning
from reminder_app.reminders.notices import notices
from tests.reminders.conftest import SITE, ledger, occurrences, read

NINE = timedelta(hours=1)  # from monday, 8:00
DAY = timedelta(days=1)


def test_a_few_minutes_are_no_silence(monday, make, plan, later):
    reminder = make()
    later(hours=1, minutes=4)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.is_late, row.due_at) == ("pending", False, monday + NINE)


def test_a_late_one_goes_out_alone_and_says_so(monday, make, plan, later):
    reminder = make()
    later(hours=3)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.is_late, row.due_at) == ("pending", True, monday + NINE)
    assert "late: was due Monday, January 12, 2026, 9:00" in row.subject
    assert ledger(kind="late") == []


def test_several_late_ones_reach_a_person_as_one_message(monday, make, plan, later, contact):
    for title in ("Rent", "Tea", "Cat"):
        make(title=title)
    alone = make(title="Bill", recipients=[{"kind": "contact", "id": contact.id}])
    later(hours=3)
    plan()

    [digest] = ledger(kind="late")
    assert (digest.state, digest.address, digest.is_late) == ("pending", "alice@example.org", True)
    assert digest.subject == "3 reminders came due while none could be sent"
    assert sorted(item["title"] for item in digest.payload["items"]) == ["Cat", "Rent", "Tea"]
    singles = [row for row in ledger() if row.address == "alice@example.org"]
    assert {row.state for row in singles} == {"missed"}
    assert {row.reason for row in singles} == {f"Told in one message with 2 more: {digest.key}"}
    assert [row.state for row in ledger(alone)] == ["pending"]


def test_of_a_recurring_one_only_the_latest_is_told(monday, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    later(days=3, hours=3)
    plan()

    *missed, told = ledger(reminder)
    assert (told.state, told.due_at) == ("pending", monday + NINE + 3 * DAY)
    assert told.payload["passed_over"] == 3
    assert [row.state for row in missed] == ["missed"] * 3
    assert {row.reason for row in missed} == {"A later one had come due before this could be sent."}
    assert [state for _, state in occurrences(reminder)] == ["missed", "missed", "missed", "open"]
    assert read(reminder).next_at == monday + NINE + 3 * DAY


def test_what_was_done_or_skipped_ahead_was_not_passed_over(monday, make, plan, later, act):
    reminder = make(rule="FREQ=DAILY")
    act("done", reminder)
    act("skip", reminder)
    later(days=3, hours=3)
    plan()

    [told] = [row for row in ledger(reminder) if row.state == "pending"]
    assert told.payload["passed_over"] == 1  # Wednesday's


def test_an_overdue_one_is_still_told_until_the_next_comes_due(monday, make, plan, later):
    reminder = make(rule="FREQ=MONTHLY")
    later(days=20)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.is_late) == ("pending", True)
    assert row.deadline_at == monday + NINE + 31 * DAY


def test_after_a_day_a_one_off_is_only_written_down_and_stays_to_be_done(monday, make, plan, later):
    reminder = make()
    later(days=1, hours=2)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.reason) == ("missed", "It was too late for this when it could be sent.")
    assert occurrences(reminder) == [(monday + NINE, "open")]
    assert read(reminder).next_at == monday + NINE


def test_a_late_notice_ahead_says_how_long_it_still_is(monday, make, plan, later):
    reminder = make(advance_notices=[50, 40])
    later(minutes=35)
    plan()

    earlier, told = ledger(reminder)
    assert (earlier.state, earlier.reason) == (
        "missed",
        "A later notice of the same time took its place.",
    )
    assert told.subject == "Pay the rent (in 25 minutes)"
    assert told.is_late


def test_a_notice_gives_way_to_the_due_time_itself(monday, make, plan, later):
    reminder = make(advance_notices=[2])
    later(minutes=60, seconds=30)
    plan()

    assert [(row.key.rsplit(":")[-1], row.state) for row in ledger(reminder)] == [
        ("2", "missed"),
        ("due", "pending"),
    ]


def test_a_long_silence_leaves_a_bounded_record(monday, make, plan, later):
    reminder = make(rule="FREQ=HOURLY")
    later(days=400)
    plan()

    rows = ledger(reminder)
    assert len(rows) == 51
    assert [row.state for row in rows].count("missed") == 50
    assert "earlier ones are not listed" in rows[0].reason
    assert len(occurrences(reminder)) == 51


def test_what_is_late_waits_for_the_rest_of_the_backlog_but_not_for_ever(
    monday, make, later, monkeypatch
):
    monkeypatch.setattr(planning, "BATCH", 1)
    for title in ("Rent", "Tea"):
        make(title=title)
    later(hours=3)
    planning.plan_due(SITE, seconds=0)
    assert [row.state for row in ledger() if row.is_late] == ["held"]

    later(minutes=2)
    monkeypatch.setattr(planning, "plan_some", lambda site: 0)
    planning.plan_due(SITE, seconds=0)
    assert [row.state for row in ledger() if row.is_late] == ["pending"]


def test_a_yearly_one_is_found_after_any_silence(monday, make):
    reminder = make(rule="FREQ=YEARLY")
    at = monday + 300 * DAY
    found = notices(reminder.schedule, [], monday, at)

    verdict = lateness.judge(reminder.schedule, found, at)
    assert [one.due_at for one in verdict.told] == [recurrence.first(reminder.schedule, 1)[0]]


def test_the_figure_of_what_is_not_recorded_is_kept(monday, make):
    reminder = make(rule="FREQ=HOURLY")
    at = monday + 10 * DAY

    verdict = lateness.judge(reminder.schedule, notices(reminder.schedule, [], monday, at), at)

    assert (len(verdict.missed), verdict.unrecorded) == (50, 240 - 1 - 50)
    assert verdict.overtaken == 239
