import pytest

from reminder_app.contacts import service

PEOPLE = [
    {"name": "ann Lee", "email": "ann@example.org", "tags": ["client"]},
    {"name": "Ben 100%", "email": "ben@firm.example.org", "tags": ["client", "press"]},
    {"name": "Zoë", "tags": ["family"]},
]


@pytest.fixture
def people(alice):
    return [service.create(alice.workspace_id, **one) for one in PEOPLE]


def names(client, **query):
    r = client.get("/api/v1/contacts", query_string=query)
    assert r.status_code == 200, r.json
    return [one["name"] for one in r.json["items"]]


def test_they_come_by_name_whatever_the_case(alice, people):
    assert names(alice.api()) == ["ann Lee", "Ben 100%", "Zoë"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("LEE", ["ann Lee"]),
        ("firm.example", ["Ben 100%"]),
        ("press", ["Ben 100%"]),
        ("ann client", ["ann Lee"]),
        ("ann press", []),
        ("%", ["Ben 100%"]),
        ("_", []),
        ("Zoë", ["Zoë"]),
        ("a" * 200, []),
    ],
)
def test_every_word_must_be_found(alice, people, q, expected):
    assert names(alice.api(), q=q) == expected


def test_a_tag_narrows_the_list(alice, people):
    assert names(alice.api(), tag="Client") == ["ann Lee", "Ben 100%"]


def test_archived_ones_are_on_a_list_of_their_own(alice, people):
    service.archive(alice.workspace_id, people[0].id)

    assert names(alice.api()) == ["Ben 100%", "Zoë"]
    assert names(alice.api(), archived="true") == ["ann Lee"]


def test_pages_follow_each_other_without_gaps(alice):
    for n in range(7):
        service.create(alice.workspace_id, name=f"Same name {n % 2}")
    client, seen, cursor = alice.api(), [], None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/contacts", query_string=query).json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": 0}, {"limit": 201}, {"q": "a" * 201}])
def test_bad_questions_are_refused_by_name(alice, query):
    r = alice.api().get("/api/v1/contacts", query_string=query)

    assert r.status_code == 422
    assert list(r.json["fields"]) == list(query)


def test_the_picker_leaves_archived_ones_out(alice, people):
    service.archive(alice.workspace_id, people[0].id)

    assert [one.name for one in service.pick(alice.workspace_id, "client", limit=5)] == ["Ben 100%"]
    assert len(service.pick(alice.workspace_id, limit=1)) == 1


def test_many_are_looked_up_within_the_workspace(alice, charlie, people):
    ids = [one.id for one in people]

    assert {one.id for one in service.get_many(alice.workspace_id, ids)} == set(ids)
    assert service.get_many(charlie.workspace_id, ids) == []
    assert service.get_many(alice.workspace_id, []) == []
