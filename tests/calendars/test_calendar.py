"""The calendar's month, week and agenda."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reminder_app.accounts import profile
from reminder_app.calendars import grid, months
from reminder_app.database import clock
from reminder_app.errors import Invalid
from reminder_app.reminders import acting, service

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday; 9:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
CELL = re.compile(r"<td.*?</td>", re.DOTALL)


@pytest.fixture(autouse=True)
def at_nine(app):
    clock.shift(NOW - clock.now())


def make(alice, at="2026-11-03T09:00", rule=None, zone="Europe/Berlin", **fields):
    return service.create_reminder(
        alice.workspace_id,
        alice.id,
        **{"title": "Pay"} | fields,
        starts_at=datetime.fromisoformat(at),
        time_zone=zone,
        rule=rule,
    )


def due(alice, first, last, **asked):
    found = months.between(
        alice.workspace_id, date.fromisoformat(first), date.fromisoformat(last), BERLIN, **asked
    )
    return {
        f"{day:%m-%d}": [(f"{one.at.astimezone(BERLIN):%H:%M}", one.state) for one in dues]
        for day, dues in sorted(found.days.items())
    }


def cell(page, number):
    return next(one for one in CELL.findall(page) if f">{number}</span>" in one)


def test_rules_are_worked_out_for_the_days_shown_only(alice):
    make(alice, rule="FREQ=WEEKLY")

    assert due(alice, "2027-03-01", "2027-03-14") == {
        "03-02": [("09:00", "coming")],
        "03-09": [("09:00", "coming")],
    }


def test_a_day_is_a_day_of_the_persons_zone_also_when_clocks_change(alice):
    make(alice, "2026-11-03T23:30", "FREQ=DAILY", zone="America/New_York")

    found = due(alice, "2027-03-27", "2027-03-29")  # 28 March has 23 hours in Berlin

    assert found == {
        "03-27": [("04:30", "coming")],
        "03-28": [("05:30", "coming")],
        "03-29": [("05:30", "coming")],
    }


def test_an_hourly_one_is_there_23_and_25_times_on_the_days_that_clocks_change(alice):
    make(alice, "2026-11-03T09:00", "FREQ=HOURLY")

    spring = due(alice, "2027-03-28", "2027-03-28")["03-28"]
    autumn = due(alice, "2027-10-31", "2027-10-31")["10-31"]

    assert (len(spring), len(autumn)) == (23, 25)


def test_what_was_done_skipped_or_put_off(alice):
    reminder = make(alice, rule="FREQ=DAILY")
    whose = (alice.workspace_id, alice.id, reminder.id)
    first = datetime(2026, 11, 3, 8, tzinfo=UTC)
    acting.done(*whose, first)
    acting.skip(*whose, first + timedelta(days=1))
    acting.snooze(*whose, first + timedelta(days=3, hours=2), first + timedelta(days=2))

    assert due(alice, "2026-11-01", "2026-11-07") == {
        "11-03": [("09:00", "done")],
        "11-04": [("09:00", "skipped")],
        "11-06": [("09:00", "coming"), ("11:00", "open")],
        "11-07": [("09:00", "coming")],
    }
    # The stretch it was put into, though it was due before.
    assert due(alice, "2026-11-06", "2026-11-06") == {
        "11-06": [("09:00", "coming"), ("11:00", "open")]
    }


def test_paused_and_deleted_ones_do_not_come(alice):
    service.pause(alice.workspace_id, make(alice).id)
    service.delete_reminder(alice.workspace_id, make(alice).id)

    assert due(alice, "2026-11-01", "2026-11-30") == {}


def test_nothing_of_others(alice, charlie):
    make(charlie, labels=["home"])
    make(alice, labels=["home"])
    make(alice, "2026-11-04T09:00")

    assert list(due(alice, "2026-11-01", "2026-11-30")) == ["11-03", "11-04"]
    assert list(due(alice, "2026-11-01", "2026-11-30", label="home")) == ["11-03"]
    assert due(alice, "2026-11-01", "2026-11-30", label="work") == {}


@pytest.mark.parametrize("end", ["2026-10-31", "2026-12-13"])
def test_a_stretch_is_six_weeks_at_most(alice, end):
    with pytest.raises(Invalid, match="42 days"):
        due(alice, "2026-11-01", end)


def test_what_is_beyond_a_calendar_is_cut_and_said(alice, monkeypatch):
    monkeypatch.setattr(months, "MOST_TIMES", 30)
    make(alice, rule="FREQ=HOURLY")

    page = alice.browser().get("/calendar").text

    assert "more than a calendar can show" in page
    assert sum(map(len, due(alice, "2026-11-01", "2026-11-30").values())) == 30


def test_a_month_begins_on_the_first_weekday_of_the_locale(alice):
    make(alice)
    browser = alice.browser()

    for tag, first in (("en-US", "Sunday"), ("de-DE", "Montag"), ("en-GB", "Monday")):
        profile.update(alice.id, name="A", time_zone="Europe/Berlin", locale=tag, theme="system")
        page = browser.get("/calendar").text
        assert first in first_head(page)
        assert "November 2026" in page


def first_head(page):
    return page[page.index("<th ") : page.index("</th>")]


def test_a_cell_shows_what_is_due_and_a_way_to_add(alice):
    reminder = make(alice)

    page = alice.browser().get("/calendar?view=month&day=2026-11-15").text

    third = cell(page, 3)
    assert f"/reminders/{reminder.id}" in third
    assert "/reminders/new?date=2026-11-03" in third
    assert 'aria-current="date"' in cell(page, 2)
    form = alice.browser().get("/reminders/new?date=2026-11-03").text
    assert 'value="2026-11-03"' in form


def test_hourly_is_one_line_a_day(alice):
    make(alice, rule="FREQ=HOURLY")

    assert "24 times" in cell(alice.browser().get("/calendar").text, 5)


@pytest.mark.parametrize("view", grid.VIEWS)
def test_each_view_leads_back_and_forth(alice, view):
    browser = alice.browser()
    page = browser.get(f"/calendar?view={view}&day=2026-11-15&label=home").text
    earlier, later = (
        re.search(rf'rel="{rel}" href="([^"]+)"', page)[1] for rel in ("prev", "next")
    )

    for path in (earlier, later):
        answer = browser.get(path.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert "label=home" in path


@pytest.mark.parametrize(
    "day", ["", "tomorrow", "2026-02-30", "0001-01-01", "9999-12-31", "20261101"]
)
def test_a_day_that_is_none_is_today(alice, day):
    page = alice.browser().get("/calendar", query_string={"day": day, "view": "year"})

    assert page.status_code == 200
    assert "November 2026" in page.text


def test_who_may_only_look_is_offered_no_new_one(alice, charlie, join):
    make(alice)
    viewer = join(alice, charlie, "viewer")

    page = viewer.browser().get("/calendar").text

    assert "Pay" in page
    assert "/reminders/new" not in page


@pytest.mark.parametrize("first_weekday", range(7))
def test_a_month_is_whole_weeks_that_hold_it(first_weekday):
    for month in range(1, 13):
        shown = grid.shown("month", date(2026, month, 11), first_weekday)
        assert {day.day for day in shown.days if day.month == month} >= {1, 28}
        assert all(len(week) == 7 and week[0].weekday() == first_weekday for week in shown.weeks)
        assert len(shown.days) <= 42
        assert shown.before.month == (month - 2) % 12 + 1
        assert shown.after.month == month % 12 + 1


def test_the_api_gives_the_same(alice):
    reminder = make(alice, rule="FREQ=DAILY")

    answer = alice.api("reminders:read").get("/api/v1/calendar?start=2026-11-03&end=2026-11-04")

    assert answer.status_code == 200
    assert answer.json["is_cut"] is False
    assert answer.json["items"] == [
        {
            "at": f"2026-11-0{day}T08:00:00Z",
            "due_at": f"2026-11-0{day}T08:00:00Z",
            "local": f"2026-11-0{day}T09:00:00+01:00",
            "state": "coming",
            "reminder_id": str(reminder.id),
            "title": "Pay",
            "priority": "normal",
        }
        for day in (3, 4)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?start=2026-11-03",
        "?start=2026-11-03&end=2027-11-03",
        "?start=9999-12-30&end=9999-12-31",
        "?start=0001-01-01&end=0001-01-02",
    ],
)
def test_the_api_wants_days_that_are_not_too_many(alice, query):
    assert alice.api().get(f"/api/v1/calendar{query}").status_code == 422


def test_a_calendar_costs_as_many_queries_with_many_reminders(alice, count_queries):
    browser, costs = alice.browser(), []
    for many in (1, 60):
        for _ in range(many):
            make(alice, rule="FREQ=DAILY", labels=["home"])
        browser.get("/calendar")
        with count_queries() as statements:
            assert browser.get("/calendar").status_code == 200
        costs.append(len(statements))

    assert costs[0] == costs[1] < 15
