"""The workspace, its members and invitations by the API."""

import pytest

from reminder_app.workspaces import service
from tests.conftest import make_person

URL = "/api/v1/workspace"


@pytest.fixture
def firm(alice):
    """alice's, shared"""
    made = service.create_workspace(alice.id, kind="business", name="Firm")
    return type(alice)(alice.app, alice.id, alice.email, made.id)


def test_it_is_shown_and_changed(firm):
    api = firm.api()
    assert api.get(URL).json["kind"] == "business"

    changed = api.patch(URL, json={"name": "Firm and Co", "locale": "de-AT"})
    assert (changed.status_code, changed.json["name"]) == (200, "Firm and Co")
    assert api.get(URL).json == changed.json
    assert "time_zone" in api.patch(URL, json={"time_zone": "Moon"}).json["fields"]
    assert api.patch(URL, json={"kind": "family"}).status_code == 422


def test_whether_failures_are_told_is_the_setting_of_the_page(firm):
    api, page = firm.api(), firm.browser()
    assert api.get(URL).json["tells_failures"] is True

    assert api.patch(URL, json={"tells_failures": False}).json["tells_failures"] is False

    assert 'name="of_all" value="1" checked' not in page.get("/settings/failures").text
    page.post("/settings/failures", data={"of_all": "1"})
    assert api.get(URL).json["tells_failures"] is True


def test_who_belongs_to_it(firm, bob, join):
    member = join(firm, bob, "member")
    found = firm.api().get(f"{URL}/members").json["items"]

    assert [(one["email"], one["role"]) for one in found] == [
        (firm.email, "owner"),
        (member.email, "member"),
    ]
    assert found[1]["user_id"] == str(bob.id)


def test_somebody_is_invited_and_that_is_taken_back(firm):
    api = firm.api()
    invited = api.post(f"{URL}/invitations", json={"email": "New@Example.org", "role": "viewer"})
    assert (invited.status_code, invited.json["email"]) == (201, "new@example.org")
    assert api.get(f"{URL}/invitations").json["items"] == [invited.json]
    assert (
        "email"
        in api.post(f"{URL}/invitations", json={"email": "x", "role": "viewer"}).json["fields"]
    )
    assert (
        api.post(f"{URL}/invitations", json={"email": "a@b.org", "role": "king"}).status_code == 422
    )

    one = f"{URL}/invitations/{invited.json['id']}"
    assert api.delete(one).status_code == 204
    assert api.delete(one).status_code == 404


def test_a_personal_one_is_nobody_elses(alice):
    refused = alice.api().post(f"{URL}/invitations", json={"email": "a@b.org", "role": "viewer"})

    assert refused.status_code == 409


def test_a_member_neither_changes_it_nor_invites(firm, bob, join):
    api = join(firm, bob, "member").api()

    assert api.get(URL).status_code == 200
    assert api.patch(URL, json={"name": "Mine"}).status_code == 403
    assert api.get(f"{URL}/invitations").status_code == 403
    new = {"email": "a@b.org", "role": "viewer"}
    assert api.post(f"{URL}/invitations", json=new).status_code == 403


def test_a_stranger_sees_his_own(firm, charlie):
    invited = firm.api().post(f"{URL}/invitations", json={"email": "a@b.org", "role": "viewer"})
    theirs = make_person(charlie.app, "dora")

    assert theirs.api().get(URL).json["name"] != "Firm"
    mine = theirs.api().delete(f"{URL}/invitations/{invited.json['id']}")
    assert mine.status_code == 404
