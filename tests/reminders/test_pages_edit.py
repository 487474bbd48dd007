"""Editing all of a series, one of it, or one and all that follow."""

import html
import re
from datetime import datetime, timedelta

import pytest

from reminder_app.database import db
from reminder_app.reminders import service
from tests.reminders.test_pages_form import values

FIELDS = ("title", "date", "time", "time_zone", "zone_mode", "repeat", "every", "ends", "priority")


@pytest.fixture
def series(monday, make, contact):
    return make(
        rule="FREQ=DAILY",
        recipients=[{"kind": "me"}, {"kind": "contact", "id": contact.id}],
        advance_notices=[45],
        labels=["home"],
    )


@pytest.fixture
def client(alice):
    return alice.browser()


def form(client, path):
    r = client.get(path)
    assert r.status_code == 200
    return fields(r.text)


def fields(page):
    """All that the form would send."""
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.partition("<main")[2])
    return values(page) | dict(hidden)


def choices(page):
    """{words of a choice of times: its address}"""
    found = re.findall(r'name="switch"[^>]* formaction="([^"]*)"[^>]*>([^<]*)<', page)
    return {words: html.unescape(address) for address, words in found}


def reminders(alice):
    db.session.expire_all()
    return service.list_reminders(alice.workspace_id).items


def test_saving_it_untouched_changes_nothing(client, alice, series):
    path = f"/reminders/{series.id}/edit"

    r = client.post(path, data=form(client, path))

    assert r.status_code == 303
    assert service.get_reminder(alice.workspace_id, series.id).version == series.version


def test_all_times_change(client, alice, series):
    path = f"/reminders/{series.id}/edit"

    client.post(path, data=form(client, path) | {"title": "New name", "time": "10:00"})

    (same,) = reminders(alice)
    assert (same.id, same.title, same.starts_at.hour) == (series.id, "New name", 10)
    assert same.advance_notices == [45]
    assert len(same.recipients) == 2


def test_only_one_time_changes(client, alice, series):
    at = series.due_at + timedelta(days=2)
    path = f"/reminders/{series.id}/edit?scope=this&at={at.isoformat().replace('+', '%2B')}"
    typed = form(client, path)
    assert typed["date"] == "2026-01-14"

    r = client.post(path, data=typed | {"time": "15:00"})

    one, rest = sorted(reminders(alice), key=lambda found: found.rule is not None)
    assert r.location == f"/reminders/{one.id}"
    assert (one.rule, one.starts_at) == (None, datetime.fromisoformat("2026-01-14T15:00"))
    assert at not in [time.at for time in service.next_times(rest)]
    assert f'<a href="/reminders/{rest.id}">Pay the rent</a>' in client.get(r.location).text
    service.delete_reminder(alice.workspace_id, rest.id)
    assert "One time of" not in client.get(r.location).text


def test_all_that_follow_change(client, alice, series):
    at = series.due_at + timedelta(days=2)
    path = f"/reminders/{series.id}/edit?scope=following&at={at.isoformat().replace('+', '%2B')}"

    r = client.post(path, data=form(client, path) | {"time": "15:00"})

    old, new = sorted(reminders(alice), key=lambda found: found.starts_at)
    assert r.location == f"/reminders/{new.id}"
    assert new.starts_at == datetime.fromisoformat("2026-01-14T15:00")
    assert len(service.next_times(old)) == 2


def test_a_one_off_has_no_choice_of_times(client, monday, make):
    page = client.get(f"/reminders/{make().id}/edit?scope=this").text

    assert "What is edited" not in page


def test_a_form_that_is_out_of_date_is_not_saved_over_the_newer_one(client, alice, series):
    path = f"/reminders/{series.id}/edit"
    old = form(client, path)
    client.post(path, data=old | {"title": "Newer"})

    r = client.post(path, data=old | {"title": "Older"})

    assert r.status_code == 422
    assert "Load it again" in r.text
    assert values(r.text)["title"] == "Older"
    assert service.get_reminder(alice.workspace_id, series.id).title == "Newer"


def test_nothing_typed_is_lost_on_an_error(client, series):
    path = f"/reminders/{series.id}/edit"

    r = client.post(path, data=form(client, path) | {"title": "Kept", "time": ""})

    assert r.status_code == 422
    assert values(r.text)["title"] == "Kept"


@pytest.mark.parametrize("asked", ["yesterday", "2026-01-14T09:00", "2026-01-14T09:01:00%2B00:00"])
def test_a_damaged_address_is_refused_kindly(client, series, asked):
    r = client.get(f"/reminders/{series.id}/edit?scope=this&at={asked}")

    assert r.status_code == 422


@pytest.mark.parametrize(
    ("rule", "starts"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-02-28"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260301T080000Z", "2026-01-19"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30"),
    ],
)
def test_a_rule_the_form_cannot_show_survives_it(client, alice, monday, make, rule, starts):
    reminder = make(rule=rule, starts_at=datetime.fromisoformat(f"{starts}T09:00"))
    path = f"/reminders/{reminder.id}/edit"

    client.post(path, data=form(client, path) | {"title": "Other"})

    same = service.get_reminder(alice.workspace_id, reminder.id)
    assert (same.title, same.rule) == ("Other", reminder.rule)
