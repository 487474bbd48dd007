import pytest

from reminder_app.contacts import service

PATH = "/api/v1/contacts/bulk-import"


def test_those_that_are_right_are_taken_and_the_others_told_apart(alice):
    service.create(alice.workspace_id, name="Here", email="here@example.org")
    given = [
        {"name": "Ann", "email": "ann@example.org", "tags": ["client"]},
        {"name": "", "email": "x"},
        {"name": "Here", "email": "HERE@example.org"},
        {"name": "Ben", "phone": "call me"},
        {"name": "Cara", "unknown": 1},
        {"name": 5},
    ]

    r = alice.api().post(PATH, json=given)

    assert r.status_code == 200
    assert (r.json["imported_count"], r.json["skipped"], r.json["failed_count"]) == (1, [2], 4)
    assert [one["index"] for one in r.json["failed"]] == [1, 3, 4, 5]
    assert "phone" in r.json["failed"][1]["reason"]
    assert len(service.browse(alice.workspace_id).items) == 2


def test_those_who_are_here_can_be_changed(alice):
    service.create(alice.workspace_id, name="Ann", email="ann@example.org")
    given = [{"name": "Ann Lee", "email": "ann@example.org", "phone": "030 12345"}]

    r = alice.api().post(f"{PATH}?existing=overwrite", json=given)

    assert (r.json["updated_count"], r.json["created_count"]) == (1, 0)
    assert service.browse(alice.workspace_id).items[0].name == "Ann Lee"


@pytest.mark.parametrize("body", [{"name": "Ann"}, "x", ["x"], [["x"]], None])
def test_what_is_no_list_is_refused(alice, body):
    assert alice.api().post(PATH, json=body).status_code == 422


def test_no_more_than_a_thousand(alice):
    assert alice.api().post(PATH, json=[{"name": "x"}] * 1001).status_code == 422
    assert alice.api().post(f"{PATH}?existing=eat", json=[]).status_code == 422


def test_a_thousand_cost_few_statements(alice, count_queries):
    def cost(many):
        given = [{"name": f"P{n}", "email": f"p{many}-{n}@example.org"} for n in range(many)]
        client = alice.api()
        client.get("/api/v1/contacts")
        with count_queries() as statements:
            assert client.post(PATH, json=given).json["created_count"] == many
        return len(statements)

    assert cost(1000) <= cost(10) + 4  # of 500 rows each


def test_a_repeated_key_takes_them_once(alice):
    client, headers = alice.api(), {"Idempotency-Key": "k"}
    first = client.post(PATH, json=[{"name": "Ann"}], headers=headers)

    assert client.post(PATH, json=[{"name": "Ann"}], headers=headers).json == first.json


@pytest.mark.parametrize("q", ["4930123456", "(30)123", "123456", "vip ann", "ann@"])
def test_they_are_found_by_name_address_phone_and_tag(alice, q):
    service.create(
        alice.workspace_id,
        name="Ann",
        email="ann@x.example.org",
        phone="0049 (30) 123-456",
        tags=["vip"],
    )
    service.create(alice.workspace_id, name="Ben", phone="040 765")

    found = alice.api().get("/api/v1/contacts", query_string={"q": q}).json["items"]

    assert [one["name"] for one in found] == ["Ann"]
