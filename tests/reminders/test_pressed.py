"""What was pressed without a net, sent later by static/outbox.js: once, as it was meant, and told where it cannot be."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from reminder_app.database import db, now
from reminder_app.reminders import acting, pressed, service
from reminder_app.web import idempotency
from reminder_app.workspaces import service as workspaces
from reminder_app.workspaces.models import Membership

JSON = {"Accept": "application/json"}


@pytest.fixture
def reminder(monday, make):
    return make(rule="FREQ=DAILY")


@pytest.fixture
def press(reminder):
    """press(person, "done") as the outbox sends it; the same `key` is the same press."""
    moment = now()

    def sent(person, act, choice="", key=None, at=None, pressed_at=None, **more):
        given = {
            "reminder_id": str(reminder.id),
            "at": (at or reminder.due_at).isoformat(),
            "act": act,
            "for": choice,
            "pressed_at": (pressed_at or moment).isoformat(),
            **more,
        }
        headers = JSON | {"Idempotency-Key": key or str(uuid4())}
        return person.browser().post("/outbox", data=given, headers=headers)

    return sent


def settled(person, reminder):
    found = acting.occurrences(person.workspace_id, reminder.id).items
    return [(one.state, one.acted_by) for one in found if one.acted_at]


def test_it_asks_who_is_signed_in_and_gets_a_token(app, alice):
    answer = alice.browser().get("/outbox", headers=JSON).json

    assert answer["person"] == str(alice.id)
    assert answer["csrf_token"]
    assert app.test_client().get("/outbox", headers=JSON).status_code == 401


@pytest.mark.parametrize(("act", "state"), [("done", "done"), ("skip", "skipped")])
def test_it_is_done_once_however_often_it_comes(reminder, alice, press, act, state):
    first = press(alice, act, key="one")
    again = press(alice, act, key="one")

    assert (first.status_code, first.json) == (200, {"state": state})
    assert (again.status_code, again.json) == (200, first.json)
    assert settled(alice, reminder) == [(state, alice.id)]


def test_what_was_undone_meanwhile_is_not_done_again_by_a_repeated_press(reminder, alice, press):
    press(alice, "done", key="one")
    acting.reopen(alice.workspace_id, alice.id, reminder.id, reminder.due_at)

    assert press(alice, "done", key="one").status_code == 200
    assert settled(alice, reminder) == []


def test_it_is_known_for_a_month_and_in_any_workspace(reminder, alice, press, later):
    other = workspaces.create_workspace(alice.id, kind="family", name="Us")
    elsewhere = type(alice)(alice.app, alice.id, alice.email, other.id)
    press(alice, "done", key="one")
    acting.reopen(alice.workspace_id, alice.id, reminder.id, reminder.due_at)

    later(days=29)
    idempotency.purge()
    assert press(elsewhere, "done", key="one").headers["Idempotency-Replayed"] == "true"
    assert settled(alice, reminder) == []


def test_what_is_older_than_its_key_is_told_and_not_done(reminder, alice, press, later):
    assert pressed.OLDEST < idempotency.KEPT_ANYWHERE
    later(days=31)
    answer = press(alice, "done")

    assert answer.status_code == 409
    assert "30 days ago" in answer.json["title"]
    assert settled(alice, reminder) == []


@pytest.mark.parametrize(("act", "choice"), [("done", ""), ("skip", ""), ("snooze", "60")])
@pytest.mark.parametrize("has_come", [True, False])
def test_what_may_have_come_is_taken_back_if_it_has(
    reminder, alice, press, later, act, choice, has_come
):
    later(hours=2)
    pressed_at = now() + timedelta(seconds=20)  # its clock is a little ahead
    if has_come:
        press(alice, act, choice, pressed_at=pressed_at)
    answer = press(alice, act, choice, pressed_at=pressed_at, undo="true")

    assert (answer.status_code, answer.json) == (200, {"state": "open"})
    assert settled(alice, reminder) == []
    assert service.get_reminder(alice.workspace_id, reminder.id).snoozed_until is None


def test_an_undo_leaves_what_was_done_before_or_by_another(reminder, alice, bob, press, later):
    acting.done(bob.workspace_id, bob.id, reminder.id, reminder.due_at)
    assert press(alice, "done", undo="true").json == {"state": "done"}
    acting.reopen(bob.workspace_id, bob.id, reminder.id, reminder.due_at)

    acting.skip(alice.workspace_id, alice.id, reminder.id, reminder.due_at)
    assert press(alice, "done", undo="true").json == {"state": "skipped"}
    later(hours=1)
    assert press(alice, "skip", undo="true", pressed_at=now()).json == {"state": "skipped"}


def test_a_snooze_that_comes_after_a_later_one_leaves_that(reminder, alice, press, later):
    later(hours=2)
    pressed_at = now()
    later(minutes=5)
    until = now().replace(microsecond=0) + timedelta(hours=5)
    acting.snooze(alice.workspace_id, alice.id, reminder.id, until, reminder.due_at)

    assert press(alice, "snooze", "60", pressed_at=pressed_at).status_code == 200
    assert service.get_reminder(alice.workspace_id, reminder.id).snoozed_until == until


def test_a_snooze_counts_from_when_it_was_pressed(reminder, alice, press, later):
    later(hours=2)
    pressed_at = now().replace(microsecond=0)
    later(minutes=20)
    press(alice, "snooze", "60", pressed_at=pressed_at)

    one = service.get_reminder(alice.workspace_id, reminder.id)
    assert one.snoozed_until == pressed_at + timedelta(hours=1)


def test_a_browser_whose_clock_runs_ahead_snoozes_from_now(reminder, alice, press, later):
    later(hours=2)
    press(alice, "snooze", "60", pressed_at=now() + timedelta(days=300))

    one = service.get_reminder(alice.workspace_id, reminder.id)
    assert one.snoozed_until <= now() + timedelta(hours=1)


def test_a_snooze_that_is_over_is_told(reminder, alice, press, later):
    later(hours=2)
    pressed_at = now()
    later(hours=3)
    answer = press(alice, "snooze", "60", pressed_at=pressed_at)

    assert answer.status_code == 409
    assert "passed" in answer.json["title"]


def test_what_another_has_done_is_told_with_a_name(reminder, alice, bob, press):
    acting.done(bob.workspace_id, bob.id, reminder.id, reminder.due_at)

    for act in ("done", "skip"):
        answer = press(alice, act)
        assert answer.status_code == 409
        assert answer.json["title"] == "Bob has done it already."
    assert press(alice, "snooze", "60").json["title"] == "Bob has done it already."
    assert settled(alice, reminder) == [("done", bob.id)]


def test_what_oneself_has_done_elsewhere_is_no_news(reminder, alice, press):
    acting.done(alice.workspace_id, alice.id, reminder.id, reminder.due_at)

    assert press(alice, "done").status_code == 200


def test_a_reminder_that_is_gone_is_told(reminder, alice, press):
    service.delete_reminder(alice.workspace_id, reminder.id)

    answer = press(alice, "done")
    assert (answer.status_code, answer.json["title"]) == (404, "There is no such reminder here.")


def test_a_strangers_reminder_is_not_there(reminder, charlie, press):
    assert press(charlie, "done").status_code == 404


def test_it_reaches_its_own_workspace_wherever_one_works_now(reminder, alice, press):
    other = workspaces.create_workspace(alice.id, kind="family", name="Us")
    elsewhere = type(alice)(alice.app, alice.id, alice.email, other.id)

    assert press(elsewhere, "done").status_code == 200
    assert settled(alice, reminder) == [("done", alice.id)]


def test_who_may_only_look_by_now_is_told(reminder, bob, press):
    db.session.execute(update(Membership).filter_by(user_id=bob.id).values(role="viewer"))
    db.session.commit()

    answer = press(bob, "done")
    assert answer.status_code == 403
    assert "admin" in answer.json["title"]


@pytest.mark.parametrize("odd", [{"act": "delete"}, {"choice": "7"}, {"at": "never"}])
def test_what_no_page_offers_is_refused(reminder, alice, press, odd):
    at = reminder.due_at + timedelta(seconds=1) if "at" in odd else None

    assert press(alice, odd.get("act", "snooze"), odd.get("choice", "60"), at=at).status_code == 422


def test_it_takes_the_token_of_its_session(app, reminder, alice):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser = alice.browser()
        given = {
            "reminder_id": str(reminder.id),
            "at": reminder.due_at.isoformat(),
            "act": "done",
            "pressed_at": now().isoformat(),
        }
        assert browser.post("/outbox", data=given, headers=JSON).status_code == 400
        token = browser.get("/outbox", headers=JSON).json["csrf_token"]
        headers = JSON | {"X-CSRFToken": token}
        assert browser.post("/outbox", data=given, headers=headers).status_code == 200
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
