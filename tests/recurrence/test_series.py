"""When a schedule is due: the hard cases, each with the local times that must come out."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from reminder_app.recurrence import (
    Schedule,
    after,
    at_or_after,
    between,
    first,
    latest_before_or_at,
    local,
    occurrences,
    snap,
    validate,
)

pytestmark = pytest.mark.sqlite_only  # no database at all

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
SYDNEY, LORD_HOWE, AUCKLAND = "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland"
WORKDAYS = "BYDAY=MO,TU,WE,TH,FR"


def schedule(start: str, zone: str, rule: str | None, month_end: str = "clamp") -> Schedule:
    return validate(Schedule(datetime.fromisoformat(start), zone, rule, month_end))


def due(found: Schedule, count: int) -> list[str]:
    return [local(at, found.zone).isoformat(timespec="minutes") for at in first(found, count)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DAYS = {
    "the 31st is the last day of shorter months": (
        ("2026-01-31", "FREQ=MONTHLY", "clamp"),
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31",
    ),
    "the 31st is left out of shorter months": (
        ("2026-01-31", "FREQ=MONTHLY", "skip"),
        "2026-01-31 2026-03-31 2026-05-31 2026-07-31",
    ),
    "the 31st may start in a shorter month": (
        ("2026-04-30", "FREQ=MONTHLY;BYMONTHDAY=31", "clamp"),
        "2026-04-30 2026-05-31 2026-06-30",
    ),
    "the 30th only moves in February": (
        ("2024-01-30", "FREQ=MONTHLY", "clamp"),
        "2024-01-30 2024-02-29 2024-03-30",
    ),
    "the 30th and the 31st are one day in April": (
        ("2026-03-30", "FREQ=MONTHLY;BYMONTHDAY=30,31", "clamp"),
        "2026-03-30 2026-03-31 2026-04-30 2026-05-30",
    ),
    "the 15th and the 31st": (
        ("2026-02-15", "FREQ=MONTHLY;BYMONTHDAY=15,31", "clamp"),
        "2026-02-15 2026-02-28 2026-03-15 2026-03-31",
    ),
    "every third month on the 31st": (
        ("2026-08-31", "FREQ=MONTHLY;INTERVAL=3", "clamp"),
        "2026-08-31 2026-11-30 2027-02-28 2027-05-31",
    ),
    "29 February is the 28th in common years": (
        ("2024-02-29", "FREQ=YEARLY", "clamp"),
        "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29",
    ),
    "29 February in leap years only": (
        ("2024-02-29", "FREQ=YEARLY", "skip"),
        "2024-02-29 2028-02-29 2032-02-29",
    ),
    "29 February leaves out the year 2100": (
        ("2096-02-29", "FREQ=YEARLY", "skip"),
        "2096-02-29 2104-02-29",
    ),
    "29 February in common years may start there": (
        ("2026-02-28", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "clamp"),
        "2026-02-28 2027-02-28 2028-02-29",
    ),
    "a weekday and a date do not clamp": (
        ("2026-01-30", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=30", "clamp"),
        "2026-01-30 2026-10-30 2027-04-30",
    ),
    "Friday the 13th": (
        ("2026-02-13", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "clamp"),
        "2026-02-13 2026-03-13 2026-11-13 2027-08-13",
    ),
    "the last weekday of the month": (
        ("2026-01-30", f"FREQ=MONTHLY;{WORKDAYS};BYSETPOS=-1", "clamp"),
        "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29",
    ),
    "the last day of the month": (
        ("2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1", "skip"),
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30",
    ),
    "the second Tuesday": (
        ("2026-01-13", "FREQ=MONTHLY;BYDAY=2TU", "clamp"),
        "2026-01-13 2026-02-10 2026-03-10 2026-04-14",
    ),
    "the last Friday": (
        ("2026-01-30", "FREQ=MONTHLY;BYDAY=-1FR", "clamp"),
        "2026-01-30 2026-02-27 2026-03-27 2026-04-24",
    ),
    "a fifth Friday, where there is one": (
        ("2026-01-30", "FREQ=MONTHLY;BYDAY=5FR", "clamp"),
        "2026-01-30 2026-05-29 2026-07-31",
    ),
    "every second week, across a year of 53 weeks": (
        ("2026-12-17", "FREQ=WEEKLY;INTERVAL=2", "clamp"),
        "2026-12-17 2026-12-31 2027-01-14",
    ),
    "every second week, when weeks start on Monday": (
        ("2026-01-06", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "clamp"),
        "2026-01-06 2026-01-11 2026-01-20 2026-01-25",
    ),
    "every second week, when weeks start on Sunday": (
        ("2026-01-06", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "clamp"),
        "2026-01-06 2026-01-18 2026-01-20 2026-02-01",
    ),
    "the first and third workday, in a week that started before": (
        ("2024-10-23", f"FREQ=WEEKLY;{WORKDAYS};BYSETPOS=1,3", "clamp"),
        "2024-10-23 2024-10-28 2024-10-30",
    ),
    "New Year's Eve": (("2026-12-31", "FREQ=YEARLY", "skip"), "2026-12-31 2027-12-31 2028-12-31"),
    "the last day of the year": (
        ("2027-12-31", "FREQ=YEARLY;BYYEARDAY=-1", "skip"),
        "2027-12-31 2028-12-31",
    ),
    "day 366": (("2024-12-31", "FREQ=YEARLY;BYYEARDAY=366", "skip"), "2024-12-31 2028-12-31"),
    "Thanksgiving": (
        ("2026-11-26", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "clamp"),
        "2026-11-26 2027-11-25 2028-11-23",
    ),
    "Monday of the first week, also in December": (
        ("2024-01-01", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "clamp"),
        "2024-01-01 2024-12-30 2025-12-29 2027-01-04",
    ),
    "every third day, in June only": (
        ("2026-06-28", "FREQ=DAILY;INTERVAL=3;BYMONTH=6", "clamp"),
        "2026-06-28 2027-06-02 2027-06-05",
    ),
    "workdays as a daily rule": (
        ("2026-01-01", f"FREQ=DAILY;{WORKDAYS}", "clamp"),
        "2026-01-01 2026-01-02 2026-01-05",
    ),
}


@pytest.mark.parametrize("case", DAYS)
def test_it_falls_on(case):
    (start, rule, month_end), dates = DAYS[case]

    found = due(schedule(f"{start} 09:00", "UTC", rule, month_end), len(dates.split()))

    assert found == [f"{date}T09:00+00:00" for date in dates.split()]


CLOCKS = {
    "Berlin, a gap": (
        ("2026-03-28 02:30", BERLIN, "FREQ=DAILY"),
        "2026-03-28T02:30+01:00 2026-03-29T03:30+02:00 2026-03-30T02:30+02:00",
    ),
    "Berlin, an overlap": (
        ("2026-10-24 02:30", BERLIN, "FREQ=DAILY"),
        "2026-10-24T02:30+02:00 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00",
    ),
    "Berlin, nine o'clock stays nine o'clock": (
        ("2026-03-22 09:00", BERLIN, "FREQ=WEEKLY"),
        "2026-03-22T09:00+01:00 2026-03-29T09:00+02:00",
    ),
    "New York, a gap": (
        ("2026-03-07 02:30", NEW_YORK, "FREQ=DAILY"),
        "2026-03-07T02:30-05:00 2026-03-08T03:30-04:00 2026-03-09T02:30-04:00",
    ),
    "New York, an overlap": (
        ("2026-10-31 01:30", NEW_YORK, "FREQ=DAILY"),
        "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00",
    ),
    "Sydney, a gap in October": (
        ("2026-10-03 02:30", SYDNEY, "FREQ=DAILY"),
        "2026-10-03T02:30+10:00 2026-10-04T03:30+11:00 2026-10-05T02:30+11:00",
    ),
    "Sydney, an overlap in April": (
        ("2026-04-04 02:30", SYDNEY, "FREQ=DAILY"),
        "2026-04-04T02:30+11:00 2026-04-05T02:30+11:00 2026-04-06T02:30+10:00",
    ),
    "Auckland, a gap": (
        ("2026-09-26 02:30", AUCKLAND, "FREQ=DAILY"),
        "2026-09-26T02:30+12:00 2026-09-27T03:30+13:00 2026-09-28T02:30+13:00",
    ),
    "Auckland, an overlap": (
        ("2026-04-04 02:30", AUCKLAND, "FREQ=DAILY"),
        "2026-04-04T02:30+13:00 2026-04-05T02:30+13:00 2026-04-06T02:30+12:00",
    ),
    "Lord Howe, a gap of half an hour": (
        ("2026-10-03 02:15", LORD_HOWE, "FREQ=DAILY"),
        "2026-10-03T02:15+10:30 2026-10-04T02:45+11:00 2026-10-05T02:15+11:00",
    ),
    "Lord Howe, an overlap of half an hour": (
        ("2026-04-04 01:45", LORD_HOWE, "FREQ=DAILY"),
        "2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30",
    ),
    "Cairo, where midnight is in the gap": (
        ("2026-04-23 00:00", "Africa/Cairo", "FREQ=DAILY"),
        "2026-04-23T00:00+02:00 2026-04-24T01:00+03:00 2026-04-25T00:00+03:00",
    ),
    "Nuuk, where the gap ends the day: in the first hour of the next": (
        ("2026-03-27 23:30", "America/Nuuk", "FREQ=DAILY"),
        "2026-03-27T23:30-02:00 2026-03-29T00:30-01:00 2026-03-29T23:30-01:00",
    ),
    "Apia, which had no 30 December 2011": (
        ("2011-12-29 09:00", "Pacific/Apia", "FREQ=DAILY"),
        "2011-12-29T09:00-10:00 2011-12-31T09:00+14:00 2012-01-01T09:00+14:00",
    ),
    "Kwajalein, which had no 21 August 1993": (
        ("1993-08-20 09:00", "Pacific/Kwajalein", "FREQ=DAILY"),
        "1993-08-20T09:00-12:00 1993-08-22T09:00+12:00 1993-08-23T09:00+12:00",
    ),
    "a one-off in a gap": (("2026-03-29 02:30", BERLIN, None), "2026-03-29T03:30+02:00"),
    "a one-off in an overlap": (("2026-10-25 02:30", BERLIN, None), "2026-10-25T02:30+02:00"),
    "the 31st that falls into a gap": (
        ("2024-02-29 02:30", BERLIN, "FREQ=MONTHLY;BYMONTHDAY=31"),
        "2024-02-29T02:30+01:00 2024-03-31T03:30+02:00 2024-04-30T02:30+02:00",
    ),
    "two times that meet after a gap are one": (
        ("2026-03-29 02:00", BERLIN, "FREQ=DAILY;BYHOUR=2,3"),
        "2026-03-29T03:00+02:00 2026-03-30T02:00+02:00 2026-03-30T03:00+02:00",
    ),
    "a time moved over two hours passes the next one": (
        ("2026-03-29 02:00", "Antarctica/Troll", "FREQ=DAILY;BYHOUR=2,3"),
        "2026-03-29T03:00+02:00 2026-03-29T04:00+02:00 2026-03-30T02:00+02:00",
    ),
    "hours that pass, over a gap": (
        ("2026-03-29 00:30", BERLIN, "FREQ=HOURLY"),
        "2026-03-29T00:30+01:00 2026-03-29T01:30+01:00 2026-03-29T03:30+02:00",
    ),
    "hours that pass, over an overlap": (
        ("2026-10-25 01:30", BERLIN, "FREQ=HOURLY"),
        "2026-10-25T01:30+02:00 2026-10-25T02:30+02:00 2026-10-25T02:30+01:00 2026-10-25T03:30+01:00",
    ),
    "hours that pass, on Sundays": (
        ("2026-10-25 00:00", BERLIN, "FREQ=HOURLY;INTERVAL=12;BYDAY=SU"),
        "2026-10-25T00:00+02:00 2026-10-25T11:00+01:00 2026-10-25T23:00+01:00 2026-11-01T11:00+01:00",
    ),
    "hours on the clock keep to the clock": (
        ("2026-03-28 08:00", BERLIN, "FREQ=HOURLY;INTERVAL=6;BYHOUR=8,9,14"),
        "2026-03-28T08:00+01:00 2026-03-28T14:00+01:00 2026-03-29T08:00+02:00",
    ),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_the_clock_shows(case):
    made, times = CLOCKS[case]

    assert due(schedule(*made), len(times.split())) == times.split()


ENDS = {
    "a date, inclusive": (("2026-01-01 08:00", AUCKLAND, "FREQ=DAILY;UNTIL=20260103"), 3),
    "the start itself": (("2026-01-01 08:00", AUCKLAND, "FREQ=DAILY;UNTIL=20260101"), 1),
    "a local time, inclusive": (
        ("2026-01-01 08:00", AUCKLAND, "FREQ=DAILY;UNTIL=20260103T080000"),
        3,
    ),
    "a local time just before": (
        ("2026-01-01 08:00", AUCKLAND, "FREQ=DAILY;UNTIL=20260103T075959"),
        2,
    ),
    "UTC, which is the next day": (
        ("2026-01-01 20:00", NEW_YORK, "FREQ=DAILY;UNTIL=20260104T010000Z"),
        3,
    ),
    "UTC, a second too early": (
        ("2026-01-01 20:00", NEW_YORK, "FREQ=DAILY;UNTIL=20260104T005959Z"),
        2,
    ),
    "a local time in a gap": (
        ("2026-03-28 02:30", BERLIN, "FREQ=DAILY;UNTIL=20260329T023000"),
        2,
    ),
    "a count": (("2026-01-01 08:00", BERLIN, "FREQ=DAILY;COUNT=5"), 5),
    "a count of clamped days": (("2026-01-31 08:00", BERLIN, "FREQ=MONTHLY;COUNT=12"), 12),
    "a count over a day that never was": (
        ("2011-12-29 09:00", "Pacific/Apia", "FREQ=DAILY;COUNT=3"),
        3,
    ),
    "a count of hours": (("2026-01-01 08:00", BERLIN, "FREQ=HOURLY;COUNT=30"), 30),
    "a date under hours": (("2026-01-01 20:00", BERLIN, "FREQ=HOURLY;UNTIL=20260102"), 28),
    "no rule": (("2026-01-01 08:00", BERLIN, None), 1),
}


@pytest.mark.parametrize("case", ENDS)
def test_it_ends_by(case):
    made, count = ENDS[case]
    found = schedule(*made)
    times = first(found, 100)

    assert len(times) == count
    assert after(found, times[-1]) is None
    assert latest_before_or_at(found, utc("2100-01-01")) == times[-1]


def test_nothing_is_due_after_2199():
    yearly = schedule("2190-06-01 09:00", BERLIN, "FREQ=YEARLY")

    assert len(first(yearly, 100)) == 10
    assert after(yearly, utc("2200-01-01")) is None
    assert after(yearly, datetime.max.replace(tzinfo=UTC)) is None
    assert latest_before_or_at(yearly, datetime.max.replace(tzinfo=UTC)) == utc("2199-06-01 07:00")
    assert latest_before_or_at(yearly, datetime.min.replace(tzinfo=UTC)) is None


def test_the_questions_agree_on_their_borders():
    daily = schedule("2026-01-01 09:00", "UTC", "FREQ=DAILY")
    nine, tenth = utc("2026-01-09 09:00"), utc("2026-01-10 09:00")

    assert after(daily, nine) == tenth
    assert after(daily, nine - timedelta(microseconds=1)) == nine
    assert at_or_after(daily, nine) == nine
    assert at_or_after(daily, nine + timedelta(microseconds=1)) == tenth
    assert latest_before_or_at(daily, tenth) == tenth
    assert latest_before_or_at(daily, tenth - timedelta(microseconds=1)) == nine
    assert between(daily, nine, tenth, limit=10) == [nine]
    assert between(daily, nine, utc("2027-01-01"), limit=2) == [nine, tenth]
    assert first(daily, 2, since=nine) == [nine, tenth]


def test_before_the_start_there_is_only_the_start():
    daily = schedule("2026-01-01 09:00", BERLIN, "FREQ=DAILY")

    assert after(daily, utc("1950-01-01")) == utc("2026-01-01 08:00")
    assert latest_before_or_at(daily, utc("2026-01-01 07:59:59")) is None


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="naive"):
        after(schedule("2026-01-01 09:00", BERLIN, None), datetime.fromisoformat("2026-01-01"))


def test_an_occurrence_knows_the_wall_time_it_was_meant_for():
    daily = schedule("2026-03-28 02:30", BERLIN, "FREQ=DAILY")

    _, moved = islice(occurrences(daily), 2)

    assert moved.wall.isoformat() == "2026-03-29T02:30:00"
    assert moved.at == utc("2026-03-29 01:30")


NORMAL = {
    "RRULE:freq=weekly;byday=th,mo;": "FREQ=WEEKLY;BYDAY=MO,TH",
    "BYDAY=TH;INTERVAL=1;FREQ=WEEKLY": "FREQ=WEEKLY;BYDAY=TH",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15,1,1": "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=+1TH": "FREQ=MONTHLY;BYDAY=1TH",
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYSECOND=0": "FREQ=DAILY",
    "FREQ=DAILY;BYHOUR=17,9": "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=HOURLY;BYHOUR=9,10": "FREQ=DAILY;BYHOUR=9,10",
    "FREQ=WEEKLY;WKST=SU": "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TH": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=SU",
    "FREQ=DAILY;UNTIL=20260701": "FREQ=DAILY;UNTIL=20260701",
    "FREQ=DAILY;UNTIL=20260701T090000": "FREQ=DAILY;UNTIL=20260701T070000Z",
    "FREQ=DAILY;UNTIL=20260701T090000Z": "FREQ=DAILY;UNTIL=20260701T090000Z",
    " FREQ=DAILY ": "FREQ=DAILY",
}


@pytest.mark.parametrize("written", NORMAL)
def test_a_rule_has_one_normal_form(written):
    found = schedule("2026-01-01 09:30", BERLIN, written)

    assert found.rule == NORMAL[written]
    assert validate(found) == found


def test_fractions_of_a_second_are_dropped():
    found = schedule("2026-01-01 09:30:15.250", BERLIN, None)

    assert found.starts_at.isoformat() == "2026-01-01T09:30:15"


SNAPPED = {
    ("2026-01-07", "FREQ=WEEKLY;BYDAY=MO,TH"): "2026-01-08",
    ("2026-01-07", "FREQ=MONTHLY;BYMONTHDAY=31"): "2026-01-31",
    ("2026-02-07", "FREQ=MONTHLY;BYMONTHDAY=31"): "2026-02-28",
    ("2026-01-07", "FREQ=MONTHLY;BYDAY=1MO"): "2026-02-02",
    ("2026-01-07", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6"): "2027-01-06",
    ("2026-01-07", "FREQ=DAILY"): "2026-01-07",
    ("2026-01-07", None): "2026-01-07",
}


@pytest.mark.parametrize(("start", "rule"), SNAPPED)
def test_a_start_can_be_moved_to_the_first_date_of_its_rule(start, rule):
    found = snap(Schedule(datetime.fromisoformat(f"{start} 09:00"), BERLIN, rule))

    assert found.starts_at == datetime.fromisoformat(f"{SNAPPED[start, rule]} 09:00")
