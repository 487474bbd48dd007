"""Contacts from a file and to a file, by programs: the same rules as on the pages."""

import io

import pytest

from reminder_app.contacts import import_work, importing
from reminder_app.contacts import service as contacts
from reminder_app.contacts.import_api import folder

URL = "/api/v1/contact-imports"
TABLE = b"Who,Mail\nAnn Lee,ann@example.org\nBo,bo@example.org\nNobody,not an address\n"


@pytest.fixture(autouse=True)
def leaves_no_files(app):
    yield
    for path in folder().glob("*"):
        path.unlink()


@pytest.fixture
def api(alice):
    return alice.api()


@pytest.fixture
def upload(api):
    def send(content=TABLE, name="people.csv", **headers):
        return api.post(URL, data={"file": (io.BytesIO(content), name)}, headers=headers)

    return send


@pytest.fixture
def work(app):
    def done() -> None:
        while import_work.work(folder()):
            pass

    return done


def names(person):
    return {one.name for one in contacts.browse(person.workspace_id).items}


def test_from_the_file_to_the_report(api, alice, upload, work, monkeypatch):
    rung = []
    monkeypatch.setattr(importing, "asked", [rung.append])
    made = upload()
    where = f"{URL}/{made.json['id']}"
    assert (made.status_code, made.json["state"], made.json["kind"]) == (201, "new", "csv")

    api.patch(where, json={"mapping": ["name", "email"], "has_header": True, "tags": ["client"]})
    preview = api.get(f"{where}/preview").json
    assert preview["columns"] == ["Who", "Mail"]
    assert preview["items"][0]["values"]["email"] == "ann@example.org"
    assert preview["items"][2]["trouble"]
    assert names(alice) == set()

    assert api.post(f"{where}/start").status_code == 202
    assert api.post(f"{where}/start").status_code == 409
    assert rung == ["import_contacts"]
    work()
    done = api.get(where).json
    failures = api.get(f"{where}/failures?limit=1").json

    assert (done["state"], done["created_count"], done["failed_count"]) == ("done", 2, 1)
    assert names(alice) == {"Ann Lee", "Bo"}
    assert [one["line"] for one in failures["items"]] == [4]
    assert api.get(URL).json["items"][0]["id"] == made.json["id"]


def test_sent_again_with_its_key_it_is_there_once(api, upload):
    first, second = upload(**{"Idempotency-Key": "k"}), upload(**{"Idempotency-Key": "k"})
    other = upload(b"Name\nCy\n", **{"Idempotency-Key": "k"})

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert len(api.get(URL).json["items"]) == 1


def test_one_that_is_stopped_can_go_on(api, upload):
    where = f"{URL}/{upload().json['id']}"

    assert api.post(f"{where}/cancel").json["state"] == "cancelled"
    api_again = api.post(f"{where}/start")

    assert api_again.status_code == 202
    assert api_again.json["state"] == "running"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x00" * 50])
def test_what_is_no_table_is_told(upload, content):
    r = upload(content)

    assert r.status_code == 422
    assert "file" in r.json["fields"]


def test_it_wants_a_file_and_known_columns(api, upload):
    assert api.post(URL, data={}).json["fields"].keys() == {"file"}
    where = f"{URL}/{upload().json['id']}"

    assert "mapping" in api.patch(where, json={"mapping": ["nonsense"]}).json["fields"]
    assert api.patch(where, json={"existing": "burn"}).status_code == 422


def test_strangers_find_none_and_readers_may_not(upload, alice, charlie):
    where = f"{URL}/{upload().json['id']}"
    stranger, reader = charlie.api(), alice.api("contacts:read")

    assert stranger.get(where).status_code == 404
    assert stranger.get(f"{where}/preview").status_code == 404
    assert stranger.get(f"{where}/failures").status_code == 404
    assert stranger.patch(where, json={}).status_code == 404
    assert stranger.post(f"{where}/start").status_code == 404
    assert stranger.post(f"{where}/cancel").status_code == 404
    assert reader.get(URL).status_code == 403
    assert reader.post(URL, data={}).status_code == 403


def test_what_was_taken_comes_out_again(api, alice):
    contacts.create(alice.workspace_id, name="Ann Lee", email="ann@example.org", tags=["client"])
    contacts.create(alice.workspace_id, name="Bo", email="bo@example.org")
    export = "/api/v1/contacts/export"

    table = api.get(f"{export}?tag=client", buffered=True)
    cards = api.get(f"{export}?format=vcard", buffered=True)

    assert table.content_type == "text/csv; charset=utf-8"
    assert "ann@example.org" in table.text
    assert "bo@example.org" not in table.text
    assert cards.text.count("BEGIN:VCARD") == 2
    assert api.get(f"{export}?format=pdf").status_code == 422
    assert alice.api("reminders:read").get(export).status_code == 403
