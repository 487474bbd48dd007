"""A workspace's own texts: kept, tried, and what clients then read."""

import pytest

from reminder_app.contacts import service as contacts
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.texts import service as texts
from tests.reminders.conftest import at, change, contact, ledger, make, monday, plan  # noqa: F401
from tests.reminders.test_claim import BILL, TYPED
from tests.reminders.test_mail import html, mail, text

URL = "/api/v1/texts"
DUN = {
    "name": "First reminder",
    "subject": "{{ title }}: {{ amount }}",
    "body": "Dear {{ client.first_name }},\n\nplease pay {{ amount }} by {{ due_date }}, {{ due_time }}: "
    '{{ link }}\nReference: {{ reference | or: "none" }}\n\n{{ sender }}',
}


@pytest.fixture
def dun(alice):
    return texts.create(alice.workspace_id, alice.id, **DUN)


def test_the_api_keeps_texts(alice):
    api = alice.api()
    made = api.post(URL, json=DUN)
    assert (made.status_code, made.json["name"]) == (201, DUN["name"])
    one = f"{URL}/{made.json['id']}"

    assert api.get(one).json == made.json
    assert [each["id"] for each in api.get(URL).json["items"]] == [made.json["id"]]
    assert api.patch(one, json={"name": "Second"}).json["changed_by"] == str(alice.id)
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_an_unknown_field_is_refused_with_the_near_one(alice):
    r = alice.api().post(URL, json=DUN | {"body": "Dear {{ client.nmae }}"})

    assert r.status_code == 422
    assert "Did you mean client.name?" in r.json["fields"]["body"]


def test_a_preview_with_a_real_and_a_made_up_client(alice, contact):  # noqa: F811
    words = {name: DUN[name] for name in ("subject", "body")}
    made_up = alice.api().post(f"{URL}/preview", json=words).json
    real = alice.api().post(f"{URL}/preview", json=words | {"contact_id": str(contact.id)}).json

    assert made_up["subject"] == "Invoice for March: €1,234.50"
    assert made_up["text"].startswith("Dear Ann,")
    assert real["text"].startswith("Dear Carl,")


def test_strangers_find_nothing(charlie, dun, contact):  # noqa: F811
    api = charlie.api()
    words = {"subject": "x", "body": "x", "contact_id": str(contact.id)}

    assert api.get(f"{URL}/{dun.id}").status_code == 404
    assert api.patch(f"{URL}/{dun.id}", json={"name": "Mine"}).status_code == 404
    assert api.delete(f"{URL}/{dun.id}").status_code == 404
    assert api.post(f"{URL}/preview", json=words).status_code == 404
    assert charlie.browser().get(f"/texts/{dun.id}").status_code == 404
    new = {"title": "x", "starts_at": "2030-01-12T09:00", "text_id": str(dun.id)}
    refused = api.post("/api/v1/reminders", json=new)
    assert list(refused.json["fields"]) == ["text_id"]


def test_a_client_reads_the_text_and_a_member_the_usual_mail(
    monday,  # noqa: F811
    alice,
    contact,  # noqa: F811
    dun,
    make,  # noqa: F811
    plan,  # noqa: F811
    later,
):
    people = [{"kind": "me"}, {"kind": "contact", "id": contact.id}]
    reminder = make(**BILL, text_id=dun.id, recipients=people, notes="Not for clients")
    later(hours=1)
    plan()
    texts.edit(alice.workspace_id, alice.id, dun.id, body="Something else")

    rows = {row.address: row for row in ledger(reminder)}
    client, member = rows["carl@example.org"], rows["alice@example.org"]
    assert mail(client)["Subject"] == "Pay the rent: €1,234.50"
    for said in (text(client), html(client)):
        assert "please pay €1,234.50 by January 12, 2026, 9:00 AM" in said
        assert "Reference: Invoice 2027-0042" in said
        assert "Not for clients" not in said
        assert "Something else" not in said
    assert "Not for clients" in text(member)
    assert "Done or snooze" in text(member)


def test_what_a_client_is_called_stays_words(monday, alice, contact, dun, make, plan, later):  # noqa: F811
    texts.edit(alice.workspace_id, alice.id, dun.id, body="Dear {{ client.name }}")
    change(contact, name="<b>{{ link }}</b>")
    reminder = make(text_id=dun.id, recipients=[{"kind": "contact", "id": contact.id}])
    later(hours=1)
    plan()

    [row] = ledger(reminder)
    assert "Dear <b>{{ link }}</b>" in text(row)
    assert "Dear &lt;b&gt;{{ link }}&lt;/b&gt;" in html(row)


def test_one_that_is_used_stays(monday, alice, dun, make):  # noqa: F811
    make(text_id=dun.id)
    r = alice.api().delete(f"{URL}/{dun.id}")

    assert (r.status_code, r.json["title"]) == (
        409,
        "One reminder uses this text: choose another one there first.",
    )


def test_the_pages(monday, alice, dun, contact):  # noqa: F811
    browser = alice.browser()
    assert DUN["name"] in browser.get("/texts").text
    assert browser.get("/texts/new").status_code == 200
    assert browser.post("/texts", data=DUN | {"name": "Another"}).status_code == 303
    shown = browser.post(
        f"/texts/{dun.id}", data=DUN | {"preview": "1", "contact_id": str(contact.id)}
    ).text
    assert "Dear Carl," in shown
    wrong = browser.post("/texts", data=DUN | {"subject": "{{ amuont }}"})
    assert wrong.status_code == 422
    assert "Did you mean amount?" in wrong.text
    changed = browser.post(f"/texts/{dun.id}", data=DUN | {"name": "Changed"})
    assert changed.status_code == 303
    assert browser.post(f"/texts/{dun.id}/delete").status_code == 303
    assert browser.get(f"/texts/{dun.id}").status_code == 404


def test_the_form_of_a_reminder_offers_them(monday, alice, dun):  # noqa: F811
    browser = alice.browser()
    made = browser.post("/reminders", data=TYPED | BILL | {"text_id": str(dun.id)})

    assert DUN["name"] in browser.get(made.location).text
    assert f'value="{dun.id}" selected' in browser.get(f"{made.location}/edit").text


def test_a_viewer_reads_and_a_child_sees_none(alice, join, charlie, dun):
    viewer = join(alice, charlie, "viewer").browser()

    assert DUN["name"] in viewer.get("/texts").text
    assert viewer.get(f"/texts/{dun.id}").status_code == 200
    assert viewer.post("/texts", data=DUN).status_code == 403


OWN = {
    "Betrag offen": "€ 90",
    "Mandantennummer": "M-17",
    "Straße": "Am Tor 1",
    "name": "Not theirs",
}
ASKED = (
    "{{ client.Mandantennummer }}|{{ client.betrag_offen }}|{{ client.Betrag offen }}|{{ client.straße }}|"
    '{{ client.name }}|{{ client.mandantennummer | or: "none" }}'
)


@pytest.fixture
def known(contact):  # noqa: F811
    change(contact, attributes=OWN)
    return contact


def test_fields_of_their_own_reach_each_client_in_as_many_queries(
    monday,  # noqa: F811
    alice,
    known,
    make,  # noqa: F811
    plan,  # noqa: F811
    later,
    count_queries,
):
    dun = texts.create(alice.workspace_id, alice.id, name="x", subject="x", body=ASKED)
    other = Contact(workspace_id=alice.workspace_id, name="Dora", email="dora@example.org")
    db.session.add(other)
    db.session.commit()
    people = [{"kind": "contact", "id": one.id} for one in (known, other)]
    reminder = make(text_id=dun.id, recipients=people)
    later(hours=1)
    with count_queries() as statements:
        plan()

    said = {row.address: text(row) for row in ledger(reminder)}
    assert "M-17|€ 90|€ 90|Am Tor 1|Carl|M-17" in said["carl@example.org"]
    assert "||||Dora|none" in said["dora@example.org"]
    assert sum("attributes" in one for one in statements) == 1


def test_no_field_of_their_own_is_read_where_no_text_asks(
    monday,  # noqa: F811
    known,
    dun,
    make,  # noqa: F811
    plan,  # noqa: F811
    later,
    count_queries,
):
    make(text_id=dun.id, recipients=[{"kind": "contact", "id": known.id}])
    later(hours=1)
    with count_queries() as statements:
        assert plan() == 1

    assert not [one for one in statements if "attributes" in one]


def test_one_that_no_client_has_is_refused_with_the_near_one(alice, known):
    api = alice.api()
    near = api.post(URL, json=DUN | {"body": "{{ client.mandantenumer }}"})
    none = api.post(URL, json=DUN | {"subject": "{{ client.qqqqqqqqqqqqqq }}"})

    assert "Did you mean client.mandantennummer?" in near.json["fields"]["body"]
    assert "client.betrag_offen" in none.json["fields"]["subject"]
    assert api.post(URL, json=DUN | {"body": "{{ client. }}"}).status_code == 422


def test_one_that_only_an_old_contact_has_is_taken(alice, known):
    for number in range(contacts.NEWEST):
        db.session.add(Contact(workspace_id=alice.workspace_id, name=f"C{number}"))
    db.session.commit()

    assert texts.own_fields(alice.workspace_id) == {}
    made = alice.api().post(URL, json=DUN | {"body": ASKED})
    assert made.status_code == 201


def test_the_page_offers_them_and_tries_them(alice, charlie, known):
    browser = alice.browser()
    assert "{{ client.betrag_offen }}" in browser.get("/texts/new").text
    assert "{{ client.betrag_offen }}" not in charlie.browser().get("/texts/new").text
    typed = DUN | {"body": ASKED, "preview": "1"}
    real = browser.post("/texts", data=typed | {"contact_id": str(known.id)}).text
    assert "M-17|€ 90|€ 90|Am Tor 1|Carl|M-17" in real
    assert (
        "[client.mandantennummer]|[client.betrag_offen]" in browser.post("/texts", data=typed).text
    )
