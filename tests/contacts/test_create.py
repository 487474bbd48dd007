import pytest

from reminder_app.contacts import service
from reminder_app.errors import Conflict, Invalid

ANN = {"name": "Ann Lee", "email": "ann@example.org"}


def test_it_keeps_what_was_given_in_its_normal_form(alice):
    r = alice.api().post(
        "/api/v1/contacts",
        json={
            "name": "  Ann Lee ",
            "email": "Ann.LEE@Example.org",
            "phone": "+49 (30) 12/34-56",
            "time_zone": "Europe/Berlin",
            "notes": "one\r\ntwo",
            "tags": ["Client", "client", " long  name "],
        },
    )

    assert r.status_code == 201
    assert r.json["name"] == "Ann Lee"
    assert r.json["email"] == "ann.lee@example.org"
    assert r.json["phone"] == "+49 (30) 12/34-56"
    assert r.json["notes"] == "one\ntwo"
    assert r.json["tags"] == ["client", "long name"]
    shown = alice.api().get(f"/api/v1/contacts/{r.json['id']}").json
    assert shown.pop("statistics")["messages"] == 0
    assert shown == r.json


def test_a_name_is_enough(alice):
    r = alice.api().post("/api/v1/contacts", json={"name": "Grandma"})

    assert r.status_code == 201
    assert r.json["email"] is None


def test_two_contacts_without_an_address_are_fine(alice):
    service.create(alice.workspace_id, name="Grandma")
    service.create(alice.workspace_id, name="Grandpa", email=" ")

    assert len(service.browse(alice.workspace_id).items) == 2


def test_a_taken_address_is_refused_and_says_by_whom(alice):
    ann = service.create(alice.workspace_id, **ANN)

    r = alice.api().post("/api/v1/contacts", json={"name": "Again", "email": "ANN@example.org"})

    assert r.status_code == 409
    assert "Ann Lee" in r.json["fields"]["email"]
    assert r.json["fields"]["existing_id"] == str(ann.id)


def test_an_archived_contact_keeps_its_address(alice):
    ann = service.create(alice.workspace_id, **ANN)
    service.archive(alice.workspace_id, ann.id)

    with pytest.raises(Conflict) as refused:
        service.create(alice.workspace_id, **ANN)

    assert "archived" in refused.value.fields["email"]


def test_another_workspace_may_have_the_same_address(alice, charlie):
    service.create(alice.workspace_id, **ANN)

    assert charlie.api().post("/api/v1/contacts", json=ANN).status_code == 201


def test_a_repeated_key_makes_one_contact(alice):
    client, headers = alice.api(), {"Idempotency-Key": "k1"}

    first = client.post("/api/v1/contacts", json=ANN, headers=headers)
    again = client.post("/api/v1/contacts", json=ANN, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("name", "a\x00b"),
        ("name", "a\nb"),
        ("name", "a\u2028b"),
        ("name", "\ud800"),
        ("email", "not an address"),
        ("email", "ann@"),
        ("email", "ann@example.org\nBcc: all@example.org"),
        ("email", "jörg@example.org"),
        ("phone", "call me"),
        ("phone", "1"),
        ("phone", "1" * 33),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("notes", "bell\x07"),
        ("notes", "x" * 5001),
        ("tags", ["x" * 41]),
        ("tags", ["a,b"]),
        ("tags", ["İ" * 40]),  # lower case, it is twice as long
        ("tags", [f"tag{n}" for n in range(21)]),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(alice, field, value):
    r = alice.api().post("/api/v1/contacts", json={"name": "Ann"} | {field: value})

    assert r.status_code == 422
    assert list(r.json["fields"])[0].partition(".")[0] == field


def test_all_that_is_wrong_is_said_at_once(alice):
    with pytest.raises(Invalid) as refused:
        service.create(alice.workspace_id, name=" ", email="x", phone="call me")

    assert set(refused.value.fields) == {"name", "email", "phone"}


def test_a_domain_of_another_script_is_kept_as_mail_servers_have_it(alice):
    contact = service.create(alice.workspace_id, name="Ann", email="ann@bücher.example.org")

    assert contact.email == "ann@xn--bcher-kva.example.org"
