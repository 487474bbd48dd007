"""What was called off goes out after an undo, unless something else keeps it back by then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reminder_app.contacts import merging
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.reminders import editing, service
from reminder_app.workspaces import members
from reminder_app.workspaces.models import Membership
from tests.reminders.conftest import change, ledger, states
from tests.reminders.test_quiet_hours import keep_quiet

HOUR = timedelta(hours=1)
ME = {"kind": "me"}
DONE, PAUSED = "Done before it went out.", "The reminder was paused."


@pytest.fixture
def waiting(monday, alice, make, plan, later):
    """waiting(…) is a reminder whose message is held until 12:00, as its reader sleeps late."""

    def told(**fields):
        keep_quiet(alice, end=(monday + 5 * HOUR).time())
        reminder = make(**fields)
        later(hours=1)
        plan()
        return reminder

    return told


@pytest.fixture
def rest(alice):
    return lambda reminder, **until: service.pause(alice.workspace_id, reminder.id, **until)


@pytest.fixture
def go_on(alice):
    return lambda reminder: service.resume(alice.workspace_id, reminder.id)


@pytest.fixture
def take_off_all_but_me(alice):
    return lambda reminder: editing.update_reminder(
        alice.workspace_id, alice.id, reminder.id, {"recipients": [ME]}
    )


def whys(reminder):
    return [(row.state, row.reason) for row in ledger(reminder)]


def by_address(reminder):
    return {row.address: row.state for row in ledger(reminder)}


def test_what_was_done_in_a_pause_is_not_told_after_it(waiting, act, rest, go_on):
    reminder = waiting()
    rest(reminder)
    act("done", reminder)
    go_on(reminder)
    assert whys(reminder) == [("cancelled", DONE)]

    act("reopen", reminder)
    assert states(reminder) == ["pending"]


def test_an_undo_in_a_pause_waits_for_its_end(waiting, act, rest, go_on):
    reminder = waiting()
    act("done", reminder)
    rest(reminder)
    act("reopen", reminder)
    assert whys(reminder) == [("cancelled", PAUSED)]

    go_on(reminder)
    assert states(reminder) == ["pending"]


def test_a_pause_that_ends_by_itself_takes_it_back_as_well(
    monday, make, waiting, rest, plan, later
):
    both = make(), waiting()
    for one in both:
        rest(one, until=monday + 3 * HOUR)
    later(hours=2.5)
    plan()

    assert [states(one) for one in both] == [["pending"], ["pending"]]


@pytest.mark.parametrize("how", ["done", "pause"])
def test_who_was_taken_off_meanwhile_gets_nothing(
    waiting, act, rest, go_on, take_off_all_but_me, contact, how
):
    reminder = waiting(recipients=[{"kind": "contact", "id": contact.id}, ME])
    act("done", reminder) if how == "done" else rest(reminder)
    take_off_all_but_me(reminder)
    act("reopen", reminder) if how == "done" else go_on(reminder)

    assert by_address(reminder) == {
        "alice@example.org": "pending",
        "carl@example.org": "cancelled",
    }


def test_nor_who_has_left_or_is_archived(waiting, alice, bob, act, contact):
    reminder = waiting(
        recipients=[{"kind": "contact", "id": contact.id}, {"kind": "member", "id": bob.id}, ME]
    )
    act("skip", reminder)
    which = {"user_id": bob.id, "workspace_id": alice.workspace_id}
    row = db.session.scalars(select(Membership).filter_by(**which)).one()
    members.remove(alice.workspace_id, alice.id, row.id)
    change(contact, archived_at=contact.created_at)
    act("reopen", reminder)

    assert [address for address, state in by_address(reminder).items() if state == "pending"] == [
        "alice@example.org"
    ]


@pytest.fixture
def twin(alice):
    row = Contact(workspace_id=alice.workspace_id, name="Carl", email="carl@example.com")
    db.session.add(row)
    db.session.commit()
    return row


def test_merged_contacts_get_once_what_waits_for_both(
    monday, alice, make, plan, later, contact, twin
):
    both = [{"kind": "contact", "id": one.id} for one in (contact, twin)]
    reminder = make(recipients=both)
    later(hours=1)
    plan()
    merging.merge(alice.workspace_id, contact.id, [contact.id, twin.id])

    assert by_address(reminder) == {
        "carl@example.org": "pending",
        "carl@example.com": "cancelled",
    }


def test_who_is_told_when_nobody_answers_stays_so_after_a_merge(
    monday, alice, make, plan, later, contact, twin
):
    reminder = make(escalation={"after": 30, "to": {"kind": "contact", "id": twin.id}})
    merging.merge(alice.workspace_id, contact.id, [contact.id, twin.id])
    for minutes in (60, 31):
        later(minutes=minutes)
        plan()

    assert by_address(reminder) == {"alice@example.org": "pending", "carl@example.org": "pending"}
