import pytest

from reminder_app.contacts import service


@pytest.fixture
def ann(alice):
    return service.create(
        alice.workspace_id, name="Ann", email="ann@example.org", tags=["client", "vip"]
    )


def test_only_what_is_given_changes(alice, ann):
    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"phone": "030 12345"})

    assert r.status_code == 200
    assert r.json["phone"] == "030 12345"
    assert r.json["email"] == "ann@example.org"
    assert r.json["tags"] == ["client", "vip"]


def test_tags_are_replaced(alice, ann):
    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"tags": ["vip", "new"]})

    assert r.json["tags"] == ["new", "vip"]


def test_an_address_can_be_taken_away(alice, ann):
    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"email": None})

    assert r.json["email"] is None


def test_its_own_address_is_no_duplicate(alice, ann):
    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"email": "ANN@example.org"})

    assert r.status_code == 200


def test_the_address_of_another_is_refused(alice, ann):
    service.create(alice.workspace_id, name="Ben", email="ben@example.org")

    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"email": "ben@example.org"})

    assert r.status_code == 409
    assert "Ben" in r.json["fields"]["email"]


def test_a_name_cannot_be_taken_away(alice, ann):
    r = alice.api().patch(f"/api/v1/contacts/{ann.id}", json={"name": " "})

    assert r.status_code == 422
    assert "name" in r.json["fields"]


def test_archiving_keeps_the_first_moment(alice, ann, later):
    first = alice.api().post(f"/api/v1/contacts/{ann.id}/archive").json["archived_at"]
    later(hours=1)

    assert alice.api().post(f"/api/v1/contacts/{ann.id}/archive").json["archived_at"] == first
    assert alice.api().post(f"/api/v1/contacts/{ann.id}/unarchive").json["archived_at"] is None
