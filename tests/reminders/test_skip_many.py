"""Several times skipped at once, and that taken back."""

from datetime import timedelta

import pytest

from reminder_app.errors import Conflict, Invalid
from reminder_app.reminders import acting, service, skipping
from tests.reminders.conftest import ledger, occurrences, read

DAY, NINE = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def daily(monday, make):
    return make(rule="FREQ=DAILY")


@pytest.fixture
def skip(alice, daily):
    return lambda **how: skipping.skip_many(alice.workspace_id, alice.id, daily.id, **how)


@pytest.fixture
def take_back(alice, daily):
    return lambda *at: skipping.unskip(alice.workspace_id, alice.id, daily.id, *at)


def test_so_many_are_passed_over_in_silence(monday, daily, skip, plan, later):
    assert [one.due_at for one in skip(count=3)] == [monday + NINE + n * DAY for n in range(3)]
    assert read(daily).next_at == monday + NINE + 3 * DAY

    for _ in range(4):
        plan()
        later(days=1)
    plan()

    assert [row.due_at for row in ledger(daily)] == [monday + NINE + 3 * DAY]


def test_until_a_day_it_comes_again_on_that_day(monday, daily, skip):
    skip(until=monday - timedelta(hours=8) + 5 * DAY)  # midnight in Berlin

    assert read(daily).next_at == monday + NINE + 5 * DAY


def test_what_is_settled_already_is_not_counted(monday, daily, skip, act):
    act("done", daily, monday + NINE + DAY)
    skip(count=2)

    assert occurrences(daily) == [
        (monday + NINE, "skipped"),
        (monday + NINE + DAY, "done"),
        (monday + NINE + 2 * DAY, "skipped"),
    ]


def test_what_was_announced_is_called_off_and_comes_back(
    monday, make, alice, plan, later, take_back
):
    reminder = make(rule="FREQ=DAILY", advance_notices=[30])
    later(minutes=29, seconds=59)
    plan()
    skipping.skip_many(alice.workspace_id, alice.id, reminder.id, count=2)
    assert [row.state for row in ledger(reminder)] == ["cancelled"]

    skipping.unskip(alice.workspace_id, alice.id, reminder.id)

    assert [row.state for row in ledger(reminder)] == ["pending"]
    assert occurrences(reminder) == [(monday + NINE, "open")]


def test_taken_back_all_of_them_come_again(monday, daily, skip, take_back, plan, later):
    skip(count=3)
    take_back()
    assert (occurrences(daily), read(daily).next_at) == ([], monday + NINE)

    for _ in range(2):
        later(hours=1)
        plan()
        later(hours=23)
    assert [row.due_at for row in ledger(daily)] == [monday + NINE, monday + NINE + DAY]


def test_taken_back_late_what_was_overtaken_stays_missed(monday, daily, skip, take_back, later):
    skip(count=4)
    later(days=1, hours=2)
    take_back()

    assert occurrences(daily) == [(monday + NINE, "missed"), (monday + NINE + DAY, "open")]


def test_each_act_is_taken_back_alone(monday, daily, skip, take_back, later):
    skip(count=2)
    later(seconds=1)
    skip(count=2)
    take_back(monday + NINE)
    assert read(daily).next_at == monday + NINE
    assert [due for due, _ in occurrences(daily)] == [monday + NINE + n * DAY for n in (2, 3)]


@pytest.mark.parametrize("how", [{}, {"count": 0}, {"count": 101}, {"count": 1, "until": "x"}])
def test_what_says_too_little_or_too_much_is_refused(skip, how, monday):
    if "until" in how:
        how = how | {"until": monday + DAY}
    with pytest.raises(Invalid) as refused:
        skip(**how)
    assert "count" in refused.value.fields


def test_a_day_before_the_next_time_or_too_far_is_refused(monday, skip):
    for until, why in ((monday, skipping.TOO_SOON), (monday + 200 * DAY, skipping.TOO_MANY)):
        with pytest.raises(Invalid, match=str(why)):
            skip(until=until)


def test_only_what_comes_again_by_itself(monday, make, alice):
    once, after = make(), make(repeat_after="P1D")
    paused = make(rule="FREQ=DAILY")
    service.pause(alice.workspace_id, paused.id)
    for one in (once, after, paused):
        with pytest.raises(Conflict):
            skipping.skip_many(alice.workspace_id, alice.id, one.id, count=1)
        with pytest.raises(Conflict):
            skipping.unskip(alice.workspace_id, alice.id, one.id)


def test_it_costs_the_same_for_few_and_for_many(daily, skip, take_back, count_queries):
    def cost(number):
        with count_queries() as statements:
            skip(count=number)
            take_back()
        return len([one for one in statements if not one.startswith("DELETE")])

    assert cost(2) == cost(60)


def test_page_and_undo(monday, daily, alice):
    client, path = alice.browser(), f"/reminders/{daily.id}"
    at = f"?at={(monday + NINE):%Y-%m-%dT%H:%M:%SZ}"
    assert client.get(f"{path}/skip-many{at}").status_code == 200
    refused = client.post(f"{path}/skip-many{at}", data={"count": "2", "until": "2026-01-20"})
    assert refused.status_code == 422
    assert 'value="2026-01-20"' in refused.text

    assert client.post(f"{path}/skip-many{at}", data={"count": "2"}).status_code == 303
    assert "Skipped: 2 times." in client.get(path).text
    assert client.post(f"{path}/unskip{at}").status_code == 303
    assert read(daily).next_at == monday + NINE
    assert "Nothing was skipped" in client.post(f"{path}/unskip{at}", follow_redirects=True).text


def test_by_the_api(monday, daily, alice):
    api, url = alice.api(), f"/api/v1/reminders/{daily.id}"
    skipped = api.post(f"{url}/skip-many", json={"until": "2026-01-14T00:00:00Z"})
    assert [one["state"] for one in skipped.json["items"]] == ["skipped", "skipped"]
    assert api.post(f"{url}/skip-many", json={}).status_code == 422
    assert api.post(f"{url}/unskip").status_code == 200
    assert api.post(f"{url}/unskip").status_code == 409
    acting.skip(alice.workspace_id, alice.id, daily.id)
    assert api.post(f"{url}/unskip", json={}).status_code == 200


def test_neither_of_the_two_ways_is_called_optional_where_one_is_needed(monday, alice, make):
    page = alice.browser().get(f"/reminders/{make(rule='FREQ=DAILY').id}/skip-many").text

    assert "Fill in one of the two." in page
    assert "optional" not in page[page.index('id="f-count"') - 300 : page.index('id="f-until"')]
