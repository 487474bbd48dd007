"""Random rules, against dateutil as a witness, and each question against counting from the start."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reminder_app import recurrence
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, occurrences, rrule, snap, validate
from reminder_app.recurrence.expansion import filled
from reminder_app.recurrence.rrule import WEEKDAYS

pytestmark = pytest.mark.sqlite_only  # no database at all

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
PLACES = (1, 2, 3, 4, 5, -1, -2, -5)


def some(values, most: int = 3):
    lists = st.lists(st.sampled_from(list(values)), min_size=1, max_size=most, unique=True)
    return st.one_of(st.just(""), lists.map(lambda chosen: ",".join(map(str, chosen))))


def both_ways(most: int) -> list[int]:
    return [*range(1, most + 1), *range(-most, 0)]


counted_days = [f"{n}{day}" for n in PLACES for day in WEEKDAYS]
parts = st.fixed_dictionaries(
    {
        "INTERVAL": st.sampled_from(["", "", "1", "2", "3", "4", "7", "10"]),
        "BYMONTH": some(range(1, 13)),
        "BYMONTHDAY": some([*both_ways(31), 29, 30, 31]),
        "BYDAY": some(WEEKDAYS, 6) | some(counted_days),
        "BYHOUR": some(range(24)),
        "BYSETPOS": st.sampled_from(["", "", "1", "-1", "2,-2", "3"]),
        "WKST": st.sampled_from(["", "", *WEEKDAYS]),
    }
)
in_year = st.fixed_dictionaries(
    {
        "BYYEARDAY": some(both_ways(366)),
        "BYDAY": some(WEEKDAYS),
        "BYSETPOS": st.sampled_from(["", "1", "-2"]),
    }
)
in_weeks = st.fixed_dictionaries(
    # dateutil forgets weeks 1, 52 and 53 where they reach over the year end.
    {"BYWEEKNO": some([*range(2, 52), *range(-51, -1)]), "BYDAY": some(WEEKDAYS)}
)
endings = st.sampled_from(
    ["", "", "COUNT=1", "COUNT=7", "COUNT=50", "UNTIL=20301231", "UNTIL=20280229T120000Z"]
)
starts = st.datetimes(datetime(2000, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001 - wall times
    lambda wall: wall.replace(second=0, microsecond=0)
)


def text_of(freq: str, chosen: dict[str, str]) -> str:
    return ";".join(
        [f"FREQ={freq}", *(f"{part}={value}" for part, value in chosen.items() if value)]
    )


# Built to be sound more often than not; what validate refuses is left to its own tests.
texts = st.one_of(
    st.builds(text_of, st.sampled_from(FREQUENCIES), parts),
    st.builds(text_of, st.just("YEARLY"), in_year),
    st.builds(text_of, st.just("YEARLY"), in_weeks),
)
hourly = st.builds(
    text_of,
    st.just("HOURLY"),
    st.fixed_dictionaries(
        {
            "INTERVAL": st.sampled_from(["", "2", "5", "36"]),
            "BYDAY": some(WEEKDAYS),
            "BYMONTH": some(range(1, 13)),
            "BYHOUR": some(range(24)),
        }
    ),
)


def sound(start: datetime, zone: str, text: str, month_end: str) -> Schedule:
    try:
        return snap(Schedule(start, zone, text, month_end))
    except Invalid:
        assume(False)
        raise


def witness(text: str, start: datetime, count: int) -> list[datetime]:
    """dateutil's first, begun with the whole period, as BYSETPOS counts in whole periods."""
    rule = filled(rrule.parse(text), start)
    midnight = start.replace(hour=0, minute=0)
    begin = {
        "YEARLY": midnight.replace(month=1, day=1),
        "MONTHLY": midnight.replace(day=1),
        "WEEKLY": midnight - timedelta(days=(start.weekday() - rule.week_start) % 7),
        "DAILY": midnight,
    }[rule.freq]
    rule = replace(rule, hours=rule.hours or (start.hour,), minutes=(start.minute,))
    theirs = iter(rrulestr(rrule.write(rule), dtstart=begin))
    return list(islice((wall for wall in theirs if wall >= start), count))


@settings(max_examples=200, deadline=None)
@given(start=starts, text=texts)
def test_the_days_are_those_of_dateutil(start, text):
    schedule = sound(start, "UTC", text, "skip")

    found = [one.wall for one in islice(occurrences(schedule), 12)]

    assert found == witness(text, schedule.starts_at, len(found))


def test_the_weeks_that_dateutil_forgets_are_those_of_the_iso_calendar():
    weeks = (1, 2, 51, 52, 53)
    text = f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, weeks))};BYDAY={','.join(WEEKDAYS)}"
    schedule = validate(Schedule(datetime.fromisoformat("2000-01-01 09:00"), "UTC", text))

    found = [one.wall for one in islice(occurrences(schedule), 1500)]

    days = (schedule.starts_at + timedelta(days=n) for n in range(366 * 60))
    assert found == list(islice((day for day in days if day.isocalendar().week in weeks), 1500))


# The clamp that RFC 5545 can say: the last of the days up to the one wanted.
@pytest.mark.parametrize("day", [29, 30, 31])
@pytest.mark.parametrize("interval", [1, 2, 5, 12])
def test_a_clamped_day_is_the_last_of_the_days_up_to_it(day, interval):
    start = datetime.fromisoformat(f"2024-01-{day} 09:00")
    days = ",".join(str(n) for n in range(28, day + 1))
    longhand = f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={days};BYSETPOS=-1"
    schedule = validate(Schedule(start, "UTC", f"FREQ=MONTHLY;INTERVAL={interval}", "clamp"))

    found = [one.wall for one in islice(occurrences(schedule), 100)]

    assert found == list(islice(rrulestr(longhand, dtstart=start), 100))


@settings(max_examples=160, deadline=None)
@given(
    start=starts,
    zone=st.sampled_from(ZONES),
    text=texts | hourly,
    ending=endings,
    month_end=st.sampled_from(["clamp", "skip"]),
    place=st.integers(0, 50),
    offset=st.sampled_from([-1, 0, 1, 10**6, 3 * 10**9, 10**12]),
)
def test_a_jump_finds_what_counting_from_the_start_finds(
    start, zone, text, ending, month_end, place, offset
):
    schedule = sound(start, zone, f"{text};{ending}", month_end)
    times = [one.at for one in islice(occurrences(schedule), 60)]
    instant = times[min(place, len(times) - 1)] + timedelta(microseconds=offset)
    assume(len(times) < 60 or instant < times[-4])  # three follow it

    later = [at for at in times if at > instant]
    earlier = [at for at in times if at <= instant]

    assert times == sorted(set(times))
    assert recurrence.after(schedule, instant) == (later[0] if later else None)
    assert recurrence.latest_before_or_at(schedule, instant) == (earlier[-1] if earlier else None)
    assert recurrence.first(schedule, 3, instant) == [at for at in times if at >= instant][:3]
    assert recurrence.between(schedule, times[0], instant, 1000) == [
        at for at in times if at < instant
    ]


@settings(max_examples=300, deadline=None)
@given(start=starts, zone=st.sampled_from(ZONES), text=texts | hourly, ending=endings)
def test_validating_twice_changes_nothing(start, zone, text, ending):
    schedule = sound(start, zone, f"{text};{ending}", "clamp")

    assert validate(schedule) == schedule
    assert rrule.write(rrule.parse(schedule.rule)) == schedule.rule


@settings(max_examples=100, deadline=None)
@given(start=starts, text=texts)
def test_each_time_stands_where_it_was_asked_for_or_in_a_gap(start, text):
    schedule = sound(start, "Europe/Berlin", text, "clamp")

    for one in islice(occurrences(schedule), 40):
        shown = one.at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
        assert shown - one.wall in (timedelta(0), timedelta(hours=1))
        assert shown == one.wall or (one.at.hour, one.wall.month) == (1, 3)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60) | st.text("FREQ=DAILYWKBMONTH;,0123456789-+TZ", max_size=80))
def test_any_text_is_a_rule_or_refused(text):
    start = datetime.fromisoformat("2026-01-05 09:30")
    try:
        schedule = validate(Schedule(start, "UTC", text))
    except Invalid:
        return
    assert recurrence.first(schedule, 1) == [start.replace(tzinfo=UTC)]
