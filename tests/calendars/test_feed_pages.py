"""Settings, Calendar feeds; and the same by the API."""

import re
from datetime import datetime

import pytest

from reminder_app.calendars.models import CalendarFeed
from reminder_app.database import db
from reminder_app.reminders import service

PAGE, API = "/settings/calendar-feeds", "/api/v1/calendar-feeds"
FAR = datetime.fromisoformat("2036-01-01T09:00")
ADDRESS = re.compile(r"http://localhost(/calendar-feeds/[\w-]+\.ics)")


def make(alice, **typed):
    form = {"name": "Mine", "place": str(alice.workspace_id)} | typed
    return alice.browser().post(PAGE, data=form)


def address(answer):
    return ADDRESS.search(answer.text)[1]


def test_the_address_is_shown_once(app, alice):
    made = make(alice)

    assert made.status_code == 201
    assert app.test_client().get(address(made)).status_code == 200
    assert "webcal://localhost/calendar-feeds/" in made.text
    again = alice.browser().get(PAGE)
    assert "Mine" in again.text
    assert not ADDRESS.search(again.text)


def test_renew_and_revoke(app, alice):
    old = address(make(alice))
    feed = db.session.query(CalendarFeed).one()

    new = address(alice.browser().post(f"{PAGE}/{feed.id}/renew"))
    assert [app.test_client().get(path).status_code for path in (old, new)] == [404, 200]
    gone = alice.browser().post(f"{PAGE}/{feed.id}/revoke")
    assert (gone.status_code, gone.location) == (303, PAGE)
    assert app.test_client().get(new).status_code == 404


@pytest.mark.parametrize("place", ["", "nowhere", "00000000-0000-0000-0000-000000000000"])
def test_a_place_that_is_not_ones_own_is_refused_beside_its_field(alice, place):
    answer = make(alice, place=place)

    assert answer.status_code == 422
    assert "Choose one of your workspaces." in answer.text


def test_a_feed_of_all_workspaces(app, alice, charlie, join):
    join(alice, charlie, "viewer")
    service.create_reminder(
        alice.workspace_id, alice.id, title="Ours", starts_at=FAR, time_zone="UTC"
    )

    text = app.test_client().get(address(make(charlie, place="all"))).text

    assert "SUMMARY:Ours" in text


def test_the_api_makes_lists_renews_and_revokes(app, alice):
    api = alice.api()

    made = api.post(API, json={"name": "Of the office", "label": "work"})
    assert made.status_code == 201
    url = made.json["url"].removeprefix("http://localhost")
    assert app.test_client().get(url).status_code == 200
    (listed,) = api.get(API).json["items"]
    assert listed == {key: value for key, value in made.json.items() if key != "url"} | {
        "used_at": listed["used_at"]
    }
    renewed = api.post(f"{API}/{listed['id']}/renew")
    assert (renewed.status_code, app.test_client().get(url).status_code) == (200, 404)
    assert api.delete(f"{API}/{listed['id']}").status_code == 204
    assert api.get(API).json["items"] == []


def test_a_token_that_may_not_read_reminders_makes_no_feed(alice):
    api = alice.api("tokens:write")

    assert api.post(API, json={}).status_code == 403
    made = alice.api().post(API, json={})
    assert api.post(f"{API}/{made.json['id']}/renew").status_code == 403


def test_a_token_renews_only_a_feed_of_its_workspace(alice):
    make(alice, place=str(alice.workspace_id))
    row = db.session.query(CalendarFeed).one()
    row.workspace_id = None
    db.session.commit()

    assert alice.api().post(f"{API}/{row.id}/renew").status_code == 404


def test_a_thousand_reminders_cost_as_many_queries_as_one(app, alice, count_queries):
    browser, costs = app.test_client(), []
    path = address(make(alice))
    for many in (1, 40):
        for number in range(many):
            service.create_reminder(
                alice.workspace_id,
                alice.id,
                title=f"No {number}",
                starts_at=FAR,
                time_zone="UTC",
                labels=["home"],
            )
        browser.get(path)
        with count_queries() as statements:
            assert browser.get(path).status_code == 200
        costs.append(len(statements))

    assert costs[0] == costs[1] < 12
