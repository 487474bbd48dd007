"""Done, skipped, snoozed, paused, deleted: with htmx and without, and back again."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from reminder_app.database import now
from reminder_app.reminders import acting, service

HTMX = {"HX-Request": "true"}
LIST = {"Referer": "http://localhost/reminders?view=today"}


@pytest.fixture
def reminder(monday, make):
    return make(rule="FREQ=DAILY")


@pytest.fixture
def client(reminder, alice):
    return alice.browser()


@pytest.fixture
def url(reminder):
    at = reminder.due_at.isoformat().replace("+", "%2B")
    return lambda what: f"/reminders/{reminder.id}/{what}?at={at}"


def history(alice, reminder):
    return [
        one.state
        for one in acting.occurrences(alice.workspace_id, reminder.id).items
        if one.acted_at
    ]


def told(r):
    return json.loads(r.headers["HX-Trigger"])["toast"]


@pytest.mark.parametrize(("what", "state"), [("done", "done"), ("skip", "skipped")])
def test_without_a_script_it_leads_back_and_offers_undo(client, alice, reminder, url, what, state):
    r = client.post(url(what), headers=LIST)

    assert (r.status_code, r.location) == (303, "/reminders?view=today")
    page = client.get("/reminders?view=today").text
    assert url("reopen").replace("%2B", "+") in page or url("reopen") in page
    assert history(alice, reminder) == [state]


@pytest.mark.parametrize(("what", "state"), [("done", "done"), ("skip", "skipped")])
def test_with_htmx_the_row_answers_with_itself(client, alice, reminder, url, what, state):
    r = client.post(url(what), headers=HTMX)

    assert r.status_code == 200
    assert r.text.strip().startswith("<li")
    assert "row-done" in r.text
    assert told(r)["undo_url"].startswith(f"/reminders/{reminder.id}/reopen?at=")
    assert history(alice, reminder) == [state]


def test_two_clicks_act_once(client, alice, reminder, url):
    client.post(url("done"))
    r = client.post(url("done"), headers=HTMX)

    assert r.status_code == 200
    assert history(alice, reminder) == ["done"]


def test_undo_opens_it_again(client, alice, reminder, url):
    undo = told(client.post(url("done"), headers=HTMX))["undo_url"]

    assert client.post(undo).status_code == 303
    assert history(alice, reminder) == []
    again = service.get_reminder(alice.workspace_id, reminder.id)
    assert again.due_at == reminder.due_at


def test_what_is_no_longer_possible_is_said_and_the_row_is_up_to_date(client, alice, reminder, url):
    client.post(url("skip"))

    r = client.post(url("done"), headers=HTMX)

    assert r.status_code == 200
    assert "skipped" in told(r)["message"]
    assert told(r)["undo_url"] == ""


def test_it_is_snoozed_by_choice(client, alice, reminder, url):
    r = client.post(url("snooze"), data={"for": "60"}, headers=HTMX)

    same = service.get_reminder(alice.workspace_id, reminder.id)
    assert same.snoozed_until == reminder.due_at + timedelta(hours=1)
    assert "Snoozed from" in r.text


def test_it_is_snoozed_to_a_time_one_picks(client, alice, reminder, url):
    assert client.get(url("snooze")).status_code == 200

    r = client.post(url("snooze-until"), data={"date": "2026-01-12", "time": "20:30"})

    assert r.location == f"/reminders/{reminder.id}"
    same = service.get_reminder(alice.workspace_id, reminder.id)
    assert same.snoozed_until == datetime(2026, 1, 12, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        {"date": "2020-01-01", "time": "10:30"},
        {"date": "", "time": "10:30"},
        {"date": "2026-01-15", "time": "noon"},
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_field(client, url, typed):
    r = client.post(url("snooze-until"), data=typed)

    assert r.status_code == 422
    assert 'aria-invalid="true"' in r.text
    assert f'value="{typed["time"]}"' in r.text


@pytest.mark.parametrize("query", ["", "?at=", "?at=soon", "?at=2026-01-12T08:00:00"])
def test_a_damaged_link_is_refused_kindly(client, reminder, query):
    for what in ("done", "skip", "snooze", "reopen"):
        assert client.post(f"/reminders/{reminder.id}/{what}{query}").status_code == 422


def test_a_choice_there_is_not_is_refused(client, url):
    assert client.post(url("snooze"), data={"for": "never"}).status_code == 422


def test_what_is_due_can_be_ticked_off_while_it_is_paused(
    client, alice, reminder, url, plan, later
):
    later(hours=1)
    plan()
    client.post(f"/reminders/{reminder.id}/pause")
    done = url("done").replace("%2B", "+")
    for page in ("/reminders", f"/reminders/{reminder.id}"):
        shown = client.get(page).text
        assert f'"{done}"' in shown.replace("%2B", "+")
        assert "snooze?at" not in shown
    client.post(url("done"))

    assert history(alice, reminder) == ["done"]
    assert "/done?at" not in client.get("/reminders").text


def test_it_pauses_and_goes_on(client, alice, reminder):
    paused = client.post(f"/reminders/{reminder.id}/pause", headers=HTMX)
    assert "paused" in paused.text
    assert service.get_reminder(alice.workspace_id, reminder.id).status == "paused"

    client.post(told(paused)["undo_url"])
    assert service.get_reminder(alice.workspace_id, reminder.id).status == "active"


def test_a_deleted_one_leaves_its_row_and_comes_back(client, alice, reminder):
    r = client.post(f"/reminders/{reminder.id}/delete", headers=HTMX)
    assert r.text == ""
    assert service.list_reminders(alice.workspace_id).items == []

    client.post(told(r)["undo_url"])
    assert len(service.list_reminders(alice.workspace_id).items) == 1


def test_deleted_on_its_own_page_it_leads_to_the_list(client, reminder):
    here = {"Referer": f"http://localhost/reminders/{reminder.id}"}

    r = client.post(f"/reminders/{reminder.id}/delete", headers=here)

    assert r.location == "/reminders"
    assert f"/reminders/{reminder.id}/restore" in client.get("/reminders").text


@pytest.mark.parametrize("referrer", ["https://evil.example/reminders", "javascript:alert(1)", ""])
def test_it_leads_back_to_no_other_site(client, url, referrer):
    assert client.post(url("done"), headers={"Referer": referrer}).location == "/reminders"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "///evil.example"])
def test_a_path_that_is_another_site_in_disguise_leads_home(client, url, path):
    there = {"Referer": f"http://localhost{path}"}

    assert client.post(url("done"), headers=there).location == "/"


def test_the_page_of_one_says_what_happened(client, alice, reminder, url):
    client.post(url("done"))

    page = client.get(f"/reminders/{reminder.id}").text

    assert "What happened" in page
    assert "Alice" in page
    assert page.count('class="next-day"') == 5
    assert f"/deliveries/fragment?reminder_id={reminder.id}" in page


def test_a_finished_one_says_so(client, alice, monday, make):
    once = make(title="Once")
    acting.done(alice.workspace_id, alice.id, once.id)

    assert "It is over" in client.get(f"/reminders/{once.id}").text
    assert "over" in client.get("/reminders?q=once").text


def test_something_overdue_is_told_kindly(client, reminder, later):
    later(hours=3)
    assert now() > reminder.due_at

    assert "waits for you" in client.get(f"/reminders/{reminder.id}").text
