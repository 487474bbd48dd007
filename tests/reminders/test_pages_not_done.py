"""The form: asking again, telling somebody else, and coming back after it is done."""

from uuid import UUID

from reminder_app.reminders.models import Reminder
from tests.reminders.conftest import read

BASE = {
    "title": "Tea",
    "date": "2026-01-13",
    "time": "09:00",
    "time_zone": "Europe/Berlin",
    "recipients": "me",
    "priority": "normal",
    "kind": "personal",
}


def made(client, **fields) -> str:
    r = client.post("/reminders", data=BASE | fields)
    assert r.status_code == 303, r.text
    return r.location.rsplit("/", 1)[1]


def row(alice, reminder_id) -> Reminder:
    return read(Reminder(id=UUID(reminder_id), workspace_id=alice.workspace_id))


def test_it_is_written_down_shown_and_changed(monday, alice, bob):
    client = alice.browser()
    fields = {
        "nag_every": "15",
        "nag_most": "3",
        "nag_start": "08:00",
        "nag_end": "20:00",
        "escalate_after": "60",
        "escalate_to": f"member:{bob.id}",
        "repeat": "after_done",
        "every": "3",
        "after_unit": "D",
    }
    reminder_id = made(client, **fields)

    page = client.get(f"/reminders/{reminder_id}").text
    assert "3 days after it is done, at 9:00" in page
    assert "Every 15 minutes, at most 3 times, from 08:00 to 20:00" in page
    assert "Bob is told after an hour" in page
    form = client.get(f"/reminders/{reminder_id}/edit").text
    assert '<option value="15" selected>' in form
    assert f'<option value="member:{bob.id}" selected>' in form
    assert '<option value="after_done" selected>' in form

    version = row(alice, reminder_id).version
    client.post(f"/reminders/{reminder_id}/edit", data=BASE | fields | {"version": version})
    assert row(alice, reminder_id).version == version  # nothing was changed
    plain = BASE | {"version": version, "nag_every": "", "escalate_to": "me"}
    assert client.post(f"/reminders/{reminder_id}/edit", data=plain).status_code == 303
    after = row(alice, reminder_id)
    assert (after.nag, after.escalation, after.repeat_after) == (None, None, None)


def test_what_cannot_be_is_said_beside_its_field(monday, alice):
    client = alice.browser()
    wrong = BASE | {"nag_every": "15", "nag_start": "08:00"}
    r = client.post("/reminders", data=wrong)
    assert r.status_code == 422
    assert 'href="#f-nag_every"' in r.text
    far = BASE | {"repeat": "after_done", "every": "999", "after_unit": "M"}
    r = client.post("/reminders", data=far)
    assert r.status_code == 422
    assert 'href="#f-every"' in r.text
    stranger = BASE | {
        "escalate_after": "60",
        "escalate_to": "contact:" + "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    }
    assert client.post("/reminders", data=stranger).status_code == 422


def test_the_preview_shows_when_it_would_be_asked_again(monday, alice):
    client = alice.browser()
    shown = client.post(
        "/reminders/preview",
        data=BASE | {"nag_every": "60", "nag_most": "3", "nag_start": "08:00", "nag_end": "10:30"},
    ).text

    assert "Asked again, if it is not done" in shown
    assert shown.count('class="next-clock"') == 4
    assert "every hour, at most 3 times" in shown
    after = BASE | {"repeat": "after_done", "every": "2", "after_unit": "W"}
    shown = client.post("/reminders/preview", data=after).text
    assert "It comes back when it is done" in shown
    assert "2 weeks after it is done" in shown
