"""Until when a snooze may be, and what is remarked beside a due time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reminder_app.recurrence import Schedule
from reminder_app.reminders.remarks import remark
from reminder_app.reminders.snoozing import choices, chosen

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_what_is_due_is_put_off_from_now():
    at = utc("2026-01-12T10:00")

    assert [(one.words, one.until) for one in choices(utc("2026-01-12T08:00"), at, BERLIN)] == [
        ("In 10 minutes", utc("2026-01-12T10:10")),
        ("In an hour", utc("2026-01-12T11:00")),
        ("This evening", utc("2026-01-12T17:00")),
        ("Tomorrow morning", utc("2026-01-13T08:00")),
    ]


def test_what_is_still_to_come_is_put_off_from_its_own_time():
    found = choices(utc("2026-01-14T08:00"), utc("2026-01-12T10:00"), BERLIN)

    assert [(one.words, one.until) for one in found] == [
        ("10 minutes later", utc("2026-01-14T08:10")),
        ("An hour later", utc("2026-01-14T09:00")),
        ("That evening", utc("2026-01-14T17:00")),
        ("The next morning", utc("2026-01-15T08:00")),
    ]


def test_in_the_evening_there_is_no_evening_left():
    at = utc("2026-01-12T16:45")

    assert "evening" not in [one.key for one in choices(at, at, BERLIN)]
    assert chosen("evening", at, at, BERLIN) is None


def test_tomorrow_morning_is_nine_by_the_clock_over_a_change_of_clocks():
    at = utc("2026-03-28T10:00")

    assert chosen("morning", at, at, BERLIN) == utc("2026-03-29T07:00")


@pytest.mark.parametrize(
    ("start", "zone", "rule", "at", "words"),
    [
        ("2026-01-31T09:00", "UTC", "FREQ=MONTHLY", "2026-02-28T09:00", "February has no 31st"),
        ("2026-01-31T09:00", "UTC", "FREQ=MONTHLY", "2026-03-31T09:00", ""),
        ("2026-01-30T09:00", "UTC", "FREQ=MONTHLY", "2026-04-30T09:00", ""),
        ("2028-02-29T09:00", "UTC", "FREQ=YEARLY", "2029-02-28T09:00", "February has no 29th"),
        ("2026-01-31T09:00", "UTC", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-02-28T09:00", ""),
        ("2026-01-26T09:00", "UTC", "FREQ=MONTHLY;BYDAY=-1MO", "2026-02-23T09:00", ""),
        ("2026-03-29T02:30", "Europe/Berlin", None, "2026-03-29T01:30", "no 02:30 that day"),
        ("2026-10-25T02:30", "Europe/Berlin", None, "2026-10-25T00:30", "first of two 02:30"),
        ("2026-10-25T03:30", "Europe/Berlin", None, "2026-10-25T02:30", ""),
    ],
)
def test_a_remark_says_what_moved_a_time(start, zone, rule, at, words):
    found = remark(Schedule(datetime.fromisoformat(start), zone, rule), utc(at))

    assert words in found
    assert bool(words) == bool(found)
