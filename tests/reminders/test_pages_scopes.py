"""All times of a series, from one on, or only one: choosing that loses nothing that was typed."""

from datetime import datetime

import pytest
from sqlalchemy import update

from reminder_app.database import db, now
from reminder_app.reminders import service
from reminder_app.reminders.models import Reminder
from tests.reminders.conftest import occurrences
from tests.reminders.test_pages_edit import choices, fields, form, reminders


@pytest.fixture
def series(monday, make):
    return make(rule="FREQ=DAILY", advance_notices=[45])


@pytest.fixture
def path(series):
    return f"/reminders/{series.id}/edit"


@pytest.fixture
def client(monday, alice):
    return alice.browser()


def press(client, page, words, **typed):
    """Another choice of times, after typing something."""
    kept = {name: value for name, value in fields(page).items() if typed.get(name) != []}
    r = client.post(choices(page)[words], data=kept | typed | {"switch": "1"})
    assert r.status_code == 200
    return r.text


def test_the_times_to_come_are_offered(client, path):
    page = press(client, client.get(path).text, "Only one")

    days = [words for words in choices(page) if "Jan" in words]
    assert days == [
        "Mon 12 Jan",
        "Tue 13 Jan",
        "Wed 14 Jan",
        "Thu 15 Jan",
        "Fri 16 Jan",
        "Sat 17 Jan",
    ]


def test_several_of_a_day_are_told_apart(client, make, monday):
    hourly = make(rule="FREQ=DAILY;BYHOUR=9,17")
    page = press(client, client.get(f"/reminders/{hourly.id}/edit").text, "Only one")

    assert "Mon 12 Jan, 5:00\u202fPM" in choices(page)


def test_what_was_typed_stays_and_nothing_is_saved(client, path, alice, series):
    typed = {"title": "Typed", "advance_notices": ["10", "60"], "priority": "high"}

    page = press(client, client.get(path).text, "Only one", **typed)
    page = press(client, page, "Wed 14 Jan", labels="home")

    kept = fields(page)
    assert {name: kept[name] for name in typed} == typed | {"priority": ["high"]}
    assert (kept["labels"], kept["date"], kept["scope"]) == ("home", "2026-01-14", "this")
    assert service.get_reminder(alice.workspace_id, series.id).version == series.version


def test_what_was_taken_away_stays_away(client, path):
    page = press(client, client.get(path).text, "From one on", advance_notices=[])

    assert "advance_notices" not in fields(page)


def test_a_day_that_nobody_typed_follows_the_choice_and_a_typed_one_stays(client, path):
    page = press(client, client.get(path).text, "Only one")
    page = press(client, page, "Thu 15 Jan", time="11:00")
    assert (fields(page)["date"], fields(page)["time"]) == ("2026-01-15", "11:00")

    page = press(client, page, "Fri 16 Jan", date="2026-02-01")

    assert (fields(page)["date"], fields(page)["time"]) == ("2026-02-01", "11:00")


def test_how_it_repeats_is_kept_while_one_looks_at_a_single_time(client, path):
    page = press(client, client.get(path).text, "Only one", repeat="weekly", days=["MO", "TH"])
    page = press(client, page, "All times")

    assert (fields(page)["repeat"], fields(page)["days"]) == ("weekly", ["MO", "TH"])


def test_the_chosen_one_is_saved_alone(client, path, alice):
    page = press(client, client.get(path).text, "Only one", repeat="weekly", every="nonsense")
    page = press(client, page, "Thu 15 Jan", time="15:00")
    action = choices(page)["Thu 15 Jan"]

    r = client.post(action, data=fields(page))

    one, _ = sorted(reminders(alice), key=lambda found: found.rule is not None)
    assert r.location == f"/reminders/{one.id}"
    assert (one.rule, one.starts_at) == (None, datetime.fromisoformat("2026-01-15T15:00"))


def test_one_time_that_is_saved_as_it_was_stays_in_its_series(client, make, alice):
    series = make(
        rule="FREQ=MONTHLY", month_end="skip", starts_at=datetime.fromisoformat("2026-01-31T09:00")
    )
    page = press(client, client.get(f"/reminders/{series.id}/edit").text, "Only one")

    r = client.post(choices(page)["Sat 31 Jan"], data=fields(page))

    assert r.location == f"/reminders/{series.id}"
    assert len(reminders(alice)) == 1


def test_a_time_of_the_rule_before_this_one_does_not_stand_in_the_way(
    client, path, alice, series, plan, later
):
    later(hours=2)
    plan()
    client.post(path, data=form(client, path) | {"time": "17:00"})
    assert occurrences(series)[0][0] < now()

    page = press(client, client.get(path).text, "Only one")

    assert next(iter(word for word in choices(page) if "Jan" in word)) == "Mon 12 Jan"


def test_a_form_that_is_out_of_date_stays_so(client, path, series):
    page = client.get(path).text
    db.session.execute(update(Reminder).values(version=series.version + 1))
    db.session.commit()

    page = press(client, page, "Only one", title="Typed")
    r = client.post(choices(page)["Only one"], data=fields(page))

    assert r.status_code == 422
    assert "Load it again" in r.text
