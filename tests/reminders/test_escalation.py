"""Nobody answers: somebody else is told once, and does it, takes it over or hands it back."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from reminder_app.accounts.site import Site
from reminder_app.reminders import act_link, editing, planning
from tests.reminders.conftest import SITE, ledger, read
from tests.reminders.test_nag import NAG, whats
from tests.reminders.test_plan_together import at_once

AFTER = timedelta(minutes=30)
SHOWN = ("key", "part_id", "due_at", "address", "subject", "payload", "template", "state")


@pytest.fixture
def to_bob(bob):
    return {"after": 30, "to": {"kind": "member", "id": bob.id}}


def told(reminder):
    row = next(row for row in ledger(reminder) if row.key.endswith(":escalate"))
    return SimpleNamespace(**{name: getattr(row, name) for name in SHOWN})


def link(app, row):
    """As the mail has it, signed by this application."""
    site = Site.of(app.config["SETTINGS"])
    claim = act_link.Claim(row.part_id, uuid.UUID(row.key.split(":")[2]))
    return f"/e/{act_link.sign_second(site, claim, row.due_at)}"


def press(app, row, what):
    return app.test_client().post(link(app, row), data={"act": what})


def test_somebody_else_is_told_once_and_who_has_not_answered(
    monday, bob, make, plan, later, to_bob
):
    reminder = make(escalation=to_bob)
    later(hours=1)
    for _ in range(4):
        plan()
        later(minutes=30)

    assert whats(reminder) == ["due", "escalate"]
    row = told(reminder)
    assert (row.address, row.subject) == ("bob@example.org", "Not done yet: Pay the rent")
    assert row.due_at == monday + timedelta(hours=1) + AFTER
    assert (row.payload["who"], row.template) == ("Alice", "escalation")


@pytest.mark.parametrize("answer", ["done", "skip", "snooze"])
def test_an_answer_comes_before_it(monday, make, plan, later, act, to_bob, answer):
    reminder = make(escalation=to_bob)
    later(hours=1)
    plan()
    rest = [monday + timedelta(hours=3)] if answer == "snooze" else []
    act(answer, reminder, *rest)
    later(hours=1)
    plan()
    assert whats(reminder) == ["due"]
    later(hours=2)
    plan()
    later(minutes=1)
    plan()

    ends = ["due", "snooze-1"] if answer == "snooze" else ["due"]
    assert [what for what in whats(reminder) if what != "escalate"] == ends


def test_done_calls_it_off_in_the_seconds_before(monday, make, plan, later, act, to_bob):
    reminder = make(escalation=to_bob)
    later(hours=1)
    plan()
    later(minutes=29, seconds=58)
    plan()
    act("done", reminder)

    assert told(reminder).state == "cancelled"


def test_who_takes_it_ends_the_asking_and_may_hand_it_back(
    monday, app, make, plan, later, to_bob, alice
):
    reminder = make(nag={"every": 20, "most": 9}, escalation=to_bob)
    later(hours=1)
    plan()
    later(minutes=30)
    plan()
    row = told(reminder)
    client = app.test_client()
    assert "Not marked as done so far by Alice" in client.get(link(app, row)).text

    assert press(app, row, "take").status_code == 303
    later(hours=2)
    plan()
    assert whats(reminder) == ["due", "nag-1", "escalate"]
    assert "Bob took it" in client.get(link(app, row)).text
    story = alice.browser().get(f"/reminders/{reminder.id}").text
    assert "Taken over by Bob" in story
    assert "Passed on" in story

    press(app, row, "back")
    plan()
    assert whats(reminder) == ["due", "nag-1", "escalate", "nag-2"]
    later(minutes=20)
    plan()
    assert whats(reminder)[-1] == "nag-3"
    assert "Handed back" in alice.browser().get(f"/reminders/{reminder.id}").text


def test_hand_back_asks_once_more_where_nothing_nags(monday, app, make, plan, later, to_bob):
    reminder = make(escalation=to_bob)
    later(hours=1)
    plan()
    later(minutes=30)
    plan()
    press(app, told(reminder), "back")
    for _ in range(3):
        plan()
        later(hours=1)

    assert whats(reminder) == ["due", "escalate", "nag-1"]


def test_a_contact_does_it_without_an_account(monday, app, make, plan, later, contact, alice):
    second = {"after": 30, "to": {"kind": "contact", "id": contact.id}}
    reminder = make(nag=NAG, escalation=second)
    later(hours=1)
    plan()
    later(minutes=30)
    plan()
    row = told(reminder)
    assert row.address == "carl@example.org"
    assert press(app, row, "done").status_code == 303
    assert press(app, row, "take").status_code == 422

    assert read(reminder).next_at is None
    assert "Taken over by Carl" in alice.browser().get(f"/reminders/{reminder.id}").text
    press(app, row, "undo")
    assert read(reminder).next_at is not None


def test_the_link_is_good_for_nothing_else(monday, app, alice, make, plan, later, to_bob):
    reminder = make(escalation=to_bob)
    later(hours=1)
    plan()
    later(minutes=30)
    plan()
    path = link(app, told(reminder))
    client = app.test_client()
    assert client.get(path.replace("/e/", "/d/")).status_code == 404
    claim = act_link.Claim(told(reminder).part_id, alice.id)
    due = act_link.sign(Site.of(app.config["SETTINGS"]), claim, monday)
    assert client.get(f"/d/{due}").status_code == 200
    assert client.get(f"/e/{due}").status_code == 404
    assert client.get(path).status_code == 200
    editing.update_reminder(alice.workspace_id, alice.id, reminder.id, {"escalation": None})
    assert client.get(path).status_code == 404
    assert client.post(path, data={"act": "done"}).status_code == 404


def test_planners_at_once_tell_once(monday, app, make, later, to_bob):
    for number in range(15):
        make(title=f"Number {number}", escalation=to_bob)
    later(hours=1)
    for _ in range(3):
        at_once(app, *[lambda: planning.plan_due(SITE, seconds=60)] * 3)
        later(minutes=30)

    assert sum(row.key.endswith(":escalate") for row in ledger()) == 15


def test_the_api_takes_and_gives_it(monday, alice, bob):
    api = alice.api()
    second = {"after": 60, "to": {"kind": "member", "id": str(bob.id)}}
    given = {"title": "Tea", "starts_at": "2026-01-13T09:00", "escalation": second}
    made = api.post("/api/v1/reminders", json=given).json
    assert made["escalation"] == second
    stranger = {"after": 60, "to": {"kind": "contact", "id": str(bob.id)}}
    assert api.post("/api/v1/reminders", json=given | {"escalation": stranger}).status_code == 422
    path = f"/api/v1/reminders/{made['id']}"
    assert api.patch(path, json={"escalation": None}).json["escalation"] is None
