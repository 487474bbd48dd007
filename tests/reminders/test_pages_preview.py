"""The next five due times, shown while one types."""

import re

import pytest

TYPED = {"date": "2026-01-31", "time": "09:00", "time_zone": "Europe/Berlin"}


@pytest.fixture
def look(monday, alice):
    client = alice.browser()

    def ask(**typed):
        r = client.post("/reminders/preview", data=TYPED | typed, headers={"HX-Request": "true"})
        assert r.status_code == 200
        assert "<html" not in r.text
        return r.text

    return ask


def days(page):
    return re.findall(r'class="next-day">([^<]*)<', page)


def test_it_shows_the_next_five(look):
    page = look(repeat="monthly_day")

    assert days(page) == [
        "Sat 31 Jan 2026",
        "Sat 28 Feb 2026",
        "Tue 31 Mar 2026",
        "Thu 30 Apr 2026",
        "Sun 31 May 2026",
    ]
    assert "the last day, as February has no 31st" in page
    assert "Every month on the 31st (or the last day) at 9:00\u202fAM" in page


def test_what_short_months_do_is_asked_only_where_it_matters(look):
    assert 'name="month_end"' in look(repeat="monthly_day")
    assert 'name="month_end"' in look(repeat="custom", rule="FREQ=MONTHLY;BYMONTHDAY=30")
    assert 'name="month_end"' not in look(repeat="monthly_day", day="28")
    assert 'name="month_end"' not in look(repeat="daily")
    assert 'name="month_end"' not in look()


def test_short_months_are_left_out_on_request(look):
    page = look(repeat="monthly_day", month_end="skip")

    assert days(page)[1] == "Tue 31 Mar 2026"
    assert re.search(r'name="month_end" value="skip" checked', page)


def test_it_says_where_the_clocks_change(look):
    forward = look(date="2026-03-29", time="02:30")
    back = look(date="2026-10-25", time="02:30")

    assert "the clocks go forward: there is no 2:30\u202fAM that day" in forward
    assert re.search(r'class="next-clock">3:30', forward)
    assert "the clocks go back: the first of two 2:30\u202fAM" in back


def test_it_says_when_that_is_for_the_one_who_looks(look):
    page = look(time_zone="America/New_York")

    assert re.search(r"3:00.PM for you", page)


def test_it_says_that_the_start_has_moved(look):
    assert "It starts on the first day that fits." in look(repeat="weekly", days="MO")
    assert "It starts on the first day that fits." not in look(repeat="weekly", days="SA")


def test_a_long_series_shows_what_is_still_to_come(look):
    assert days(look(date="2020-01-01", repeat="daily"))[0] == "Mon 12 Jan 2026"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"repeat": "custom", "rule": "FREQ=SECONDLY"}, "hourly at most"),
        ({"repeat": "custom", "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never fires"),
        ({"date": "2020-01-01"}, "This time has passed"),
        ({"date": "2020-01-01", "repeat": "daily", "ends": "count", "count": "3"}, "have passed"),
        ({"time_zone": "nowhere"}, "not known"),
        ({"date": ""}, "As soon as day, time and repetition fit"),
    ],
)
def test_what_cannot_be_is_said_at_once(look, typed, words):
    page = look(**typed)

    assert words in page
    assert days(page) == []
