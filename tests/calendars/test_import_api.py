"""Reminders from a file, by programs: the same rules as on the pages."""

import io

import pytest

from reminder_app.reminders import service as reminders

URL = "/api/v1/reminder-imports"
TABLE = (
    b"title,date,time,repeat\n"
    b"Pay the rent,2031-03-01,09:00,every month\n"
    b"Call Ann,2031-04-01,10:00,\n"
    b"Not a day,someday,,\n"
)


@pytest.fixture
def api(alice):
    return alice.api()


@pytest.fixture
def upload(api):
    def send(content=TABLE, **headers):
        return api.post(URL, data={"file": (io.BytesIO(content), "r.csv")}, headers=headers)

    return send


def titles(person):
    return sorted(one.title for one in reminders.list_reminders(person.workspace_id).items)


def test_it_is_looked_at_then_taken_and_taken_once(api, alice, upload):
    found = upload()
    where = f"{URL}/{found.json['id']}"
    assert found.status_code == 201
    assert (found.json["count"], found.json["good"], found.json["left"]) == (3, 2, 2)
    assert [one["can_be_taken"] for one in found.json["items"]] == [True, True, False]
    assert found.json["items"][2]["item"]["why"]
    assert titles(alice) == []

    first = found.json["items"][0]["item"]["number"]
    one = api.post(f"{where}/take", json={"numbers": [first]}).json
    rest = api.post(f"{where}/take", json={}).json
    again = api.post(f"{where}/take", json={}).json

    assert one == {"made": 1, "here": 0, "failed": 0, "is_cut": False}
    assert rest == {"made": 1, "here": 1, "failed": 1, "is_cut": False}
    assert (again["made"], again["here"]) == (0, 2)
    assert titles(alice) == ["Call Ann", "Pay the rent"]
    assert api.get(where).json["left"] == 0
    assert api.delete(where).status_code == 204
    assert api.get(where).status_code == 404


def test_sent_again_with_its_key_it_is_the_same_import(upload):
    first, second = upload(**{"Idempotency-Key": "k"}), upload(**{"Idempotency-Key": "k"})

    assert first.json["id"] == second.json["id"]


def test_what_cannot_be_read_is_told(api, upload):
    assert api.post(URL, data={}).json["fields"].keys() == {"file"}
    assert upload(b"").json["fields"].keys() == {"file"}


def test_strangers_find_none_and_readers_may_not(upload, alice, charlie):
    where = f"{URL}/{upload().json['id']}"
    stranger = charlie.api()

    assert stranger.get(where).status_code == 404
    assert stranger.post(f"{where}/take", json={}).status_code == 404
    assert stranger.delete(where).status_code == 404
    assert alice.api("reminders:read").post(URL, data={}).status_code == 403
