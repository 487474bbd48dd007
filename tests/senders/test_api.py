"""The same by JSON."""

import dataclasses

import pytest

from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.delivery.senders import own_channel, server
from tests.senders.conftest import PASSWORD, fields
from tests.senders.test_pages import code_of

SERVERS, SENDERS = "/api/v1/email-configurations", "/api/v1/sender-identities"


@pytest.fixture
def api(alice):
    return alice.api()


def test_a_mail_server_and_its_whole_life(api, own):
    made = api.post(SERVERS, json=fields(own))
    assert made.status_code == 201
    here = f"{SERVERS}/{made.json['id']}"
    assert (made.json["has_password"], made.json["is_active"]) == (True, True)
    assert "smtp_password" not in made.json

    tried = api.post(f"{here}/test", json={}).json
    assert (tried["test_passed"], own.count) == (True, 0)
    assert api.post(f"{here}/test", json={"send": True}).json["test_passed"]
    assert own.count == 1

    changed = api.patch(here, json={"name": "Shop", "mails_per_minute": 60}).json
    assert (changed["name"], changed["mails_per_minute"]) == ("Shop", 60)
    assert (changed["smtp_user"], changed["has_password"]) == ("office", True)
    assert api.patch(here, json={"smtp_host": "elsewhere.example"}).status_code == 422
    assert [one["name"] for one in api.get(SERVERS).json["items"]] == ["Shop"]
    assert api.get(here).json["tested_at"]
    assert api.post(SERVERS, json=fields(own, name="Shop")).status_code == 409

    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404


def test_a_test_that_fails_says_why(api, own):
    made = api.post(SERVERS, json=fields(own, smtp_password="wrong-one")).json

    tried = api.post(f"{SERVERS}/{made['id']}/test", json={}).json

    assert tried["test_passed"] is False
    assert "did not accept user and password" in tried["test_words"]


def test_a_sender_and_its_whole_life(api, alice, configuration):
    made = api.post(SENDERS, json={"address": "Office@Example.org", "display_name": "Lee"})
    assert made.status_code == 201
    here = f"{SENDERS}/{made.json['id']}"
    assert (made.json["address"], made.json["is_verified"]) == ("office@example.org", False)
    assert api.post(f"{here}/set-default", json={}).status_code == 409
    assert api.post(f"{here}/verify", json={"code": "1"}).status_code == 422
    assert api.post(f"{here}/send-code", json={}).status_code == 200

    done = api.post(f"{here}/verify", json={"code": code_of(made.json["id"])})
    assert done.json["is_verified"]
    assert api.post(f"{here}/set-default", json={}).json["is_default"] is True
    assert api.post(f"{here}/set-default", json={"is_default": False}).json["is_default"] is False
    through = {"configuration_id": str(configuration.id)}
    assert api.patch(here, json=through).json["configuration_id"] == str(configuration.id)
    assert api.get(here).json["display_name"] == "Lee"
    assert api.patch(here, json={"address": "other@example.org"}).status_code == 422

    reminder = {
        "title": "Rent",
        "starts_at": "2036-01-01T09:00",
        "sender_identity_id": made.json["id"],
    }
    kept = api.post("/api/v1/reminders", json=reminder).json
    assert kept["sender_identity_id"] == made.json["id"]
    listed = api.get(f"/api/v1/reminders?sender_identity_id={made.json['id']}").json["items"]
    assert [one["id"] for one in listed] == [kept["id"]]
    assert not api.get(f"/api/v1/reminders?sender_identity_id={alice.id}").json["items"]
    refused = api.delete(here)
    assert (refused.status_code, refused.json["fields"]["move_to"]) == (409, "1 reminders (“Rent”)")
    assert api.delete(f"{here}?move_to=default").status_code == 204
    assert api.get(f"/api/v1/reminders/{kept['id']}").json["sender_identity_id"] is None


def test_phones_and_addresses_are_listed_apart(api):
    api.post(SENDERS, json={"address": "office@example.org"})
    api.post(SENDERS, json={"type": "phone", "address": "+49301234567"})

    def listed(query=""):
        return [one["address"] for one in api.get(f"{SENDERS}{query}").json["items"]]

    assert listed() == ["office@example.org", "+49301234567"]
    assert listed("?type=phone") == ["+49301234567"]
    first = api.get(f"{SENDERS}?limit=1").json
    assert listed(f"?limit=1&cursor={first['next_cursor']}") == ["+49301234567"]
    assert api.get(f"{SENDERS}?type=fax").status_code == 422


def test_nobodys_mailbox_is_filled_with_codes(app, alice, api, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    here = f"{SENDERS}/{api.post(SENDERS, json={'address': 'victim@example.org'}).json['id']}"

    statuses = [api.post(f"{here}/send-code", json={}).status_code for _ in range(5)]

    assert statuses == [200] * 4 + [429]


def test_ports_are_not_tried_out_one_after_the_other(app, alice, api, own, monkeypatch):
    made = api.post(SERVERS, json=fields(own)).json
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)

    statuses = [api.post(f"{SERVERS}/{made['id']}/test", json={}).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]


def test_the_password_is_nowhere(app, alice, api, own, caplog, monkeypatch, capfd):
    """Not in answers, the log, the trail of changes, or what an operator can have explained."""
    caplog.set_level("DEBUG")
    db.session.get(User, alice.id).is_superuser = True
    db.session.commit()
    made = api.post(SERVERS, json=fields(own)).json
    here = f"{SERVERS}/{made['id']}"
    answers = [
        api.get(here),
        api.get(SERVERS),
        api.post(f"{here}/test", json={}),
        api.post(SERVERS, json=fields(own, smtp_port="x")),
        api.post(SERVERS, json={**fields(own), "nonsense": 1}),
        api.post(SERVERS, json=fields(own, smtp_password=PASSWORD + "ö")),
        alice.browser().get(f"/history/{made['id']}"),
        alice.browser().get("/operations/database/changes"),
    ]
    own.refuse(550, at="mail", text=f"{PASSWORD}?")
    answers.append(api.post(f"{here}/test", json={}))
    api.delete(here)
    db.session.rollback()
    audit = db.session.execute(db.text("SELECT * FROM audit_log")).all()

    assert audit
    for text in [*(one.text for one in answers), caplog.text, *capfd.readouterr(), str(audit)]:
        assert PASSWORD not in text
    assert answers[-1].json["test_passed"] is False


def test_a_key_that_breaks_off_tells_no_password(alice, own, configuration, app, monkeypatch):
    """Whatever a part of the way raises, its words are not handed on."""

    def broken(self):
        raise ValueError(f"cannot encode {PASSWORD}")

    monkeypatch.setattr(server.Way, "go", broken)
    settings = dataclasses.replace(app.config["SETTINGS"], mail_from="a@example.net")
    channel = own_channel.OwnChannel(configuration.account, settings)
    with pytest.raises(own_channel.SendError) as failed:
        channel.open()

    raised = failed.value
    assert PASSWORD not in repr(raised) + repr(raised.__cause__) + repr(raised.__context__)
