"""What another program computes from a feed is what our planner computes: recurring-ical-events as a witness."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from reminder_app.calendars import icalendar_text
from reminder_app.calendars.entries import Entry, Feed, Told
from reminder_app.calendars.exported_rule import MOST_DATES
from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, between, snap
from reminder_app.reminders.models import DONE, OPEN, SKIPPED
from tests.recurrence.reading import vectors
from tests.recurrence.test_agreement import hourly, texts

pytestmark = pytest.mark.sqlite_only  # no database at all

SITE = "https://reminders.example"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
LONG = timedelta(days=800)
MOST = 150
# A day that a zone left out is counted by others: 30 December 2011, once.
LEFT_OUT = "Pacific/Apia"
RIGHT = [one for one in vectors() if not one.refusal and one.schedule.zone != LEFT_OUT]
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def entry(schedule, told=(), title="Pay"):
    return Entry(
        id=uuid.UUID(int=7),
        title=title,
        notes="",
        schedule=schedule,
        advance_notices=(30,),
        priority="normal",
        labels=(),
        version=3,
        created_at=CREATED,
        changed_at=CREATED,
        told=tuple(told),
    )


def written(schedule, since, told=()):
    return icalendar_text.text(Feed("Mine", (entry(schedule, told),), 0, since), SITE)


def computed(text, start, end):
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(start, end)
    starts = {one["DTSTART"].dt.astimezone(UTC): str(one["SUMMARY"]) for one in found}
    return dict(sorted((at, said) for at, said in starts.items() if start <= at < end))


def planned(schedule, start, end):
    """Until where both are known: a list of dates ends, and 800 days are enough."""
    found = between(schedule, start, end, MOST)
    return found, (found[-1] + timedelta(seconds=1) if len(found) == MOST else end)


def check(schedule):
    start = schedule.starts_at.replace(tzinfo=UTC) - timedelta(days=2)
    found, end = planned(schedule, start, start + LONG)
    assert list(computed(written(schedule, start), start, end)) == found


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.place)
def test_every_vector_comes_back_as_it_was(case):
    schedule = snap(case.schedule)
    check(schedule)


@given(
    texts | hourly,
    st.datetimes(datetime(2000, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - wall times
    st.sampled_from(ZONES),
    st.sampled_from(["clamp", "skip"]),
)
@settings(max_examples=150)
def test_any_rule_comes_back_as_it_was(rule, start, zone, month_end):
    try:
        schedule = snap(Schedule(start.replace(second=0, microsecond=0), zone, rule, month_end))
    except Invalid:
        assume(False)
    check(schedule)


def test_what_was_done_skipped_or_put_off_is_where_it_was_put():
    schedule = snap(
        Schedule(datetime.fromisoformat("2026-03-27T02:30"), "Europe/Berlin", "FREQ=DAILY")
    )
    start = datetime(2026, 3, 26, tzinfo=UTC)
    first, second, third, fourth = between(schedule, start, start + LONG, 4)
    put_off = fourth + timedelta(hours=5)
    told = [
        Told(first, DONE, None, CREATED),
        Told(second, SKIPPED, None, CREATED),
        Told(third, DONE, None, CREATED),  # 02:30 of the night that has none
        Told(fourth, OPEN, put_off, CREATED),
    ]

    found = computed(written(schedule, start, told), start, start + timedelta(days=5))

    assert found == {first: "✓ Pay", third: "✓ Pay", put_off: "Pay"}


def test_a_list_of_dates_is_bounded_and_goes_on_later():
    schedule = snap(
        Schedule(
            datetime.fromisoformat("2026-01-05T00:00"), "UTC", "FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR"
        )
    )
    start = datetime(2026, 1, 5, tzinfo=UTC)

    early = computed(written(schedule, start), start, start + LONG)
    later = computed(written(schedule, start + LONG), start, start + 2 * LONG)

    assert len(early) == len(later) == MOST_DATES
    assert min(later) >= start + LONG
