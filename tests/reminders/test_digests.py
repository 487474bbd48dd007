"""The list of a day: once per person and local day, at their hour, and not when there is nothing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest

from reminder_app.accounts import hours, profile, service
from reminder_app.accounts.models import User
from reminder_app.database import db, now
from reminder_app.reminders import act_link, digests
from reminder_app.reminders.models import Occurrence
from tests.reminders.conftest import SITE, ledger
from tests.reminders.test_plan_together import at_once

SEVEN = timedelta(hours=23)  # from monday, 8:00: Tuesday, 7:00
ZONES = sorted(available_timezones() - {"Factory", "localtime"})


def ask_for(person, at=time(7), of="all", days_off=()) -> None:
    hours.set_hours(
        person.id,
        quiet_from=None,
        quiet_until=None,
        days_off=days_off,
        lets_through="urgent",
        digest_at=at,
        digest_of=of,
    )


def test_it_lists_today_and_what_is_overdue(monday, alice, make, plan, later):
    make(title="Rent")
    make(title="Tea", rule="FREQ=DAILY")
    make(title="Cat", starts_at=datetime.fromisoformat("2026-01-13T23:30"))
    make(title="Far", starts_at=datetime.fromisoformat("2026-01-14T00:30"))
    ask_for(alice)
    later(hours=1)
    plan()
    assert digests.write_due(SITE) == 0
    later(hours=22)
    assert digests.write_due(SITE) == 1
    assert digests.write_due(SITE) == 0

    [mail] = ledger(kind="digest")
    assert (mail.due_at, mail.address, mail.state) == (
        *(monday + SEVEN, "alice@example.org"),
        "pending",
    )
    assert mail.subject == "Your day: 1 today, 2 overdue"
    assert [item["title"] for item in mail.payload["overdue"]] == ["Rent", "Tea"]
    assert [item["title"] for item in mail.payload["today"]] == ["Cat"]
    assert all(item["act_path"] for item in mail.payload["overdue"])


def test_done_in_it_means_what_it_lists_though_the_next_is_announced(
    monday, alice, make, plan, later
):
    make(rule="FREQ=DAILY", advance_notices=[1440])
    ask_for(alice, at=time(10))
    later(hours=1)
    plan()  # today's, and the notice of tomorrow's
    later(hours=1)
    digests.write_due(SITE)

    [mail] = ledger(kind="digest")
    [item] = mail.payload["overdue"]
    claim = act_link.read(SITE, item["act_path"].removeprefix("/d/"), now())
    assert db.session.get(Occurrence, claim.occurrence_id).due_at == monday + timedelta(hours=1)


def test_there_is_none_of_nothing_on_days_off_and_long_after(monday, alice, make, later):
    ask_for(alice)
    later(hours=23)
    assert digests.write_due(SITE) == 0
    make(starts_at=datetime.fromisoformat("2026-01-14T09:00"))
    ask_for(alice, days_off=("WE",))
    later(days=1)
    assert digests.write_due(SITE) == 0
    ask_for(alice)
    later(days=1, hours=13)
    assert digests.write_due(SITE) == 0
    assert service.get_user(alice.id).digest_next is not None


def test_of_all_workspaces_or_only_the_active_one(monday, alice, bob, make, later):
    """Bob is a member of alice's, and has one of his own."""
    make(title="Of alice's")
    ask_for(bob, of="all")
    later(hours=23)
    digests.write_due(SITE)
    [mail] = ledger(kind="digest")
    assert [item["title"] for item in mail.payload["overdue"]] == ["Of alice's"]
    assert mail.workspace_id is None


def test_whoever_moves_gets_one_a_local_day(monday, alice, make, later):
    make(rule="FREQ=DAILY")
    ask_for(alice)
    for zone in ("America/New_York", "Asia/Tokyo", "Europe/Berlin"):
        profile.update(alice.id, time_zone=zone)
        for _ in range(12):
            later(hours=1)
            digests.write_due(SITE)

    keys = [row.key for row in ledger(kind="digest")]
    assert len(keys) == len(set(keys)) <= 2


def test_workers_at_once_write_it_once(monday, app, alice, bob, make, later):
    make(rule="FREQ=DAILY")
    for person in (alice, bob):
        ask_for(person)
    later(hours=23)
    at_once(app, *[lambda: digests.write_due(SITE)] * 3)

    assert len(ledger(kind="digest")) == 2


@pytest.mark.sqlite_only
@pytest.mark.parametrize("zones", [ZONES[n::8] for n in range(8)], ids=lambda zones: zones[0])
def test_each_local_day_of_a_year_has_one_in_every_zone(zones):
    for zone in zones:
        user = User(time_zone=zone, digest={"at": "02:30", "of": "all"})
        at, end = (datetime.fromisoformat(f"{year}-01-01T00:00Z") for year in (2026, 2027))
        found = []
        while (at := hours.next_digest(user, at)) < end:
            found.append(at)
        assert 364 <= len(found) <= 366, zone
        assert all(
            later - one > timedelta(hours=20) for one, later in zip(found, found[1:], strict=False)
        )
        assert date(2026, 6, 1) in {one.date() for one in found}
