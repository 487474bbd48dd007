"""Every IANA zone: one occurrence per local day, strictly increasing, through both changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.recurrence import (
    Occurrence,
    Schedule,
    after,
    latest_before_or_at,
    occurrences,
    validate,
)

pytestmark = pytest.mark.sqlite_only  # no database at all

# "Factory" says that nobody set a zone, "localtime" is this machine's own: neither is a place.
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def a_year(zone: str, start: datetime, rule: str = "FREQ=DAILY") -> list[Occurrence]:
    schedule = validate(Schedule(start, zone, rule))
    end = start.replace(year=start.year + 1)
    found = []
    for one in occurrences(schedule):
        if one.wall >= end:
            return found
        found.append(one)
    raise AssertionError("it ended")


def clock(one: Occurrence, zone: str) -> datetime:
    return one.at.astimezone(ZoneInfo(zone))


def assert_increasing(found: list[Occurrence]) -> None:
    assert all(one.at < later.at for one, later in zip(found, found[1:], strict=False))


def existing_days(zone: str, start: datetime, end: datetime) -> list[datetime]:
    """Local days that some hour of UTC falls into, at the time of `start`."""
    place = ZoneInfo(zone)
    hours = int((end - start) / AN_HOUR) + 48
    first = (start - A_DAY).replace(tzinfo=UTC)
    dates = {(first + n * AN_HOUR).astimezone(place).date() for n in range(hours)}
    walls = (datetime.combine(date, start.time()) for date in sorted(dates))
    return [wall for wall in walls if start <= wall < end]


@pytest.mark.parametrize("zones", [ZONES[n::8] for n in range(8)], ids=lambda zones: zones[0])
def test_each_local_day_of_2026_has_one_occurrence_in_every_zone(zones):
    start = datetime.fromisoformat("2026-01-01T02:30")
    for zone in zones:
        found = a_year(zone, start)

        assert_increasing(found)
        assert [one.wall for one in found] == [start + n * A_DAY for n in range(365)]
        dates = [clock(one, zone).date() for one in found]
        assert dates == [one.wall.date() for one in found], zone


@settings(max_examples=100, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    year=st.integers(1950, 2060),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_each_local_day_of_any_year_has_one_occurrence(zone, year, minute):
    start = datetime.fromisoformat(f"{year}-01-01") + timedelta(minutes=minute)
    found = a_year(zone, start)

    assert_increasing(found)
    days = existing_days(zone, start, start.replace(year=year + 1))
    assert [one.wall for one in found] == days
    for one in found:
        shown = clock(one, zone)
        moved = shown.replace(tzinfo=None) - one.wall
        assert shown.fold == 0
        assert timedelta(0) <= moved < A_DAY
        if moved:
            # In a gap: by the offset from just before it.
            before = (one.at - moved).astimezone(ZoneInfo(zone)).utcoffset()
            assert one.at.replace(tzinfo=None) == one.wall - before


@settings(max_examples=30, deadline=None)
@given(zone=st.sampled_from(ZONES), year=st.integers(1950, 2060))
def test_hours_that_pass_are_an_hour_apart(zone, year):
    start = datetime.fromisoformat(f"{year}-01-01T00:30")
    found = a_year(zone, start, "FREQ=HOURLY")

    assert {later.at - one.at for one, later in zip(found, found[1:], strict=False)} == {AN_HOUR}


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    instant=st.datetimes(datetime(1975, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - its zone is the last argument
    minute=st.integers(0, 24 * 60 - 1),
)
def test_at_every_instant_the_day_lies_between_the_last_and_the_next_one(zone, instant, minute):
    start = datetime.fromisoformat("1972-01-01") + timedelta(minutes=minute)
    daily = validate(Schedule(start, zone, "FREQ=DAILY"))

    last, following = latest_before_or_at(daily, instant), after(daily, instant)

    assert last <= instant < following
    assert after(daily, last) == following
    assert latest_before_or_at(daily, following - timedelta(microseconds=1)) == last
