"""A pause with an end: nothing before it, and then it goes on by itself."""

from datetime import timedelta

from reminder_app.reminders import service
from tests.reminders.conftest import ledger, read

DAY, NINE = timedelta(days=1), timedelta(hours=1)


def test_it_goes_on_by_itself(monday, alice, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    service.pause(alice.workspace_id, reminder.id, monday + 3 * DAY)
    paused = read(reminder)
    assert (paused.status, paused.next_at) == ("paused", None)
    for _ in range(2):
        later(days=1, hours=2)
        plan()
    assert ledger(reminder) == []

    later(hours=20, seconds=1)  # the third day, 8:00
    plan()
    going = read(reminder)
    assert (going.status, going.pause_until, going.next_at) == (
        *("active", None),
        monday + NINE + 3 * DAY,
    )
    assert going.version == paused.version
    later(hours=1)
    plan()
    assert [row.due_at for row in ledger(reminder)] == [monday + NINE + 3 * DAY]


def test_what_comes_due_at_that_very_moment_is_said(monday, alice, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    service.pause(alice.workspace_id, reminder.id, monday + NINE + DAY)
    later(days=1, hours=1)
    plan()

    assert [row.due_at for row in ledger(reminder)] == [monday + NINE + DAY]


def test_after_a_silence_it_goes_on_from_the_end_of_the_pause(monday, alice, make, plan, later):
    reminder = make(rule="FREQ=DAILY")
    service.pause(alice.workspace_id, reminder.id, monday + 2 * DAY)
    later(days=4, hours=2)
    plan()

    assert [row.due_at for row in ledger(reminder)] == [monday + NINE + n * DAY for n in (2, 3, 4)]


def test_going_on_by_hand_and_deleting_end_the_pause(monday, alice, make, plan, later):
    reminder, other = make(rule="FREQ=DAILY"), make(rule="FREQ=DAILY")
    for one in (reminder, other):
        service.pause(alice.workspace_id, one.id, monday + 2 * DAY)
    service.resume(alice.workspace_id, reminder.id)
    service.delete_reminder(alice.workspace_id, other.id)
    assert (read(reminder).pause_until, read(reminder).next_at) == (None, monday + NINE)
    later(days=3)
    plan()

    assert ledger(other) == []


def test_pages_and_api(monday, alice, make):
    reminder = make(rule="FREQ=DAILY")
    client, path = alice.browser(), f"/reminders/{reminder.id}"
    assert client.get(f"{path}/pause").status_code == 200
    assert client.post(f"{path}/pause-until", data={"until": "2026-01-12"}).status_code == 422
    assert client.post(f"{path}/pause-until", data={"until": "2026-01-20"}).status_code == 303
    assert "then it goes on by itself" in client.get(path).text

    api = alice.api()
    shown = api.post(f"/api/v1{path}/pause", json={"until": "2026-02-01T00:00:00Z"}).json
    assert shown["pause_until"] == "2026-02-01T00:00:00Z"
    assert api.post(f"/api/v1{path}/pause", json={}).json["pause_until"] is None
    assert api.post(f"/api/v1{path}/pause").status_code == 200
