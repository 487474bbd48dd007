"""When to ask once more: pure, so in every zone and through both changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from reminder_app.errors import Invalid
from reminder_app.recurrence.quiet import Quiet, may_go
from reminder_app.reminders import nagging
from reminder_app.reminders.nagging import Nag

pytestmark = pytest.mark.sqlite_only  # no database at all

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
FIRST, LAST = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01")
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
PAIRS = st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1])
NIGHT = Quiet("Europe/Berlin", time(22), time(7))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def nags(draw_hours, every, most):
    return Nag(every, most, *(draw_hours or (None, None)))


NAGS = st.builds(nags, st.none() | PAIRS, st.integers(5, 1440), st.integers(1, 50))
QUIETS = st.lists(
    st.none()
    | st.builds(
        lambda zone, hours, days: Quiet(zone, *hours, days),
        st.sampled_from(ZONES),
        PAIRS,
        st.frozensets(st.integers(0, 6), max_size=6),
    ),
    max_size=3,
)


def test_every_quarter_of_an_hour_five_times():
    found = list(nagging.chain(Nag(15, 5), berlin("2026-01-12T09:00"), "Europe/Berlin"))

    assert found == [
        berlin(f"2026-01-12T{at}") for at in ("09:15", "09:30", "09:45", "10:00", "10:15")
    ]


def test_outside_its_hours_it_goes_on_the_next_morning():
    nag = Nag(60, 4, time(8), time(18))

    found = list(nagging.chain(nag, berlin("2026-01-12T16:30"), "Europe/Berlin"))

    days = ("2026-01-12T17:30", "2026-01-13T08:00", "2026-01-13T09:00", "2026-01-13T10:00")
    assert found == [berlin(at) for at in days]


def test_it_lets_a_sleeper_sleep_but_not_for_the_sake_of_one_of_two():
    last = berlin("2026-01-12T21:50")

    assert nagging.following(Nag(15, 5), last, "UTC", [NIGHT]) == berlin("2026-01-13T07:00")
    assert nagging.following(Nag(15, 5), last, "UTC", [NIGHT, None]) == berlin("2026-01-12T22:05")


def test_hours_that_are_all_quiet_are_never():
    nag = Nag(15, 5, time(23), time(6))

    assert nagging.following(nag, berlin("2026-01-12T21:50"), "Europe/Berlin", [NIGHT]) is None


def test_minutes_pass_also_where_the_clock_is_changed():
    found = nagging.chain(Nag(30, 4), berlin("2026-03-29T01:30"), "Europe/Berlin")

    shown = [at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") for at in found]
    assert shown == ["03:00", "03:30", "04:00", "04:30"]


def test_after_a_silence_only_the_latest_is_said():
    planned = berlin("2026-01-12T09:15")

    for away in (timedelta(minutes=50), timedelta(days=400)):
        latest = nagging.latest(Nag(15, 5), planned, planned + away, "Europe/Berlin")
        assert timedelta(0) <= planned + away - latest < timedelta(minutes=15)
        assert (latest - planned) % timedelta(minutes=15) == timedelta(0)


@examples(max_examples=300, deadline=None)
@given(nag=NAGS, last=INSTANTS, zone=st.sampled_from(ZONES), quiets=QUIETS)
def test_at_most_so_often_never_too_soon_and_never_while_all_are_asleep(nag, last, zone, quiets):
    found = list(nagging.chain(nag, last, zone, quiets))

    assert len(found) <= nag.most
    step = timedelta(minutes=nag.every)
    assert all(later - earlier >= step for earlier, later in pairwise([last, *found]))
    for at in found:
        assert not quiets or any(one is None or may_go(one, at) == at for one in quiets)
        assert nagging.in_hours(nag, at, zone) == at


@examples(max_examples=200, deadline=None)
@given(
    nag=NAGS,
    planned=INSTANTS,
    away=st.timedeltas(timedelta(0), timedelta(days=30)),
    zone=st.sampled_from(ZONES),
)
def test_the_latest_is_one_that_could_have_been_said(nag, planned, away, zone):
    planned = nagging.allowed(nag, planned, zone) or planned
    at = planned + away

    found = nagging.latest(nag, planned, at, zone)

    assert planned <= found <= at
    later = nagging.following(nag, found, zone)
    assert later is None or later > at


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": 4},
        {"every": 1441},
        {"every": 15, "most": 51},
        {"every": 15, "start": time(8)},
        {"every": 15, "start": time(8), "end": time(8)},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(Invalid) as refused:
        nagging.checked(wrong)

    assert list(refused.value.fields) == ["nag"]


def test_it_is_kept_and_said_in_words():
    kept = nagging.checked({"every": 120, "most": 3, "start": time(8), "end": time(20)})

    assert nagging.of(kept) == Nag(120, 3, time(8), time(20))
    assert nagging.in_words(nagging.of(kept)) == (
        "Every 2 hours, at most 3 times, from 08:00 to 20:00"
    )
    assert nagging.in_words(Nag(60, 1)) == "Every hour, at most 1 time"
    assert nagging.checked(None) is None
