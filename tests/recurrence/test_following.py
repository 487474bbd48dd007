"""A schedule cut in the middle, and one that moves with a person: nothing is lost, doubled or drifts."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_app.recurrence import Schedule, first, local, occurrences, validate
from reminder_app.recurrence.following import before_occurrence, from_occurrence, in_zone

pytestmark = pytest.mark.sqlite_only  # no database at all

BERLIN = "Europe/Berlin"


def schedule(start: str, rule: str | None, month_end: str = "clamp") -> Schedule:
    return validate(Schedule(datetime.fromisoformat(start), BERLIN, rule, month_end))


SCHEDULES = [
    schedule("2026-01-31 09:00", "FREQ=MONTHLY"),
    schedule("2026-01-31 09:00", "FREQ=MONTHLY", "skip"),
    schedule("2024-02-29 09:00", "FREQ=YEARLY"),
    schedule("2024-02-29 09:00", "FREQ=YEARLY;COUNT=9"),
    schedule("2026-03-20 02:30", "FREQ=DAILY"),
    schedule("2026-03-20 02:30", "FREQ=DAILY;COUNT=20"),
    schedule("2026-03-20 02:30", "FREQ=DAILY;INTERVAL=3;UNTIL=20260601"),
    schedule("2026-10-20 02:30", "FREQ=DAILY;BYHOUR=1,2,3"),
    schedule("2026-01-06 09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"),
    schedule("2026-01-06 09:00", "FREQ=WEEKLY;INTERVAL=2"),
    schedule("2026-01-30 09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    schedule("2026-01-01 09:00", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,31"),
    schedule("2026-03-28 23:00", "FREQ=HOURLY;INTERVAL=7;COUNT=40"),
]


@pytest.mark.parametrize("whole", SCHEDULES, ids=lambda whole: f"{whole.rule} {whole.month_end}")
@pytest.mark.parametrize("place", [0, 1, 2, 3, 4, 5, 8])
def test_the_two_parts_of_a_schedule_are_the_whole(whole, place):
    times = first(whole, 60)
    at = times[place]

    before, after = before_occurrence(whole, at), from_occurrence(whole, at)

    assert (first(before, 60) if before else []) == times[:place]
    assert first(after, 60 - place) == times[place:]
    assert validate(after) == after
    assert before is None or validate(before) == before


def test_the_31st_cut_on_28_february_stays_the_31st():
    whole = schedule("2026-01-31 09:00", "FREQ=MONTHLY")

    after = from_occurrence(whole, first(whole, 2)[1])

    assert after.starts_at == datetime.fromisoformat("2026-02-28 09:00")
    assert after.rule == "FREQ=MONTHLY;BYMONTHDAY=31"


def test_half_past_two_cut_in_the_gap_stays_half_past_two():
    whole = schedule("2026-03-28 02:30", "FREQ=DAILY")

    after = from_occurrence(whole, first(whole, 2)[1])

    assert after.starts_at == datetime.fromisoformat("2026-03-29 02:30")


def test_a_rule_that_the_new_start_implies_stays_as_it_is():
    whole = schedule("2026-01-15 09:00", "FREQ=MONTHLY;COUNT=10")

    after = from_occurrence(whole, first(whole, 4)[3])

    assert after.rule == "FREQ=MONTHLY;COUNT=7"


def test_the_earlier_part_ends_with_a_date_that_the_form_can_show():
    whole = schedule("2026-01-15 09:00", "FREQ=DAILY;COUNT=10")

    before = before_occurrence(whole, first(whole, 4)[3])

    assert before is not None
    assert before.rule == "FREQ=DAILY;UNTIL=20260117"


def test_a_one_off_has_no_earlier_part():
    once = schedule("2026-01-15 09:00", None)

    assert before_occurrence(once, first(once, 1)[0]) is None
    assert from_occurrence(once, first(once, 1)[0]) == once


def test_a_schedule_is_cut_at_its_own_times_only():
    whole = schedule("2026-01-15 09:00", "FREQ=DAILY")
    elsewhere = first(whole, 2)[1] + timedelta(minutes=1)

    for cut in (before_occurrence, from_occurrence):
        with pytest.raises(ValueError, match="nothing is due"):
            cut(whole, elsewhere)


def test_a_person_who_moves_keeps_the_time_on_the_wall():
    pills = schedule("2026-03-27 08:00", "FREQ=DAILY;UNTIL=20260330T080000")

    moved = in_zone(pills, "America/New_York")

    assert [local(at, moved.zone).isoformat(timespec="minutes") for at in first(moved, 9)] == [
        "2026-03-27T08:00-04:00",
        "2026-03-28T08:00-04:00",
        "2026-03-29T08:00-04:00",
        "2026-03-30T08:00-04:00",
    ]
    assert moved.rule == "FREQ=DAILY;UNTIL=20260330T120000Z"


def test_moving_touches_nothing_else():
    once = schedule("2026-03-27 08:00", None)

    assert in_zone(once, "Asia/Tokyo").starts_at == once.starts_at
    assert in_zone(SCHEDULES[6], "Asia/Tokyo").rule == SCHEDULES[6].rule


@settings(max_examples=100, deadline=None)
@given(
    whole=st.sampled_from(SCHEDULES),
    zone=st.sampled_from(["Asia/Tokyo", "Pacific/Apia", "America/New_York", "Pacific/Kiritimati"]),
)
def test_the_walls_are_the_same_in_every_zone_and_on_the_way_back(whole, zone):
    moved = in_zone(whole, zone)

    if "HOURLY" not in (whole.rule or ""):
        walls = [one.wall for one in islice(occurrences(whole), 40)]
        assert [one.wall for one in islice(occurrences(moved), 40)] == walls
    assert in_zone(moved, whole.zone) == whole
    assert first(moved, 1)[0].tzinfo is UTC
