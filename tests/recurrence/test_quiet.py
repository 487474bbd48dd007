"""Quiet hours and days off: what may go when, in every zone and through both changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.errors import Invalid
from reminder_app.recurrence.quiet import Quiet, checked, may_go, of

pytestmark = pytest.mark.sqlite_only  # no database at all

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet("Europe/Berlin", time(22), time(7))
MINUTE = timedelta(minutes=1)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
FIRST, LAST = datetime.fromisoformat("2025-12-01"), datetime.fromisoformat("2027-01-31")
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ("2026-01-12T21:59:59", "2026-01-12T21:59:59"),
        ("2026-01-12T22:00", "2026-01-13T07:00"),
        ("2026-01-13T00:00", "2026-01-13T07:00"),
        ("2026-01-13T06:59:59", "2026-01-13T07:00"),
        ("2026-01-13T07:00", "2026-01-13T07:00"),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # an hour shorter
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # an hour longer
    ],
)
def test_the_night_goes_over_midnight_and_over_both_changes_of_the_clock(at, goes):
    assert may_go(NIGHT, berlin(at)) == berlin(goes)


def test_an_end_that_the_clock_leaves_out_comes_an_hour_later():
    quiet = Quiet("Europe/Berlin", time(22), time(2, 30))

    assert may_go(quiet, berlin("2026-03-29T00:00")) == berlin("2026-03-29T03:30")


def test_an_end_that_the_clock_shows_twice_is_the_first():
    quiet = Quiet("Europe/Berlin", time(22), time(2, 30))

    assert may_go(quiet, berlin("2026-10-25T01:00")) == berlin("2026-10-25T02:30")
    again = berlin("2026-10-25T02:10", fold=1)
    assert may_go(quiet, again) == again


def test_days_off_are_whole_days_and_run_into_the_night():
    weekend = Quiet("Europe/Berlin", time(22), time(7), frozenset({5, 6}))

    # Friday's night, Saturday, Sunday, and the night to Monday
    assert may_go(weekend, berlin("2026-01-16T22:30")) == berlin("2026-01-19T07:00")
    assert may_go(weekend, berlin("2026-01-16T21:00")) == berlin("2026-01-16T21:00")


def test_days_off_alone_end_at_midnight():
    sunday = Quiet("Europe/Berlin", days_off=frozenset({6}))

    assert may_go(sunday, berlin("2026-01-18T12:00")) == berlin("2026-01-19T00:00")


def test_hours_of_one_day():
    nap = Quiet("Europe/Berlin", time(13), time(15))

    assert may_go(nap, berlin("2026-01-13T14:00")) == berlin("2026-01-13T15:00")
    assert may_go(nap, berlin("2026-01-13T16:00")) == berlin("2026-01-13T16:00")


def test_what_is_urgent_comes_through_where_the_person_lets_it():
    kept = checked(time(22), time(7), frozenset(), "high")
    night = of(kept, "Europe/Berlin")

    assert [night.is_pierced_by(one) for one in ("low", "normal", "high", "urgent")] == [
        *(False, False),
        *(True, True),
    ]
    assert not of({**kept, "lets_through": "nothing"}, "UTC").is_pierced_by("urgent")


def test_nothing_quiet_is_kept_as_nothing():
    assert checked(None, None, frozenset(), "urgent") is None
    assert of(None, "UTC") is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((time(22), None, frozenset(), "urgent"), "quiet_until"),
        ((None, time(7), frozenset(), "urgent"), "quiet_from"),
        ((time(7), time(7), frozenset(), "urgent"), "quiet_until"),
        ((None, None, frozenset(range(7)), "urgent"), "days_off"),
        ((time(22), time(7), frozenset(), "low"), "lets_through"),
    ],
)
def test_what_cannot_be_is_refused(given, field):
    with pytest.raises(Invalid) as refused:
        checked(*given)

    assert list(refused.value.fields) == [field]


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    hours=st.none() | st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1]),
    days_off=st.frozensets(st.integers(0, 6), max_size=6),
    at=INSTANTS,
)
def test_what_may_go_then_may_go_and_not_a_moment_earlier(zone, hours, days_off, at):
    start, end = hours or (None, None)
    quiet = Quiet(zone, start, end, days_off)

    goes = may_go(quiet, at)

    assert at <= goes <= at + timedelta(days=9)
    assert may_go(quiet, goes) == goes
    if goes > at:
        for part in (0.0, 0.5, 0.999):
            assert may_go(quiet, at + (goes - at) * part) == goes


@pytest.mark.parametrize("zones", [ZONES[n::8] for n in range(8)], ids=lambda zones: zones[0])
def test_all_day_near_a_change_of_the_clock_is_as_the_clock_says(zones):
    """In each zone, around both changes of 2026: quiet is what the clock shows from 22 until 7."""
    for name in zones:
        zone, quiet = ZoneInfo(name), Quiet(name, time(22), time(7))
        for change in changes(zone):
            for minutes in range(-15 * 60, 15 * 60, 20):
                at = change + minutes * MINUTE
                shown = at.astimezone(zone).time()
                is_night = shown >= time(22) or shown < time(7)
                assert (may_go(quiet, at) > at) == is_night, (name, at, shown)


def changes(zone: ZoneInfo) -> list[datetime]:
    found, at = [], datetime(2026, 1, 1, tzinfo=UTC)
    while at.year == 2026:
        later = at + timedelta(hours=6)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(at)
        at = later
    return found
