"""Every rule that is valid has an honest line in plain English."""

import re
from datetime import datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, occurrences, snap, validate
from reminder_app.recurrence.rrule import WEEKDAYS
from reminder_app.recurrence.wording import describe, describe_days

pytestmark = pytest.mark.sqlite_only  # no database at all

LINES = {
    ("2026-01-31 09:00", None): "Once on 31 January 2026 at 09:00",
    ("2026-01-31 09:00", "FREQ=DAILY"): "Every day at 09:00",
    ("2026-01-31 09:00", "FREQ=DAILY;COUNT=1"): "Every day at 09:00, once",
    ("2026-01-31 09:00:05", "FREQ=DAILY;INTERVAL=2;COUNT=5"): "Every 2 days at 09:00:05, 5 times",
    ("2026-01-31 09:00", "FREQ=DAILY;BYHOUR=9,17"): "Every day at 09:00 and 17:00",
    ("2026-01-30 08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20270301"): (
        "Every weekday at 08:00 until 1 March 2027"
    ),
    ("2026-01-30 08:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR"): (
        "Every 2 weeks on weekdays at 08:00"
    ),
    ("2026-01-30 08:00", "FREQ=WEEKLY"): "Every week on Friday at 08:00",
    ("2026-01-29 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"): (
        "Every 2 weeks on Mon and Thu at 09:00"
    ),
    ("2026-01-06 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"): (
        "Every 2 weeks on Tue and Sun (weeks start on Sunday) at 09:00"
    ),
    ("2026-01-31 09:00", "FREQ=MONTHLY"): "Every month on the 31st (or the last day) at 09:00",
    ("2026-01-15 09:00", "FREQ=MONTHLY"): "Every month on the 15th at 09:00",
    ("2026-01-31 09:00", "FREQ=MONTHLY;BYMONTHDAY=-1"): "Every month on the last day at 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYMONTHDAY=-2"): "Every month on the 2nd last day at 09:00",
    ("2026-01-01 09:00", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,22"): (
        "Every 3 months on the 1st and 22nd at 09:00"
    ),
    ("2026-01-13 09:00", "FREQ=MONTHLY;BYDAY=2TU"): "Every month on the 2nd Tuesday at 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYDAY=-1FR"): "Every month on the last Friday at 09:00",
    ("2026-01-30 09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"): (
        "Every month on the last weekday at 09:00"
    ),
    ("2026-01-05 09:00", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"): (
        "Every month on every Mon and Tue (only the 1st of these times each month) at 09:00"
    ),
    ("2026-02-13 09:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"): (
        "Every month on the 13th if it is Friday at 09:00"
    ),
    ("2026-03-01 09:00", "FREQ=YEARLY"): "Every year on 1 March at 09:00",
    ("2024-02-29 09:00", "FREQ=YEARLY"): "Every year on 29 February (or the last day) at 09:00",
    ("2026-11-26 09:00", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"): (
        "Every year on the 4th Thursday in November at 09:00"
    ),
    ("2026-05-18 09:00", "FREQ=YEARLY;BYDAY=20MO"): (
        "Every year on the 20th Monday of the year at 09:00"
    ),
    ("2026-05-11 09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"): (
        "Every year on Monday in the 20th week of the year at 09:00"
    ),
    ("2026-12-31 09:00", "FREQ=YEARLY;BYYEARDAY=100,-1"): (
        "Every year on the 100th and last day of the year at 09:00"
    ),
    ("2026-06-10 09:00", "FREQ=DAILY;INTERVAL=3;BYMONTH=6"): "Every 3 days, only in June, at 09:00",
    ("2026-01-31 09:15", "FREQ=HOURLY"): "Every hour from 09:15",
    ("2026-01-30 09:00", "FREQ=HOURLY;INTERVAL=5;BYDAY=FR"): (
        "Every 5 hours, only on Friday, from 09:00"
    ),
    ("2026-01-30 09:00", "FREQ=DAILY;UNTIL=20270301T080000Z"): (
        "Every day at 09:00 until 1 March 2027, 09:00"
    ),
}


@pytest.mark.parametrize(("start", "rule"), LINES)
def test_it_reads(start, rule):
    schedule = validate(Schedule(datetime.fromisoformat(start), "Europe/Berlin", rule))

    assert describe(schedule) == LINES[start, rule]


@pytest.mark.parametrize(("start", "rule"), [key for key in LINES if key[1]])
def test_without_its_one_time_of_day_it_says_the_rest(start, rule):
    schedule = validate(Schedule(datetime.fromisoformat(start), "Europe/Berlin", rule))

    rest = re.sub(r",? at \d\d:00(:05)?(?! and)", "", LINES[start, rule])
    assert describe_days(schedule) == rest


def test_every_time_in_it_is_written_by_the_given_clock():
    start = datetime.fromisoformat("2026-01-30 09:00")
    rule = "FREQ=DAILY;BYHOUR=9,17;UNTIL=20270301T080000Z"

    line = describe(Schedule(start, "Europe/Berlin", rule), lambda at: f"{at.hour} o'clock")

    assert line == "Every day at 9 o'clock and 17 o'clock until 1 March 2027, 9 o'clock"


def test_a_month_that_is_left_out_is_said():
    start = datetime.fromisoformat("2026-01-31 09:00")
    schedule = validate(Schedule(start, "UTC", "FREQ=MONTHLY", "skip"))

    assert describe(schedule) == "Every month on the 31st (not in shorter months) at 09:00"


def some(values):
    lists = st.lists(st.sampled_from(list(values)), max_size=3, unique=True)
    return lists.map(lambda chosen: ",".join(map(str, chosen)))


def text_of(freq: str, chosen: dict[str, str]) -> str:
    return ";".join(
        [f"FREQ={freq}", *(f"{part}={value}" for part, value in chosen.items() if value)]
    )


# Few values, so that two random rules are often near each other.
texts = st.builds(
    text_of,
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]),
    st.fixed_dictionaries(
        {
            "INTERVAL": st.sampled_from(["", "2"]),
            "BYMONTH": some([1, 6]),
            "BYMONTHDAY": some([1, 31, -1]),
            "BYDAY": some(WEEKDAYS[:3]) | some(["1MO", "-1MO", "2TU"]) | st.just("MO,TU,WE,TH,FR"),
            "BYYEARDAY": some([1, -1]) | st.just(""),
            "BYWEEKNO": some([1, 20]) | st.just(""),
            "BYHOUR": some([9, 17]),
            "BYSETPOS": some([1, -1]),
            "WKST": st.sampled_from(["", "SU"]),
        }
    ),
)
START = datetime.fromisoformat("2026-01-01 09:00")


def sound(text: str, month_end: str) -> Schedule | None:
    try:
        return snap(Schedule(START, "Europe/Berlin", text, month_end))
    except Invalid:
        return None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(texts, st.sampled_from(["clamp", "skip"])), min_size=30, max_size=30))
def test_two_rules_that_read_the_same_are_the_same(several):
    heard: dict[tuple[str, datetime], list[datetime]] = {}
    for schedule in filter(None, (sound(*one) for one in several)):
        line = describe(schedule)
        walls = [one.wall for one in islice(occurrences(schedule), 40)]

        assert len(line) < 300
        assert heard.setdefault((line, schedule.starts_at), walls) == walls
