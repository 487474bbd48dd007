"""Those who run a workspace see who changed its reminders and contacts; nobody else does."""

import uuid
from datetime import datetime

import pytest

from reminder_app.contacts import service as contacts
from reminder_app.reminders import service as reminders
from tests.database.audit_trail import behind_its_back


@pytest.fixture
def contact(alice):
    made = contacts.create(alice.workspace_id, name="Anna", email="anna@example.org")
    alice.browser().post(f"/contacts/{made.id}/edit", data={"name": "Anna Maria", "email": ""})
    return made.id


@pytest.fixture
def reminder(alice):
    return reminders.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Water the plants",
        starts_at=datetime.fromisoformat("2036-01-01T09:00:00"),
        time_zone="UTC",
        recipients=[{"kind": "me", "channel": "email"}],
    ).id


def test_an_owner_sees_what_became_of_a_contact(alice, contact):
    page = alice.browser().get(f"/history/{contact}")

    assert page.status_code == 200
    assert "Anna Maria" in page.text
    assert "Alice" in page.text
    assert f'href="/history/{contact}"' in alice.browser().get(f"/contacts/{contact}").text


def test_what_is_part_of_a_reminder_is_in_its_history(alice, reminder):
    page = alice.browser().get(f"/history/{reminder}").text

    assert "Reminder: Water the plants" in page
    assert "Recipient of a reminder" in page


def test_a_member_does_not_see_it_and_is_shown_no_way(alice, bob, contact):
    browser = bob.browser()

    assert browser.get(f"/history/{contact}").status_code == 403
    assert "/history/" not in browser.get(f"/contacts/{contact}").text


def test_a_stranger_finds_nothing(charlie, contact, reminder):
    browser = charlie.browser()

    assert {browser.get(f"/history/{one}").status_code for one in (contact, reminder)} == {404}


def test_nobody_reads_a_persons_account_there(alice, bob):
    browser = alice.browser()

    assert browser.get(f"/history/{bob.id}").status_code == 404
    assert browser.get(f"/history/{alice.workspace_id}").status_code == 404
    assert browser.get(f"/history/{uuid.uuid4()}").status_code == 404


def test_an_entry_that_says_it_is_anothers_is_not_shown(alice, charlie, contact):
    behind_its_back(
        "UPDATE audit_log SET scope_key = :other WHERE table_name = 'contacts' AND action = 'update'",
        other=str(charlie.workspace_id),
    )

    assert "Anna Maria" not in alice.browser().get(f"/history/{contact}").text
