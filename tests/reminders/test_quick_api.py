"""Plain words by the API: what they mean, and a reminder made of them once."""

import pytest

from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.reminders import service

URL = "/api/v1/reminders"
CLEAR = "Pay rent every last day of the month at 9 !high #home, remind me 2 days before"


@pytest.fixture
def api(monday, alice):
    return alice.api()


def test_parse_tells_what_is_understood(api, alice):
    r = api.post(f"{URL}/parse", json={"text": CLEAR})

    assert r.status_code == 200
    found = r.json
    assert (found["title"], found["is_clear"], found["questions"]) == ("Pay rent", True, [])
    assert (found["starts_at"], found["rule"]) == (
        "2026-01-31T09:00:00",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
    )
    assert [part["kind"] for part in found["parts"]] == [
        "repeat",
        "time",
        "priority",
        "label",
        "notice",
    ]
    for part in found["parts"]:
        assert found["text"][part["start"] : part["end"]] == part["text"]
    assert service.list_reminders(alice.workspace_id).items == []


def test_parse_asks(api):
    found = api.post(f"{URL}/parse", json={"text": "call next friday"}).json

    (question,) = found["questions"]
    assert (found["is_clear"], found["starts_at"]) == (False, None)
    assert (question["name"], question["topic"]) == ("next:next friday", "next")
    assert [choice["key"] for choice in question["choices"]] == [
        "2026-01-16",
        "2026-01-23",
        "title",
    ]


def test_the_language_can_be_named(api):
    found = api.post(f"{URL}/parse", json={"text": "morgen um halb zehn", "language": "de"}).json

    assert found["starts_at"] == "2026-01-13T09:30:00"


def test_quick_add_makes_a_reminder(api, alice):
    r = api.post(f"{URL}/quick-add", json={"text": CLEAR})

    assert r.status_code == 201
    assert (r.json["title"], r.json["rule"]) == ("Pay rent", "FREQ=MONTHLY;BYMONTHDAY=-1")
    assert (r.json["priority"], r.json["labels"]) == ("high", ["home"])
    assert r.json["advance_notices"] == [2880]
    assert [one["kind"] for one in r.json["recipients"]] == ["me"]


def test_quick_add_takes_answers_and_parts_that_are_off(api):
    r = api.post(
        f"{URL}/quick-add",
        json={
            "text": "call next friday at 10 !high",
            "answers": {"next:next friday": "2026-01-23"},
            "off": [{"kind": "priority", "text": "!high"}],
        },
    )

    assert r.status_code == 201
    assert (r.json["title"], r.json["starts_at"]) == ("call !high", "2026-01-23T10:00:00")


def test_it_comes_back_after_it_was_done(api):
    r = api.post(f"{URL}/quick-add", json={"text": "water the plants 2 weeks after done"})

    assert r.status_code == 201
    assert (r.json["repeat_after"], r.json["rule"]) == ("P2W", None)


def test_quick_add_refuses_what_is_open_and_names_it(api, alice):
    r = api.post(f"{URL}/quick-add", json={"text": "call next friday"})

    assert r.status_code == 422
    assert r.json["fields"] == {"answers.next:next friday": "“next friday”: which one?"}
    assert service.list_reminders(alice.workspace_id).items == []


def test_it_is_made_once_for_one_key(api, alice):
    sent = [
        api.post(f"{URL}/quick-add", json={"text": CLEAR}, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]

    assert [r.status_code for r in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert len(service.list_reminders(alice.workspace_id).items) == 1


@pytest.mark.parametrize("path", ["parse", "quick-add"])
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "x", "off": [{"kind": "time"}]}, "off.0.text"),
        ({"text": "x", "answers": ["when"]}, "answers"),
        ({"text": "x", "language": "d" * 21}, "language"),
    ],
)
def test_what_is_no_request_is_refused(api, path, data, field):
    r = api.post(f"{URL}/{path}", json=data)

    assert r.status_code == 422
    assert field in r.json["fields"]


@pytest.mark.parametrize("path", ["parse", "quick-add"])
def test_a_token_needs_the_right_to_write(monday, alice, path):
    r = alice.api("reminders:read").post(f"{URL}/{path}", json={"text": CLEAR})

    assert r.status_code == 403


def test_a_token_finds_only_those_it_may_see(monday, alice, bob, contact):
    data = {"text": "call tomorrow at 9 AM @Carl @Bob"}

    blind = alice.api("reminders:write").post(f"{URL}/parse", json=data).json
    assert [one["topic"] for one in blind["questions"]] == ["nobody", "nobody"]
    assert all(len(one["choices"]) == 1 for one in blind["questions"])

    seeing = alice.api("reminders:write", "contacts:read", "members:read")
    found = seeing.post(f"{URL}/parse", json=data).json
    assert found["people"] == [f"contact:{contact.id}", f"member:{bob.id}"]


def test_a_stranger_finds_nobody_of_this_workspace(monday, alice, charlie, contact):
    found = charlie.api().post(f"{URL}/parse", json={"text": "call tomorrow @Carl @Alice"}).json

    assert [one["topic"] for one in found["questions"]] == ["nobody", "nobody"]


def test_the_same_number_of_queries_for_few_people_and_for_many(api, alice, count_queries):
    def queries():
        with count_queries() as statements:
            api.post(f"{URL}/parse", json={"text": "call @Ann @Bea @Cleo tomorrow #home"})
        return len(statements)

    queries()  # the first one notes that the token is in use
    few = queries()
    db.session.add_all(
        Contact(workspace_id=alice.workspace_id, name=f"Ann {n}", email=f"a{n}@example.org")
        for n in range(30)
    )
    db.session.commit()

    assert queries() == few
