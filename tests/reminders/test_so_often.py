"""So many times a week or month, on whichever days: what is done counts, and then it rests."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reminder_app.calendars import feeds
from reminder_app.errors import Invalid
from reminder_app.recurrence import per_period
from reminder_app.reminders import acting, service
from tests.reminders.conftest import ledger, occurrences, read, wall

DAY, NINE = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def gym(monday, make):
    return make(title="Gym", rule="FREQ=DAILY", times_per="3/week")


def test_it_is_said_on_the_days_that_are_left_until_it_is_done_often_enough(
    monday, gym, act, plan, later
):
    for day in range(9):
        later(hours=1)
        plan()
        if day in (0, 2, 3):
            act("done", gym)
        assert read(gym).done_in_period == {0: 1, 1: 1, 2: 2, 7: 0, 8: 0}.get(day, 3)
        later(hours=23)

    told = [(row.due_at - monday).days for row in ledger(gym)]
    assert told == [0, 1, 2, 3, 7, 8]


def test_undone_the_rest_of_the_week_comes_again(monday, gym, act, later, plan):
    for day in range(3):
        later(days=day)
        act("done", gym, monday + NINE + day * DAY)
    rests = read(gym)
    assert (rests.next_at, rests.done_in_period) == (monday + NINE + 7 * DAY, 3)

    act("reopen", gym)

    again = read(gym)
    assert (again.next_at, again.done_in_period) == (monday + NINE + 2 * DAY, 2)
    act("done", gym)
    assert read(gym).next_at == monday + NINE + 7 * DAY


def test_undone_in_a_later_week_that_week_stays_as_it_is(monday, gym, act, later):
    for day in (0, 1, 2, 7, 8, 9):
        act("done", gym, monday + NINE + day * DAY)
    assert read(gym).next_at == monday + NINE + 14 * DAY

    act("reopen", gym, monday + NINE)

    # That first time is open again; the second week is still done.
    assert read(gym).next_at == monday + NINE
    act("done", gym, monday + NINE)
    assert read(gym).next_at == monday + NINE + 14 * DAY


def test_what_was_announced_is_called_off_once_it_is_enough(monday, make, act, plan, later):
    reminder = make(rule="FREQ=DAILY", times_per="1/week", advance_notices=[1440])
    later(hours=1)
    plan()
    assert [state for _, state in occurrences(reminder)] == ["open", "open"]

    act("done", reminder, monday + NINE)

    assert [state for _, state in occurrences(reminder)] == ["done"]
    assert read(reminder).next_at == monday + NINE + 7 * DAY


def test_a_day_that_was_forgotten_to_be_ticked_counts(monday, gym, act, plan, later):
    for day in range(3):
        later(hours=1)
        plan()
        if day:
            act("done", gym)
        later(hours=23)
    assert [state for _, state in occurrences(gym)] == ["missed", "done", "done"]
    assert read(gym).next_at == monday + NINE + 3 * DAY

    act("done", gym, monday + NINE)

    assert read(gym).next_at == monday + NINE + 7 * DAY


def test_skipping_does_not_count(gym, monday, act):
    act("skip", gym)

    assert (read(gym).done_in_period, read(gym).next_at) == (0, monday + NINE + DAY)


def test_with_its_end_it_is_over_and_may_still_be_changed(monday, make, act, alice):
    reminder = make(rule="FREQ=DAILY;UNTIL=20260117", times_per="1/week")
    act("done", reminder)
    assert read(reminder).status == "finished"

    changed = alice.api().patch(f"/api/v1/reminders/{reminder.id}", json={"title": "Other"})
    assert changed.status_code == 200
    act("reopen", reminder)
    assert read(reminder).next_at == monday + NINE


@settings(suppress_health_check=list(HealthCheck), max_examples=20)
@given(
    days=st.sets(st.integers(0, 40), max_size=12),
    number=st.integers(1, 4),
    unit=st.sampled_from(["week", "month"]),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Africa/Cairo"]),
)
def test_whatever_is_done_no_period_has_more_and_all_undone_is_as_before(
    app, alice, days, number, unit, zone
):
    """Over the change to summer time, and the turns of weeks and months."""
    reminder = service.create_reminder(
        *(alice.workspace_id, alice.id),
        title="x",
        starts_at=wall("2037-03-20T02:30"),
        time_zone=zone,
        rule="FREQ=DAILY",
        times_per=f"{number}/{unit}",
    )
    dues, counted = service.preview(reminder.schedule, 41), Counter()
    done = []
    for due in (dues[day].at for day in sorted(days)):
        period = per_period.bounds(due, zone, unit)
        if counted[period] == number:  # it rests until the next one
            with pytest.raises(Invalid):
                acting.done(alice.workspace_id, alice.id, reminder.id, due)
            continue
        acting.done(alice.workspace_id, alice.id, reminder.id, due)
        counted[period] += 1
        done.append(due)
        is_enough = counted[period] == number
        assert (first_of(reminder) >= period[1]) == is_enough
    for due in reversed(done):
        acting.reopen(alice.workspace_id, alice.id, reminder.id, due)
    assert read(reminder).next_at <= min(done, default=dues[0].at)
    assert [state for _, state in occurrences(reminder)] == ["open"] * len(done)


def first_of(reminder):
    return service.preview(read(reminder).schedule, 1)[0].at


def test_today_shows_how_far_it_is_without_blame(monday, gym, act, alice, later, plan):
    act("done", gym)
    client = alice.browser()
    assert "1 of 3 this week" in client.get("/").text
    later(days=1, hours=1)
    plan()
    later(days=1)
    plan()
    page = client.get(f"/reminders/{gym.id}").text
    assert "3 times a week" in page
    assert "missed" not in page.lower()


def test_the_form_keeps_it(monday, alice, gym):
    client = alice.browser()
    shown = client.get(f"/reminders/{gym.id}/edit").text
    assert '<option value="so_many" selected>' in shown
    typed = {
        "title": "Gym",
        "date": "2026-01-13",
        "time": "18:00",
        "time_zone": "Europe/Berlin",
        "repeat": "so_many",
        "times": "2",
        "times_unit": "month",
        "days": ["TU", "SA"],
        "recipients": "me",
        "version": str(gym.version),
        "ends": "never",
    }
    assert client.post(f"/reminders/{gym.id}/edit", data=typed).status_code == 303
    kept = read(gym)
    assert (kept.times_per, kept.rule) == ("2/month", "FREQ=WEEKLY;BYDAY=TU,SA")
    refused = client.post(f"/reminders/{gym.id}/edit", data=typed | {"times": "99", "version": ""})
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    client.post(f"/reminders/{gym.id}/edit", data=typed | {"repeat": "daily", "version": ""})
    assert read(gym).times_per is None


def test_by_the_api(monday, alice, gym):
    api, url = alice.api(), "/api/v1/reminders"
    new = {"title": "Run", "starts_at": "2026-01-13T09:00", "rule": "FREQ=DAILY"}
    made = api.post(url, json=new | {"times_per": "2/week"}).json
    assert (made["times_per"], made["done_in_period"]) == ("2/week", 0)
    assert api.post(f"{url}/{made['id']}/done").status_code == 200
    assert api.get(f"{url}/{made['id']}").json["done_in_period"] == 1
    assert api.get(url).json["items"][0]["done_in_period"] is not None
    refused = api.post(url, json=new | {"times_per": "9/week"})
    assert "times_per" in refused.json["fields"]


def test_it_costs_one_query_more_for_all_of_them(gym, make, alice, count_queries):
    def cost():
        with count_queries() as statements:
            service.list_reminders(alice.workspace_id)
        return len(statements)

    one = cost()
    for _ in range(5):
        make(rule="FREQ=DAILY", times_per="2/month")
    assert cost() == one


def test_a_calendar_feed_names_it_on_each_day_that_is_left(monday, gym, act, alice, later):
    _, token = feeds.create(alice.id, name="Mine")
    for day in range(3):
        act("done", gym, monday + NINE + day * DAY)
    text = feeds.content(token, "http://localhost").text().decode()

    assert "SUMMARY:Gym: 3 times a week" in text
    assert "DTSTART;TZID=Europe/Berlin:20260119T090000" in text
    assert text.count("SUMMARY:✓") == 3
