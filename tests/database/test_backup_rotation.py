"""Which backups stay."""

from datetime import UTC, datetime, timedelta

import pytest

from reminder_app.database.backup.rotation import Chosen, Keep, choose

pytestmark = pytest.mark.sqlite_only
START = datetime(2026, 1, 1, 2, 7, tzinfo=UTC)


def daily(days: int, start: datetime = START) -> list[tuple[str, datetime]]:
    return [(f"{at:%Y-%m-%d}", at) for at in (start + timedelta(days=n) for n in range(days))]


def kept(chosen: Chosen, why: str) -> list[str]:
    return sorted(name for name, reasons in chosen.stay.items() if why in reasons)


def test_of_a_year_the_last_days_weeks_and_months_stay():
    chosen = choose(daily(365), Keep(daily=7, weekly=5, monthly=12))

    assert kept(chosen, "daily") == [f"2026-12-{day}" for day in range(25, 32)]
    assert kept(chosen, "weekly") == [
        "2026-12-06",
        "2026-12-13",
        "2026-12-20",
        "2026-12-27",
        "2026-12-31",
    ]
    assert kept(chosen, "monthly")[:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert len(kept(chosen, "monthly")) == 12
    assert len(chosen.stay) + len(chosen.go) == 365
    assert len(chosen.stay) <= 7 + 5 + 12


def test_it_ends_the_same_whether_one_rotates_each_day_or_once():
    there: list[tuple[str, datetime]] = []
    for one in daily(400):
        there.append(one)
        go = set(choose(there, Keep()).go)
        there = [backup for backup in there if backup[0] not in go]

    assert sorted(name for name, _ in there) == sorted(choose(daily(400), Keep()).stay)


def test_of_one_day_the_last_stays_once_it_is_two_days_old():
    at = START.replace(hour=1)
    one_day = [("early", at), ("late", at + timedelta(hours=5))]

    assert choose(one_day, Keep(1, 0, 0)).stay == {
        "late": ("recent", "daily"),
        "early": ("recent",),
    }
    later = choose([*one_day, ("next", at + timedelta(days=3))], Keep(2, 0, 0))
    assert later.stay == {"next": ("recent", "daily"), "late": ("daily",)}
    assert later.go == ["early"]


def test_a_pause_in_backing_up_removes_nothing():
    old = daily(3)

    assert choose(old, Keep(3, 0, 0)).go == []
    later = [*old, ("after a pause", START + timedelta(days=300))]
    assert sorted(choose(later, Keep(3, 0, 0)).stay) == [
        "2026-01-02",
        "2026-01-03",
        "after a pause",
    ]


def test_without_any_there_is_nothing_to_choose():
    assert choose([], Keep()) == Chosen({}, [])


def test_keep_nothing_keeps_the_last_two_days():
    assert sorted(choose(daily(9), Keep(0, 0, 0)).stay) == ["2026-01-08", "2026-01-09"]
