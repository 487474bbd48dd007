"""The JSON API: what scripts rely on."""

import uuid
from datetime import timedelta

import pytest

from reminder_app.reminders import service
from tests.reminders.conftest import ledger

URL = "/api/v1/reminders"
NINE = "2026-01-12T08:00:00Z"
TEN = "2026-01-12T09:00:00Z"
RENT = {
    "title": "Pay the rent",
    "starts_at": "2026-01-12T09:00",
    "time_zone": "Europe/Berlin",
    "rule": "FREQ=DAILY",
}


@pytest.fixture
def api(monday, alice):
    return alice.api()


@pytest.fixture
def rent(api):
    return f"{URL}/{api.post(URL, json=RENT).json['id']}"


def test_create_with_everything(api, alice, contact):
    r = api.post(
        URL,
        json=RENT
        | {
            "notes": "IBAN 🏠",
            "zone_mode": "floating",
            "month_end": "skip",
            "advance_notices": [60],
            "recipients": [
                {"kind": "me", "channel": "email"},
                {"kind": "contact", "id": str(contact.id), "channel": "email"},
            ],
            "priority": "high",
            "labels": ["home"],
        },
    )

    assert r.status_code == 201
    assert uuid.UUID(r.json["id"])
    given = r.json | RENT | {"starts_at": "2026-01-12T09:00:00"}
    assert r.json == given
    assert (r.json["next_at"], r.json["due_at"], r.json["snoozed_until"]) == (NINE, NINE, None)
    assert (r.json["status"], r.json["is_active"], r.json["version"]) == ("active", True, 1)
    assert [(one["kind"], one["address"]) for one in r.json["recipients"]] == [
        ("me", "alice@example.org"),
        ("contact", "carl@example.org"),
    ]


def test_the_least_that_is_needed(api, alice):
    r = api.post(URL, json={"title": "Tea", "starts_at": "2026-01-12T09:00"})

    assert (r.status_code, r.json["time_zone"]) == (201, "Europe/Berlin")
    assert r.json["rule"] is None
    assert [one["id"] for one in r.json["recipients"]] == [str(alice.id)]


def test_a_repeated_create_makes_one(api):
    sent = [api.post(URL, json=RENT, headers={"Idempotency-Key": "one"}) for _ in range(2)]

    assert [r.status_code for r in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert len(api.get(URL).json["items"]) == 1


def test_preview(api):
    r = api.post(
        f"{URL}/preview",
        json={
            "starts_at": "2026-01-31T09:00",
            "time_zone": "Europe/Berlin",
            "zone_mode": "fixed",
            "rule": "FREQ=MONTHLY",
            "month_end": "clamp",
            "count": 3,
        },
    )

    assert r.status_code == 200
    assert r.json == {
        "occurrences": [
            {"at": "2026-01-31T08:00:00Z", "local": "2026-01-31T09:00:00+01:00"},
            {"at": "2026-02-28T08:00:00Z", "local": "2026-02-28T09:00:00+01:00"},
            {"at": "2026-03-31T07:00:00Z", "local": "2026-03-31T09:00:00+02:00"},
        ]
    }


def test_preview_of_a_one_off_and_from_a_moment_on(api):
    once = api.post(f"{URL}/preview", json=RENT | {"rule": None} | {"title": None})
    assert once.status_code == 422  # a preview has no title
    schedule = {name: RENT[name] for name in ("starts_at", "time_zone", "rule")}
    r = api.post(f"{URL}/preview", json=schedule | {"count": 1, "since": "2026-02-01T00:00:00Z"})
    assert r.json["occurrences"][0]["local"] == "2026-02-01T09:00:00+01:00"
    r = api.post(f"{URL}/preview", json=schedule | {"rule": None})
    assert len(r.json["occurrences"]) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": "2026-01-12T09:00+01:00"}, "starts_at"),
        ({"starts_at": "2026-01-12T09:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-01-12"}, "starts_at"),
        ({"starts_at": "2026-13-12T09:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59"}, "starts_at"),
        ({"starts_at": "٢٠٢٦-01-12T09:00"}, "starts_at"),
        ({"starts_at": 5}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": {"a": []}}, "starts_at"),
        ({"starts_at": "2025-01-12T09:00", "rule": None}, "starts_at"),
        ({"title": ""}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"title": ["a"]}, "title"),
        ({"notes": "\x00"}, "notes"),
        ({"time_zone": "\x00"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "x" * 65}, "time_zone"),
        ({"time_zone": "\ud800"}, "time_zone"),
        ({"rule": "\x00"}, "rule"),
        ({"rule": "\ud800"}, "rule"),
        ({"rule": "FREQ=DAILY;" * 100}, "rule"),
        ({"rule": "FREQ=DAILY;COUNT=99999999999999999999"}, "rule"),
        ({"rule": "FREQ=DAILY;UNTIL=99991231T235959Z"}, "rule"),
        ({"rule": "FREQ=SECONDLY"}, "rule"),
        ({"rule": 7}, "rule"),
        ({"month_end": "x"}, "month_end"),
        ({"zone_mode": "x"}, "zone_mode"),
        ({"advance_notices": [True]}, "advance_notices.0"),
        ({"advance_notices": [1.5]}, "advance_notices.0"),
        ({"advance_notices": [10**30]}, "advance_notices.0"),
        ({"advance_notices": ["1"] * 11}, "advance_notices"),
        ({"advance_notices": {}}, "advance_notices"),
        ({"recipients": []}, "recipients"),
        ({"recipients": [{"kind": "me"}] * 51}, "recipients"),
        ({"recipients": ["me"]}, "recipients.0"),
        ({"recipients": [{"kind": "contact", "id": "x"}]}, "recipients.0.id"),
        ({"recipients": [{"kind": "contact", "id": str(uuid.uuid4())}]}, "recipients.0.id"),
        ({"recipients": [{"kind": "me", "channel": "sms"}]}, "recipients.0.channel"),
        ({"priority": "\x00"}, "priority"),
        ({"labels": [""]}, "labels.0"),
        ({"labels": ["\ud800"]}, "labels"),
        ({"labels": "home"}, "labels"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_input_is_refused_by_name(api, wrong, field):
    r = api.post(URL, json=RENT | wrong)

    assert r.status_code == 422
    assert r.content_type == "application/problem+json"
    assert any(name == field or name.startswith(f"{field}.") for name in r.json["fields"])


def test_an_offset_is_refused_in_words(api):
    r = api.post(URL, json=RENT | {"starts_at": "2026-01-12T09:00+01:00"})

    assert "Leave out the offset" in r.json["fields"]["starts_at"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 5000, b"9" * 5000]
)
def test_what_is_no_object_is_refused(api, body):
    r = api.post(URL, data=body, content_type="application/json")

    assert r.status_code in (400, 422)


@pytest.mark.parametrize(
    "query",
    [
        "view=none",
        "limit=0",
        "limit=201",
        "limit=9999999999999999999999",
        "cursor=x",
        f"cursor={'A' * 501}",
        "recipient=me",
        "priority=huge",
        "q=" + "x" * 201,
    ],
)
def test_bad_questions_are_refused(api, query):
    assert api.get(f"{URL}?{query}").status_code == 422


@pytest.mark.parametrize("q", ["%00", "%F0%9F%8F%A0", "%ED%A0%80", "'\"\\", "%25", "_"])
def test_any_words_may_be_searched_for(api, q):
    assert api.get(f"{URL}?q={q}").status_code == 200


def test_show_and_browse(api, rent, alice):
    assert api.get(rent).json["title"] == "Pay the rent"
    page = api.get(f"{URL}?view=today&q=rent&recipient={alice.id}&limit=1").json
    assert [one["title"] for one in page["items"]] == ["Pay the rent"]
    assert page["next_cursor"] is None


def test_labels(api):
    api.post(URL, json=RENT | {"labels": ["home"]})
    assert api.get(f"{URL}/labels").json == {"items": [{"name": "home", "count": 1}]}


def test_change(api, rent):
    r = api.patch(rent, json={"title": "Tea", "version": 1})
    assert (r.status_code, r.json["title"], r.json["rule"]) == (200, "Tea", "FREQ=DAILY")
    assert r.json["version"] > 1

    r = api.patch(rent, json={"title": "Coffee", "version": 1})
    assert (r.status_code, list(r.json["fields"])) == (409, ["version"])


def test_change_one_and_all_that_follow(api, rent):
    tuesday, friday = "2026-01-13T08:00:00Z", "2026-01-16T08:00:00Z"
    one = api.patch(
        rent,
        json={"scope": "this", "occurrence_at": tuesday, "starts_at": "2026-01-13T15:00"},
    )
    assert (one.status_code, one.json["rule"]) == (200, None)
    assert one.json["next_at"] == "2026-01-13T14:00:00Z"

    rest = api.patch(rent, json={"scope": "following", "occurrence_at": friday, "title": "New"})
    assert (rest.status_code, rest.json["next_at"]) == (200, friday)
    assert api.get(rent).json["title"] == "Pay the rent"


def test_a_change_may_send_back_the_recipients_it_was_given(api, rent):
    recipients = api.get(rent).json["recipients"]
    r = api.patch(rent, json={"recipients": recipients})

    assert (r.status_code, r.json["recipients"]) == (200, recipients)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": None}, "title"),
        ({"version": 0}, "version"),
        ({"version": 10**20}, "version"),
        ({"scope": "some"}, "scope"),
        ({"scope": "this", "occurrence_at": "2026-01-13T08:00:00"}, "occurrence_at"),
        ({"scope": "this", "occurrence_at": "0001-01-01T00:00:00+14:00"}, "occurrence_at"),
        ({"scope": "this", "occurrence_at": "9999-12-31T23:59:59-14:00"}, "occurrence_at"),
        ({"scope": "this", "occurrence_at": "2026-01-13T08:01:00Z"}, "occurrence_at"),
        ({"id": "x"}, "id"),
    ],
)
def test_a_bad_change_is_refused_by_name(api, rent, changes, field):
    r = api.patch(rent, json=changes)

    assert (r.status_code, list(r.json["fields"])) == (422, [field])


def test_delete_and_restore(api, rent):
    assert api.delete(rent).status_code == 204
    assert api.get(rent).status_code == 404
    assert api.post(f"{rent}/restore").json["next_at"] == NINE
    assert api.get(rent).status_code == 200


def test_pause_and_resume(api, rent):
    assert api.post(f"{rent}/pause").json["status"] == "paused"
    assert api.post(f"{rent}/resume").json["next_at"] == NINE


def test_done_skip_snooze_and_reopen(api, rent):
    r = api.post(f"{rent}/done", json={"occurrence_at": NINE})
    assert (r.status_code, r.json["state"], r.json["due_at"]) == (200, "done", NINE)
    assert api.post(f"{rent}/done", json={"occurrence_at": NINE}).json == r.json
    assert api.post(f"{rent}/skip", json={"occurrence_at": NINE}).status_code == 409
    assert api.post(f"{rent}/reopen").json["state"] == "open"
    assert api.post(f"{rent}/skip").json["state"] == "skipped"
    assert api.post(f"{rent}/reopen", json={"occurrence_at": NINE}).json["state"] == "open"
    assert api.post(f"{rent}/snooze", json={"until": TEN}).json["snoozed_until"] == TEN
    shown = api.get(rent).json
    assert (shown["next_at"], shown["due_at"], shown["snoozed_until"]) == (TEN, NINE, TEN)


@pytest.mark.parametrize(
    ("what", "sent", "field"),
    [
        ("done", {"occurrence_at": "x"}, "occurrence_at"),
        ("done", {"occurrence_at": "2026-01-12T08:00:30Z"}, "occurrence_at"),
        ("snooze", {}, "until"),
        ("snooze", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("snooze", {"until": "2199-01-01T00:00:00Z"}, "until"),
        ("snooze", {"until": 5}, "until"),
    ],
)
def test_a_bad_act_is_refused_by_name(api, rent, what, sent, field):
    r = api.post(f"{rent}/{what}", json=sent)

    assert (r.status_code, list(r.json["fields"])) == (422, [field])


def test_the_history_and_what_comes(api, rent, later, plan):
    later(days=1, hours=2)
    plan()
    api.post(f"{rent}/done")

    page = api.get(f"{rent}/occurrences?limit=1").json
    assert [(one["due_at"], one["state"]) for one in page["items"]] == [
        ("2026-01-13T08:00:00Z", "done")
    ]
    more = api.get(f"{rent}/occurrences?cursor={page['next_cursor']}").json
    assert [one["state"] for one in more["items"]] == ["missed"]
    assert [one["at"] for one in page["coming"]][:2] == [
        "2026-01-14T08:00:00Z",
        "2026-01-15T08:00:00Z",
    ]


def test_from_the_api_to_the_ledger(api, rent, later, plan):
    later(hours=1)
    plan()

    [row] = ledger()
    assert (str(row.source_id), row.state) == (rent.removeprefix(f"{URL}/"), "pending")
    assert row.due_at - timedelta(hours=1) == row.due_at.replace(hour=7)


def test_the_same_number_of_queries_for_one_and_for_many(api, alice, count_queries, contact):
    def queries():
        with count_queries() as statements:
            assert api.get(f"{URL}?limit=200").status_code == 200
        return len(statements)

    api.post(URL, json=RENT)
    queries()
    few = queries()
    for number in range(30):
        to = [{"kind": "me"}, {"kind": "contact", "id": str(contact.id)}]
        api.post(URL, json=RENT | {"labels": [f"l{number}"], "recipients": to})
    assert queries() == few
    assert len(service.list_reminders(alice.workspace_id).items) == 31
