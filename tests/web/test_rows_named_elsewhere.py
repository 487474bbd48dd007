"""Rows of Alice's named in a form, a body or a query: they open no more than those in the address."""

import uuid
from datetime import timedelta

import pytest

from reminder_app.contacts import service as contacts
from reminder_app.database import now
from reminder_app.reminders import service as reminders
from tests.conftest import Person
from tests.web.belongings import SECRETS, a_delivery, a_reminder, as_they_stand, rows_of

TYPED = {"title": "Mine", "date": "2036-01-01", "time": "09:00", "time_zone": "UTC"}
BODY = {"title": "Mine", "starts_at": "2036-01-01T09:00"}
CONTACT, MEMBER = "contact:{contact_id}", "member:{alice}"
FORMS = [
    ("/members/transfer", {"membership_id": "{membership_id}"}, 404),
    ("/workspaces/switch", {"workspace_id": "{workspace}"}, 404),
    ("/reminders", {**TYPED, "recipients": CONTACT}, 422),
    ("/reminders", {**TYPED, "recipients": MEMBER}, 422),
    ("/reminders", {**TYPED, "recipients": "me", "sender_identity_id": "{identity_id}"}, 422),
    (
        "/settings/senders",
        {"address": "me@example.net", "configuration_id": "{configuration_id}"},
        422,
    ),
    ("/reminders/{mine}/edit", {**TYPED, "version": "1", "recipients": CONTACT}, 422),
    ("/reminders/{mine}/edit", {**TYPED, "version": "1", "recipients": MEMBER}, 422),
]
BODIES = [
    ("POST", "/api/v1/reminders", BODY, "contact", "{contact_id}"),
    ("POST", "/api/v1/reminders", BODY, "member", "{alice}"),
    ("PATCH", "/api/v1/reminders/{mine}", {}, "contact", "{contact_id}"),
    ("PATCH", "/api/v1/reminders/{mine}", {}, "member", "{alice}"),
]
QUERIES = [
    "/reminders?recipient={contact_id}",
    "/reminders/new?contact={contact_id}",
    "/reminders/people?recipients=contact:{contact_id}&recipients=member:{alice}",
    "/deliveries?reminder_id={reminder_id}",
    "/deliveries/fragment?reminder_id={reminder_id}",
    "/api/v1/deliveries?reminder_id={reminder_id}",
    "/api/v1/reminders?recipient={contact_id}",
]


@pytest.fixture
def ids(alice: Person, bob: Person, charlie: Person) -> dict[str, uuid.UUID]:
    mine = reminders.create_reminder(
        charlie.workspace_id,
        charlie.id,
        title="Mine",
        starts_at=(now() + timedelta(days=2)).replace(tzinfo=None),
        time_zone="UTC",
    )
    others = {"alice": alice.id, "workspace": alice.workspace_id, "mine": mine.id}
    return rows_of(alice, bob) | others


def told_nothing(answer) -> bool:
    return not any(secret in answer.text for secret in SECRETS)


@pytest.mark.parametrize(("path", "form", "status"), FORMS)
def test_a_form_that_names_them_is_refused(alice, charlie, ids, path, form, status):
    before = as_they_stand(alice)
    typed = {name: value.format_map(ids) for name, value in form.items()}

    answer = charlie.browser().post(path.format_map(ids), data=typed)

    assert answer.status_code == status
    assert told_nothing(answer)
    assert as_they_stand(alice) == before


@pytest.mark.parametrize(("method", "path", "body", "kind", "id"), BODIES)
def test_a_body_that_names_them_is_refused(alice, charlie, ids, method, path, body, kind, id):
    before = as_they_stand(alice)
    named = [{"kind": kind, "id": id.format_map(ids), "channel": "email"}]

    answer = charlie.api().open(
        path.format_map(ids), method=method, json={**body, "recipients": named}
    )

    assert answer.status_code == 422
    assert "recipients" in answer.text
    assert told_nothing(answer)
    assert as_they_stand(alice) == before


@pytest.mark.parametrize("path", QUERIES)
def test_a_query_that_names_them_finds_nothing(charlie, ids, path):
    client = charlie.api() if path.startswith("/api/") else charlie.browser()

    answer = client.get(path.format_map(ids))

    assert answer.status_code in (200, 404, 422)
    assert told_nothing(answer)


@pytest.mark.parametrize("path", ["/api/v1/reminders", "/api/v1/contacts", "/api/v1/deliveries"])
def test_a_cursor_of_hers_turns_ones_own_pages(alice, charlie, ids, path):
    contacts.create(alice.workspace_id, name="Anna's brother")
    a_delivery(alice), a_reminder(alice, ids["contact_id"])
    cursor = alice.api().get(path, query_string={"limit": 1}).json["next_cursor"]

    answer = charlie.api().get(path, query_string={"cursor": cursor})

    assert cursor
    assert answer.status_code in (200, 422)
    assert told_nothing(answer)
