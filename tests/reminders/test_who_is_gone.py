"""Who leaves, is closed out or is archived gets nothing of what waits already, as nothing of what comes."""

from datetime import time

import pytest

from reminder_app.accounts import hours
from reminder_app.contacts import service as contacts
from reminder_app.delivery import claims
from reminder_app.operations import users
from reminder_app.reminders import acting, service
from reminder_app.workspaces import members
from tests.reminders.conftest import ledger


@pytest.fixture
def of_bob(monday, alice, bob, make, plan, later):
    """Told alone, with others and in others' place; nothing has gone yet."""
    second = {"kind": "member", "id": bob.id}
    for recipients in ([second], [second, {"kind": "me"}]):
        make(recipients=recipients)
    make(escalation={"after": 5, "to": second})

    def planned():
        for minutes in (60, 6):
            later(minutes=minutes)
            plan()
        return lambda: {(row.state, row.reason) for row in ledger() if row.address == bob.email}

    return planned


def test_who_leaves_is_told_nothing_more(alice, bob, of_bob):
    told = of_bob()
    members.leave(alice.workspace_id, bob.id)

    assert told() == {("cancelled", "No longer a member of this workspace.")}
    assert {one.address for one in claims.claim("w", "x", 10)[1]} == {alice.email}


def test_also_of_what_quiet_hours_hold(alice, bob, of_bob, plan, later):
    hours.set_hours(
        bob.id,
        quiet_from=time(8, 30),
        quiet_until=time(10),
        days_off=[],
        lets_through="nothing",
        digest_at=None,
        digest_of="all",
    )
    told = of_bob()
    members.leave(alice.workspace_id, bob.id)
    later(hours=1)
    plan()

    assert told() == {("cancelled", "No longer a member of this workspace.")}
    assert ledger(kind="quiet") == []


def test_whose_account_is_closed_is_told_nothing_more(alice, bob, of_bob):
    told = of_bob()
    users.set_active(alice.id, bob.id, is_active=False)

    assert told() == {("cancelled", "This account is closed.")}


def test_a_contact_that_is_archived_is_told_nothing_more(monday, alice, contact, make, plan, later):
    both = [{"kind": "contact", "id": contact.id}, {"kind": "me"}]
    reminder = make(recipients=both)
    later(hours=1)
    plan()
    contacts.archive(alice.workspace_id, contact.id)

    rows = {row.address: (row.state, row.reason) for row in ledger(reminder)}
    assert rows[contact.email] == ("cancelled", "This contact is archived.")
    assert rows[alice.email] == ("pending", "")


@pytest.mark.parametrize("meanwhile", [None, acting.done, service.pause, service.delete_reminder])
def test_a_contact_that_comes_back_is_told_what_is_still_to_be_said(
    monday, alice, contact, make, plan, later, meanwhile
):
    reminder = make(recipients=[{"kind": "contact", "id": contact.id}])
    later(hours=1)
    plan()
    contacts.archive(alice.workspace_id, contact.id)
    if meanwhile is acting.done:
        acting.done(alice.workspace_id, alice.id, reminder.id)
    elif meanwhile:
        meanwhile(alice.workspace_id, reminder.id)
    contacts.unarchive(alice.workspace_id, contact.id)

    assert [row.state for row in ledger()] == ["cancelled" if meanwhile else "pending"]
