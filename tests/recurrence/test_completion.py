"""So long after it was done: the time of day stays, in every zone and through both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, at_or_after, validate
from reminder_app.recurrence.completion import added, checked, restarted, start_of
from reminder_app.recurrence.wall_time import to_instant
from reminder_app.recurrence.wording import describe, describe_days

pytestmark = pytest.mark.sqlite_only  # no database at all

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
FIRST, LAST = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01")
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
AFTERS = st.builds(
    lambda number, unit: f"P{number}{unit}", st.integers(1, 99), st.sampled_from("DWM")
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def berlin(text: str) -> datetime:
    return wall(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def schedule(after: str, start: str = "2026-01-12T09:00") -> Schedule:
    return validate(Schedule(wall(start), "Europe/Berlin", after=after))


@pytest.mark.parametrize(
    ("after", "done", "comes"),
    [
        ("P3D", "2026-01-12T17:00", "2026-01-15T09:00"),
        ("P3D", "2026-01-20T00:10", "2026-01-23T09:00"),  # late: from the day it was done
        ("P2W", "2026-01-12T09:05", "2026-01-26T09:00"),
        ("P1M", "2026-01-31T09:05", "2026-02-28T09:00"),
        ("P3D", "2026-03-27T09:05", "2026-03-30T09:00"),  # the clocks go forward in between
        ("P1D", "2026-01-11T22:00", "2026-01-13T09:00"),  # the evening before: not twice on one day
        ("P3D", "2026-01-09T09:00", "2026-01-15T09:00"),
    ],
)
def test_it_counts_from_the_day_it_was_done(after, done, comes):
    its = schedule(after)

    assert restarted(its, berlin("2026-01-12T09:00"), berlin(done)) == wall(comes)


def test_it_is_said_in_words():
    assert describe(schedule("P3D")) == "3 days after it is done, at 09:00"
    assert describe_days(schedule("P1M")) == "1 month after it is done"


@pytest.mark.parametrize("wrong", ["", "3D", "P0D", "P367D", "P121M", "P3Y", "PT3H", "P3D "])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(Invalid) as refused:
        checked(wrong)

    assert list(refused.value.fields) == ["repeat_after"]


def test_it_is_no_rule_beside_a_rule():
    with pytest.raises(Invalid) as refused:
        validate(Schedule(wall("2026-01-12T09:00"), "UTC", "FREQ=DAILY", after="P1D"))

    assert list(refused.value.fields) == ["repeat_after"]


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    after=AFTERS,
    start=st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0)),
    late=st.timedeltas(timedelta(days=-40), timedelta(days=40)),
)
def test_the_next_is_later_on_the_same_clock_and_can_be_taken_back(zone, after, start, late):
    its = validate(Schedule(start, zone, after=after))
    due_at = to_instant(start, ZoneInfo(zone))

    following = restarted(its, due_at, due_at + late)

    assert following is not None
    assert following.time() == start.time()
    again = validate(Schedule(following, zone, after=after))
    comes = at_or_after(again, due_at)
    assert comes is not None
    assert comes > due_at
    assert to_instant(start_of(again, due_at), ZoneInfo(zone)) == due_at


def test_months_are_those_of_the_calendar():
    assert added(date(2027, 12, 31), "P2M") == date(2028, 2, 29)
