"""Every route of contacts: alice owns, bob is a member, charlie is a stranger; and the other roles."""

import pytest

from reminder_app.contacts import service
from tests.conftest import make_person

READS = [("GET", "/contacts/{id}"), ("GET", "/api/v1/contacts/{id}")]
WRITES = [
    ("GET", "/contacts/{id}/edit"),
    ("POST", "/contacts/{id}/edit"),
    ("POST", "/contacts/{id}/archive"),
    ("POST", "/contacts/{id}/unarchive"),
    ("PATCH", "/api/v1/contacts/{id}"),
    ("POST", "/api/v1/contacts/{id}/archive"),
    ("POST", "/api/v1/contacts/{id}/unarchive"),
]
LISTS = [("GET", "/contacts"), ("GET", "/api/v1/contacts")]
CREATES = [("GET", "/contacts/new"), ("POST", "/contacts"), ("POST", "/api/v1/contacts")]


@pytest.fixture
def ann(alice):
    return service.create(alice.workspace_id, name="Ann", email="ann@example.org")


def call(person, method, path, contact):
    path = path.format(id=contact.id)
    if path.startswith("/api"):
        return person.api().open(path, method=method, json={"name": "New name"})
    return person.browser().open(path, method=method, data={"name": "New name"})


@pytest.mark.parametrize(("method", "path"), READS + WRITES + LISTS + CREATES)
def test_alice_and_bob_may(alice, bob, ann, method, path):
    for person in (alice, bob):
        assert call(person, method, path, ann).status_code in (200, 201, 303)


@pytest.mark.parametrize(("method", "path"), READS + WRITES)
def test_charlie_finds_nothing_and_changes_nothing(alice, charlie, ann, method, path):
    r = call(charlie, method, path, ann)

    assert r.status_code == 404
    assert "Ann" not in r.text
    same = service.get(alice.workspace_id, ann.id)
    assert (same.name, same.archived_at) == ("Ann", None)


@pytest.mark.parametrize(("method", "path"), LISTS)
def test_charlie_lists_nothing_of_alice(charlie, ann, method, path):
    assert "ann@example.org" not in call(charlie, method, path, ann).text


@pytest.mark.parametrize(("method", "path"), READS + WRITES + LISTS + CREATES)
def test_a_stranger_without_a_session_is_sent_away(app, ann, method, path):
    r = app.test_client().open(path.format(id=ann.id), method=method)

    assert r.status_code == (401 if path.startswith("/api") else 303)


@pytest.mark.parametrize("role", ["viewer", "child", "admin"])
def test_roles_may_what_the_table_says(app, alice, ann, join, role):
    person = join(alice, make_person(app, "dora"), role)
    reads = 403 if role == "child" else 200

    assert {call(person, *route, ann).status_code for route in READS + LISTS} == {reads}
    for route in WRITES + CREATES:
        assert (call(person, *route, ann).status_code == 403) == (role != "admin")


def test_a_token_needs_its_scope(alice, ann):
    assert alice.api("contacts:read").get(f"/api/v1/contacts/{ann.id}").status_code == 200
    assert alice.api("contacts:read").patch(f"/api/v1/contacts/{ann.id}").status_code == 403
    assert alice.api("reminders:read").get("/api/v1/contacts").status_code == 403
