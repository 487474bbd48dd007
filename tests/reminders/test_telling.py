"""Send now to thousands: answered at once, done by a worker, and done once."""

import threading

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import ORMExecuteState

from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Conflict
from reminder_app.reminders import audience, sending_now, service, telling
from reminder_app.reminders.audience import Wanted
from reminder_app.reminders.telling_models import Telling
from tests.reminders.conftest import SITE

MANY = 230


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(sending_now, "asked", [found.append])
    return found


@pytest.fixture
def reminder(monday, alice, make, rung):
    db.session.add_all(
        Contact(workspace_id=alice.workspace_id, name=f"Client {n}", email=f"c{n}@example.org")
        for n in range(MANY)
    )
    db.session.commit()
    made = make()
    audience.add(alice.workspace_id, alice.id, made.id, Wanted(q="client"))
    return made


@pytest.fixture
def send_now(alice, reminder):
    return lambda: sending_now.send_now(alice.workspace_id, alice.id, reminder.id, SITE)


def planned() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Delivery)) or 0


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(Telling)) or 0


def test_it_is_answered_before_anything_is_written(send_now, rung):
    done = send_now()

    assert done.planned == MANY + 1
    assert (planned(), waiting(), rung) == (0, 1, ["tell_asked"])
    assert telling.tell_next(SITE)
    assert (planned(), waiting()) == (MANY + 1, 0)
    assert not telling.tell_next(SITE)


def test_pressed_twice_it_goes_once(send_now):
    send_now()
    with pytest.raises(Conflict, match="on its way already"):
        send_now()
    telling.tell_next(SITE)
    with pytest.raises(Conflict, match="told of this time already"):
        send_now()

    assert planned() == MANY + 1


def test_pressed_at_the_same_moment_it_goes_once(app, alice, reminder, send_now):
    start, answers = threading.Barrier(2), []

    def press() -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(send_now().planned)
            except Conflict as error:
                answers.append(error.message)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert MANY + 1 in answers
    assert "It is on its way already." in answers
    assert waiting() == 1


def test_two_workers_write_it_once(app, send_now):
    send_now()
    start = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            start.wait()
            telling.tell_next(SITE)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (planned(), waiting()) == (MANY + 1, 0)


def test_the_coming_time_brings_nothing_a_second_time(send_now, plan, later):
    send_now()
    later(hours=1)
    plan()
    telling.tell_next(SITE)

    assert planned() == MANY + 1


@pytest.mark.parametrize("change", [service.pause, service.delete_reminder])
def test_what_is_called_off_before_it_was_written_is_not_sent(alice, reminder, send_now, change):
    send_now()
    change(alice.workspace_id, reminder.id)

    telling.tell_next(SITE)

    assert (planned(), waiting()) == (0, 0)


@pytest.fixture
def given_up(send_now, later, monkeypatch):
    def broken(*_):
        raise ValueError("broken")

    send_now()
    with monkeypatch.context() as patched:
        patched.setattr(telling, "tell", broken)
        for _ in range(telling.TRIES):
            assert telling.tell_next(SITE)
            assert not telling.tell_next(SITE)  # it waits, and holds up nothing
            later(minutes=2)
        assert not telling.tell_next(SITE)


def test_what_is_given_up_counts_as_told_to_nobody(alice, reminder, given_up, plan, later):
    page = alice.browser().get(f"/reminders/{reminder.id}").text
    assert "It could not be sent early, and nobody was told" in page
    assert "not again when its time comes" not in page
    part = alice.browser().get(f"/reminders/{reminder.id}/send-now/progress")
    assert "hx-get" not in part.text
    assert "HX-Refresh" not in part.headers

    later(hours=1)
    plan()
    assert planned() == MANY + 1  # at its time, as if nobody had pressed


def test_what_is_given_up_can_be_sent_again(alice, reminder, given_up, send_now):
    assert send_now().planned == MANY + 1
    assert "It could not be sent early" not in alice.browser().get(f"/reminders/{reminder.id}").text
    assert telling.tell_next(SITE)
    assert (planned(), waiting()) == (MANY + 1, 0)


def test_it_holds_the_reminder_before_its_time_as_everybody_does(send_now):
    """Two orders would be a deadlock on a server."""
    held: list[str] = []

    def watch(state: ORMExecuteState) -> None:
        if state.is_select and state.statement._for_update_arg is not None:  # type: ignore[attr-defined]
            held.append(state.bind_mapper.local_table.name)

    send_now()
    event.listen(db.session, "do_orm_execute", watch)
    try:
        telling.tell_next(SITE)
    finally:
        event.remove(db.session, "do_orm_execute", watch)

    assert held[:3] == ["tellings", "reminders", "occurrences"]


def test_the_page_says_how_far_it_is(alice, reminder, send_now):
    browser, path = alice.browser(), f"/reminders/{reminder.id}"
    assert browser.post(f"{path}/send-now?at=2026-01-12T08:00:00Z").status_code == 303
    assert "its messages are being written down" in browser.get(path).text

    telling.tell_next(SITE)
    db.session.query(Delivery).filter(Delivery.name.like("Client 1%")).update({"state": "sent"})
    db.session.commit()
    part = browser.get(f"{path}/send-now/progress")
    assert "Sent early: 111 of 231" in part.text
    assert "HX-Refresh" not in part.headers

    db.session.query(Delivery).update({"state": "sent"})
    db.session.commit()
    assert browser.get(f"{path}/send-now/progress").headers["HX-Refresh"] == "true"
    assert "Sent early: " not in browser.get(path).text


def test_by_the_api(alice, reminder):
    api, url = alice.api(), f"/api/v1/reminders/{reminder.id}/send-now"
    first, second = api.post(url, json={}), api.post(url, json={})

    assert (first.status_code, first.json["planned"]) == (202, MANY + 1)
    assert second.status_code == 409
