"""Weeks and months on the clock of a place: each moment is in exactly one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_app import recurrence
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, per_period
from reminder_app.recurrence.following import next_start
from reminder_app.recurrence.wall_time import to_wall, zone_named
from reminder_app.recurrence.wording import describe, describe_days
from reminder_app.translations import speaking

wall = datetime.fromisoformat
START = wall("2027-03-01T09:00")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo")  # fmt: skip
instants = st.datetimes(wall("2000-01-01"), wall("2060-01-01"), timezones=st.just(UTC))
units = st.sampled_from(sorted(per_period.MOST))


@given(instants, st.sampled_from(ZONES), units)
def test_each_moment_is_in_one_period_and_they_follow_each_other(at, zone, unit):
    start, end = per_period.bounds(at, zone, unit)

    assert start <= at < end
    assert per_period.bounds(start, zone, unit) == (start, end)
    assert per_period.bounds(end - timedelta(microseconds=1), zone, unit) == (start, end)
    assert per_period.bounds(end, zone, unit)[0] == end


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), units)
def test_a_week_begins_on_monday_and_a_month_on_its_first(day, unit):
    first, following = per_period.days(day, unit)

    assert first <= day < following
    if unit == "week":
        assert (first.weekday(), (following - first).days) == (0, 7)
    else:
        assert (first.day, following.day, first.month) == (1, 1, day.month)


@given(
    instants, st.sampled_from(ZONES), units, st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU,SA"])
)  # fmt: skip
def test_begun_anew_it_leaves_out_the_rest_and_nothing_after_it(at, zone, unit, rule):
    wall = to_wall(at, zone_named(zone)).replace(microsecond=0)
    schedule = recurrence.snap(Schedule(wall, zone, rule, times=f"2/{unit}"))
    end = per_period.bounds(at, zone, unit)[1]
    later = recurrence.validate(
        Schedule(next_start(schedule, end), zone, schedule.rule, times=f"2/{unit}")
    )

    assert recurrence.first(later, 8) == recurrence.first(schedule, 8, end)
    assert recurrence.first(later, 1)[0] >= end


@pytest.mark.parametrize(
    ("times", "rule"),
    [
        *(("0/week", "FREQ=DAILY"), ("7/week", "FREQ=DAILY"), ("28/month", "FREQ=DAILY")),
        *(("3/year", "FREQ=DAILY"), ("3", "FREQ=DAILY"), ("3/week", None), ("", "FREQ=DAILY")),
        *(("3/week", "FREQ=DAILY;INTERVAL=2"), ("3/week", "FREQ=DAILY;COUNT=9")),
        *(("3/week", "FREQ=WEEKLY;BYDAY=MO,TU"), ("2/week", "FREQ=MONTHLY")),
        *(("2/week", "FREQ=WEEKLY"), ("2/week", "FREQ=DAILY;BYHOUR=9,18")),
    ],
)
def test_what_cannot_be_counted_is_refused(times, rule):
    with pytest.raises(Invalid) as refused:
        recurrence.validate(Schedule(START, "UTC", rule, times=times))
    assert "times_per" in refused.value.fields


def test_in_words():
    any_day = Schedule(START, "UTC", "FREQ=DAILY", times="3/week")
    some = Schedule(START, "UTC", "FREQ=WEEKLY;BYDAY=MO,WE,SA;UNTIL=20270601", times="2/month")
    assert describe(any_day) == "3 times a week at 09:00"
    assert describe_days(some) == "Twice a month, on Mon, Wed or Sat until 1 June 2027"
    with speaking("de"):
        assert describe(any_day) == "3-mal pro Woche um 09:00"
        assert describe_days(some).startswith("Zweimal pro Monat, am Mo, Mi oder Sa")
