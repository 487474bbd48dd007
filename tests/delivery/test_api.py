from datetime import timedelta

import pytest

from reminder_app.database import new_id, now

LEDGER = "/api/v1/deliveries"


@pytest.fixture
def api(alice):
    return alice.api("deliveries:read", "deliveries:act")


def keys(response):
    return [row["key"] for row in response.get_json()["items"]]


def test_it_lists_what_was_sent_newest_due_first(api, courier, plan, alice):
    reminder_id = new_id()
    (old,) = plan(due_at=now() - timedelta(hours=1), source_id=reminder_id)
    courier.send_due(0)
    (new,) = plan(due_at=now() + timedelta(hours=1))

    answer = api.get(LEDGER)

    assert answer.status_code == 200
    first, second = answer.get_json()["items"]
    assert [first["id"], second["id"]] == [str(new), str(old)]
    assert (first["state"], first["sent_at"], first["lateness_ms"]) == ("pending", None, None)
    assert second["state"] == "sent"
    assert second["attempts"] == 1
    assert second["reminder_id"] == str(reminder_id)
    assert 3_600_000 <= second["lateness_ms"] < 3_660_000
    assert set(second) >= {
        "id", "key", "state", "channel", "address", "due_at", "sent_at", "lateness_ms",
        "attempts", "reason", "created_at", "handed_over_at", "reminder_id",
    }  # fmt: skip
    assert "payload" not in second


def test_it_filters(api, plan, alice):
    reminder_id = new_id()
    plan(source_id=reminder_id)
    plan(state="failed", address="bob@example.org")
    plan(due_at=now() + timedelta(days=2))
    since = (now() + timedelta(days=1)).isoformat()

    assert len(keys(api.get(LEDGER, query_string={"reminder_id": str(reminder_id)}))) == 1
    assert len(keys(api.get(LEDGER, query_string={"state": "failed"}))) == 1
    assert len(keys(api.get(LEDGER, query_string={"since": since}))) == 1
    assert len(keys(api.get(f"{LEDGER}?since={since}"))) == 1  # the + of its offset is a space now
    assert len(keys(api.get(LEDGER, query_string={"q": "BOB@"}))) == 1
    assert len(keys(api.get(LEDGER, query_string={"channel": "email"}))) == 3
    assert keys(api.get(LEDGER, query_string={"q": "%"})) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "lost"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"reminder_id": "1"},
        {"limit": 0},
        {"cursor": "x"},
    ],
)
def test_a_wrong_filter_is_named(api, asked):
    answer = api.get(LEDGER, query_string=asked)

    assert answer.status_code == 422
    assert set(answer.get_json()["fields"]) == set(asked)


def test_it_goes_on_page_by_page(api, plan):
    at = now()
    ids = [plan(due_at=at)[0] for _ in range(5)]

    first = api.get(LEDGER, query_string={"limit": 3}).get_json()
    second = api.get(LEDGER, query_string={"limit": 3, "cursor": first["next_cursor"]}).get_json()

    seen = [row["id"] for row in first["items"] + second["items"]]
    assert sorted(seen) == sorted(map(str, ids))
    assert second["next_cursor"] is None


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_costs_the_same_whatever_it_shows(api, plan, count_queries, count):
    plan(count)

    with count_queries() as statements:
        assert len(keys(api.get(LEDGER))) == count

    assert len([text for text in statements if "FROM deliveries" in text]) == 1
    assert len(statements) <= 4


def test_one_shows_every_attempt(api, courier, plan, sink, wait_for):
    (delivery,) = plan()
    sink.refuse(451, text="busy", times=1)
    courier.send_due(0)
    wait_for(delivery)
    courier.send_due(0)

    shown = api.get(f"{LEDGER}/{delivery}").get_json()

    assert [(one["outcome"], one["answer"]) for one in shown["history"]] == [
        ("transient", "451 busy"),
        ("sent", "250 2.0.0 kept"),
    ]


def test_it_is_sent_again_on_request(api, plan, courier, fresh):
    (delivery,) = plan(state="failed")

    answer = api.post(f"{LEDGER}/{delivery}/send-again")

    assert (answer.status_code, answer.get_json()["state"]) == (200, "pending")
    courier.send_due(0)
    assert fresh(delivery).state == "sent"
    assert api.post(f"{LEDGER}/{delivery}/send-again").status_code == 409


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(plan, alice, charlie):
    (delivery,) = plan(state="failed")
    stranger, reader = charlie.api(), alice.api("deliveries:read")

    assert keys(stranger.get(LEDGER)) == []
    assert stranger.get(f"{LEDGER}/{delivery}").status_code == 404
    assert stranger.post(f"{LEDGER}/{delivery}/send-again").status_code == 404
    assert reader.post(f"{LEDGER}/{delivery}/send-again").status_code == 403
    assert alice.api("reminders:read").get(LEDGER).status_code == 403


def test_it_sums_up_what_was_asked_for(api, plan, charlie):
    plan(2)
    plan(state="failed")

    answer = api.get(f"{LEDGER}/balance").get_json()

    assert (answer["balanced"], answer["audience"], answer["total"]) == (True, 3, 3)
    (source,) = answer["sources"]
    assert (source["pending"], source["failed"], source["sent"]) == (2, 1, 0)
    assert charlie.api().get(f"{LEDGER}/balance").get_json()["sources"] == []
