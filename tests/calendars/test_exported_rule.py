"""Rules as they leave the house: so that other calendars compute the same."""

from datetime import UTC, datetime

import pytest

from reminder_app.calendars.exported_rule import MOST_DATES, exported
from reminder_app.recurrence import Schedule, snap

pytestmark = pytest.mark.sqlite_only  # no database at all

LAST = "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"
WRITTEN = [
    ("2027-01-31T09:00", "FREQ=MONTHLY", LAST),
    ("2027-01-31T09:00", "FREQ=MONTHLY;COUNT=5", f"{LAST};COUNT=5"),
    ("2027-01-30T09:00", "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
    (
        "2027-01-15T09:00",
        "FREQ=MONTHLY;BYMONTHDAY=15,31",
        "FREQ=MONTHLY;BYMONTHDAY=15,28,29,30,31;BYSETPOS=1,-1",
    ),
    (
        "2028-02-29T09:00",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
    ),
    ("2027-01-31T09:00", "FREQ=YEARLY", "FREQ=YEARLY"),
    ("2027-01-28T09:00", "FREQ=MONTHLY", "FREQ=MONTHLY"),
    ("2027-01-31T09:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    # The last second of that day in Berlin.
    ("2027-01-04T09:00", "FREQ=DAILY;UNTIL=20270131", "FREQ=DAILY;UNTIL=20270131T225959Z"),
]


def schedule(start, rule):
    return snap(Schedule(datetime.fromisoformat(start), "Europe/Berlin", rule))


@pytest.mark.parametrize(("start", "rule", "text"), WRITTEN)
def test_it_is_written_so_that_others_read_it_alike(start, rule, text):
    found = exported(schedule(start, rule), datetime(2027, 1, 1, tzinfo=UTC))

    assert plain(found.rule) == plain(text)
    assert (found.is_utc, found.dates) == (False, ())


def plain(rule):
    """What the start says anyway may be left out or not."""
    kept = sorted(rule.split(";"))
    return [part for part in kept if part not in ("BYMONTH=1", "BYMONTHDAY=31", "BYMONTHDAY=28")]


def test_hours_that_pass_start_in_utc():
    found = exported(schedule("2027-01-04T09:00", "FREQ=HOURLY;INTERVAL=5"), datetime.now(UTC))

    assert (found.is_utc, found.rule) == (True, "FREQ=HOURLY;INTERVAL=5")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;BYDAY=MO",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=30,31",
    ],
)
def test_what_no_rule_says_alike_is_a_list_of_dates(rule):
    found = exported(schedule("2027-01-04T09:00", rule), datetime(2027, 1, 1, tzinfo=UTC))

    assert found.rule is None
    assert 0 < len(found.dates) <= MOST_DATES
