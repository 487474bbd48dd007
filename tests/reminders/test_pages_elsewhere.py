"""The link of a mail opens its reminder, whichever workspace one happens to work in."""

import re

import pytest

from reminder_app.reminders import service
from reminder_app.workspaces import service as workspaces


@pytest.fixture
def reminder(monday, make):
    return make(title="Secret of alice")


@pytest.fixture
def client(reminder, alice):
    """Alice's, at work in her family."""
    family = workspaces.create_workspace(alice.id, kind="family", name="Family")
    client = alice.browser()
    client.post("/workspaces/switch", data={"workspace_id": family.id})
    return client


def test_it_offers_to_switch_and_looking_changes_nothing(client, reminder):
    for _ in range(2):
        page = client.get(f"/reminders/{reminder.id}")

    assert page.status_code == 200
    assert "This is in Personal" in page.text
    assert "You are working in Family" in page.text
    assert reminder.title not in page.text


def test_one_press_switches_and_opens_it(client, reminder):
    page = client.get(f"/reminders/{reminder.id}").text.partition("<main")[2]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    r = client.post("/workspaces/switch", data=fields)

    assert r.location == f"/reminders/{reminder.id}"
    assert reminder.title in client.get(r.location).text


def test_a_stranger_and_a_deleted_one_get_nothing(client, charlie, alice, reminder):
    assert charlie.browser().get(f"/reminders/{reminder.id}").status_code == 404

    service.delete_reminder(alice.workspace_id, reminder.id)

    assert client.get(f"/reminders/{reminder.id}").status_code == 404
