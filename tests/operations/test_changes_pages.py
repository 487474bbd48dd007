"""Operators see who changed what, of everything and of one thing, and whether the log is whole."""

import pytest
from sqlalchemy import select

from reminder_app.accounts import service as accounts
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.database.audit.models import AuditCheck, AuditEntry
from reminder_app.database.audit.part import EXTENSION
from tests.conftest import Person
from tests.database.audit_trail import behind_its_back, entries

BASE = "/operations/database"


@pytest.fixture
def operator(alice: Person):
    accounts.make_superuser(alice.email)
    return alice.browser()


@pytest.fixture
def contact(operator):
    operator.post("/contacts", data={"name": "Ann"})
    contact_id = db.session.scalars(select(Contact.id)).one()
    operator.post(
        f"/contacts/{contact_id}/edit", data={"name": "Anna", "email": "anna@example.org"}
    )
    return contact_id


def test_the_list_says_who_did_what(operator, contact):
    page = operator.get(f"{BASE}/changes?table=contacts").text

    assert "Contact: Anna" in page
    assert "name: Ann → Anna" in page
    assert "Alice" in page
    assert "POST /contacts" in page


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("table=contacts", 2),
        ("action=create&table=contacts", 1),
        ("until=2020-01-01", 0),
        ("table=x", 7),
    ],
)
def test_it_shows_what_is_asked_for(operator, contact, query, many):
    page = operator.get(f"{BASE}/changes?{query}").text

    assert page.count('class="row-item') == many


def test_it_shows_one_persons_changes(operator, contact, alice):
    page = operator.get(f"{BASE}/changes?actor={alice.id}").text

    assert page.count('class="row-item') == len(entries(actor_key=str(alice.id)))


def test_a_day_that_is_none_is_refused(operator):
    assert operator.get(f"{BASE}/changes?until=yesterday").status_code == 422


def test_one_change_is_shown_field_by_field(operator, contact):
    entry = entries(action="update")[0]

    page = operator.get(f"{BASE}/changes/{entry.id}").text
    assert '<td class="text-break">Ann</td><td class="text-break">Anna</td>' in page
    assert entry.request_id in page
    assert operator.get(f"{BASE}/changes/{contact}").status_code == 404


def test_a_thing_has_a_page_of_its_own(operator, contact):
    page = operator.get(f"{BASE}/changes/of/{contact}").text

    assert page.count("<caption") == 2
    assert "Nothing is written down of it" in operator.get(f"{BASE}/changes/of/nothing").text


def test_what_happened_long_ago_is_on_further_pages(operator, contact, monkeypatch):
    monkeypatch.setattr("reminder_app.operations.audit_pages.OF_A_PAGE", 1)
    first = operator.get("/db-monitor/changes?table=contacts").json
    second = operator.get(f"/db-monitor/changes?table=contacts&cursor={first['next_cursor']}").json

    assert [one["action"] for one in first["items"] + second["items"]] == ["update", "create"]
    assert second["next_cursor"] is None


def test_looking_through_the_log_tells_what_is_wrong(operator, contact, later):
    later(minutes=1)
    operator.post(f"{BASE}/changes/look-through")
    assert "nothing wrong" in operator.get(f"{BASE}/changes").text
    behind_its_back("UPDATE audit_log SET actor = 'x' WHERE table_name = 'contacts'")

    operator.post(f"{BASE}/changes/look-through")

    page = operator.get(f"{BASE}/changes").text
    assert "The log is not as it was written" in page
    assert page.count("changed: entry") == 2
    assert [one.problems for one in db.session.scalars(select(AuditCheck).order_by("at"))] == [0, 2]


def test_what_an_operator_does_is_written_down_too(operator, alice):
    operator.post(f"{BASE}/changes/look-through")

    (entry,) = entries("operator")
    assert (entry.actor_key, entry.note) == (str(alice.id), "looked through the audit")


def test_the_months_are_shown_or_why_there_are_none(operator):
    page = operator.get(f"{BASE}/months").text
    told = operator.get("/db-monitor/months").json["tables"]

    assert [one["table"] for one in told] == ["audit_log", "query_samples"]
    assert "removed in chunks" in page  # the models make no partitions, on no database


@pytest.mark.parametrize(
    "path", [f"{BASE}/changes", f"{BASE}/months", "/db-monitor/changes", "/db-monitor/months"]
)
def test_nobody_else_finds_it(alice, path):
    assert alice.browser().get(path).status_code == 404


def test_a_secret_is_on_no_page(operator, alice):
    accounts.create_token(alice.id, alice.workspace_id, name="mine", scopes=["me:read"])

    entry = entries("api_tokens")[0]
    assert "(not kept)" in operator.get(f"{BASE}/changes/{entry.id}").text
    assert db.session.scalar(select(AuditEntry.after).where(AuditEntry.id == entry.id))


def test_where_nothing_is_written_down_there_is_nothing_to_look_through(app, operator, monkeypatch):
    monkeypatch.delitem(app.extensions, EXTENSION)

    page = operator.post(f"{BASE}/changes/look-through", follow_redirects=True)

    assert page.status_code == 200
    assert "DB_AUDIT is off" in page.text
