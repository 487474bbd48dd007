"""Every route of the API: alice owns, bob is a member, charlie is a stranger; and the other roles."""

from types import SimpleNamespace

import pytest

from reminder_app.database import db
from reminder_app.reminders import acting, schemas, service, skipping
from reminder_app.reminders.models import Reminder
from tests.conftest import make_person
from tests.reminders.conftest import read

URL = "/api/v1/reminders"
NINE = "2026-01-12T08:00:00Z"
NEW = {"title": "New", "starts_at": "2026-01-13T09:00"}
READS = [("GET", "/{id}", None), ("GET", "/{id}/occurrences", None)]
LISTS = [("GET", "", None), ("GET", "/labels", None)]
ACTS = [
    ("POST", "/{id}/done", {"occurrence_at": NINE}),
    ("POST", "/{id}/skip", {"occurrence_at": "2026-01-13T08:00:00Z"}),
    (
        "POST",
        "/{id}/snooze",
        {"until": "2026-01-15T09:00:00Z", "occurrence_at": "2026-01-14T08:00:00Z"},
    ),
    ("POST", "/{id}/reopen", {}),
    ("POST", "/{id}/skip-many", {"count": 1, "occurrence_at": "2026-01-16T08:00:00Z"}),
    ("POST", "/{id}/unskip", {"occurrence_at": "2026-01-20T08:00:00Z"}),
]
WRITES = [
    ("PATCH", "/{id}", {"title": "Taken"}),
    ("POST", "/{id}/pause", None),
    ("POST", "/{id}/resume", None),
    ("DELETE", "/{id}", None),
]
CREATES = [("POST", "", NEW), ("POST", "/preview", {"starts_at": "2026-01-13T09:00"})]
ALL = READS + LISTS + ACTS + WRITES + CREATES


@pytest.fixture
def rent(monday, make, alice):
    reminder = make(rule="FREQ=DAILY", labels=["secret"], title="Secret")
    acting.skip(alice.workspace_id, alice.id, reminder.id, reminder.next_at.replace(day=20))
    return reminder


def call(person, method, path, body, reminder):
    url = f"{URL}{path.format(id=reminder.id)}"
    return person.api().open(url, method=method, json=body)


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_alice_and_bob_may(rent, alice, bob, method, path, body):
    for person in (alice, bob):
        if method == "DELETE" and person is bob:
            service.restore_reminder(alice.workspace_id, rent.id)
        if path.endswith("reopen") and person is bob:
            acting.skip(alice.workspace_id, alice.id, rent.id)
        if path.endswith("unskip") and person is bob:
            acting.skip(alice.workspace_id, alice.id, rent.id, rent.next_at.replace(day=20))
        if path.endswith("skip-many") and person is bob:
            skipping.unskip(alice.workspace_id, alice.id, rent.id)
        assert call(person, method, path, body, rent).status_code in (200, 201, 204)


@pytest.mark.parametrize(("method", "path", "body"), READS + ACTS + WRITES)
def test_charlie_finds_nothing_and_changes_nothing(rent, charlie, method, path, body):
    before = read(rent)
    was = (before.version, before.next_at, before.title, before.is_active)
    r = call(charlie, method, path, body, rent)

    assert r.status_code == 404
    assert "Secret" not in r.text
    after = read(rent)
    assert (after.version, after.next_at, after.title, after.is_active) == was


def test_charlie_cannot_restore_what_alice_deleted(rent, alice, charlie):
    service.delete_reminder(alice.workspace_id, rent.id)

    assert call(charlie, "POST", "/{id}/restore", None, rent).status_code == 404
    assert db.session.get(Reminder, rent.id).deleted_at is not None
    assert call(alice, "POST", "/{id}/restore", None, rent).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), LISTS)
def test_charlie_lists_nothing_of_alice(rent, charlie, method, path, body):
    assert call(charlie, method, path, body, rent).json["items"] == []


def test_what_is_missing_and_what_is_another_s_look_the_same(rent, charlie):
    other = call(charlie, "GET", "/{id}", None, rent)
    missing = charlie.api().get(f"{URL}/{charlie.id}")

    assert (other.status_code, other.json) == (missing.status_code, missing.json)


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_without_a_token_nothing_is_said(rent, app, method, path, body):
    url = f"{URL}{path.format(id=rent.id)}"

    assert app.test_client().open(url, method=method, json=body).status_code == 401


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("viewer", READS + LISTS), ("child", READS + LISTS + ACTS), ("admin", ALL)],
)
def test_each_role_does_what_its_row_in_the_table_says(rent, alice, app, join, role, allowed):
    person = join(alice, make_person(app, role), role)
    for method, path, body in ALL:
        if path == "/{id}/resume" or (method, path, body) not in allowed:
            continue
        assert call(person, method, path, body, rent).status_code in (200, 201, 204), path
    service_restores(rent, alice)
    for method, path, body in ALL:
        if (method, path, body) not in allowed:
            assert call(person, method, path, body, rent).status_code == 403, path


def service_restores(reminder, person):
    if db.session.get(Reminder, reminder.id).deleted_at:
        service.restore_reminder(person.workspace_id, reminder.id)


@pytest.mark.parametrize("scope", ["reminders:read", "reminders:act", "reminders:write"])
def test_a_token_does_what_its_scope_says_and_no_more(rent, alice, scope):
    api = alice.api(scope)
    answers = {
        "reminders:read": api.get(f"{URL}/{rent.id}").status_code,
        "reminders:act": api.post(f"{URL}/{rent.id}/done").status_code,
        "reminders:write": api.patch(f"{URL}/{rent.id}", json={"title": "x"}).status_code,
    }

    assert answers.pop(scope) == 200
    assert set(answers.values()) == {403}


def test_bob_s_reminders_name_alice_as_a_member_and_bob_as_me(rent, bob, alice):
    def kinds(person):
        return [one["kind"] for one in person.api().get(f"{URL}/{rent.id}").json["recipients"]]

    assert (kinds(alice), kinds(bob)) == (["me"], ["member"])
    sent_back = bob.api().get(f"{URL}/{rent.id}").json["recipients"]
    bob.api().patch(f"{URL}/{rent.id}", json={"recipients": [*sent_back, {"kind": "me"}]})
    assert (kinds(alice), kinds(bob)) == (["me", "member"], ["member", "me"])


@pytest.fixture
def all_three(monday, make, alice, bob, contact):
    return make(
        recipients=[
            {"kind": "me"},
            {"kind": "member", "id": bob.id},
            {"kind": "contact", "id": contact.id},
        ]
    )


def addresses(client, reminder):
    found = client.get(f"{URL}/{reminder.id}").json["recipients"]
    assert all(one["id"] and one["name"] for one in found)
    return {one["kind"]: one["address"] for one in found}


def test_who_may_not_read_contacts_and_members_sees_no_addresses(all_three, alice, bob):
    mine = {"me": "alice@example.org", "member": None, "contact": None}

    assert addresses(alice.api("reminders:read"), all_three) == mine
    seen = addresses(alice.api("reminders:read", "contacts:read"), all_three)
    assert seen == mine | {"contact": "carl@example.org"}
    seen = addresses(bob.api("reminders:read"), all_three)
    assert (seen["me"], seen["member"]) == ("bob@example.org", None)


def test_the_address_of_a_member_is_for_those_who_may_read_members(all_three, alice):
    [theirs] = [one for one in read(all_three).recipients if one.user_id not in (None, alice.id)]
    may = SimpleNamespace(user_id=alice.id, permissions={"reminders:read", "members:read"})

    assert schemas.shown(theirs, may)["address"] == "bob@example.org"
