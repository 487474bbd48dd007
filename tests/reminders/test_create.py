"""What may be set, and what is refused at once with its reason."""

from datetime import datetime, timedelta

import pytest

from reminder_app.errors import Invalid
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders import service
from tests.reminders.conftest import change, read, soon, wall

NINE = timedelta(hours=1)  # from monday, 8:00


def refused(make, **fields):
    with pytest.raises(Invalid) as error:
        make(**fields)
    return error.value.fields


def test_it_keeps_what_was_written(monday, make, alice, contact):
    reminder = make(
        title="  Pay the rent  ",
        notes="IBAN\r\nDE12 🏠",
        rule="FREQ=MONTHLY;BYMONTHDAY=12",
        advance_notices=[60, 1440, 60],
        recipients=[{"kind": "me"}, {"kind": "contact", "id": contact.id}, {"kind": "me"}],
        priority="high",
        labels=["Home", "home ", "Money"],
    )

    stored = read(reminder)
    assert stored.title == "Pay the rent"
    assert stored.notes == "IBAN\nDE12 🏠"
    assert stored.advance_notices == [1440, 60]
    assert [one.user_id or one.contact_id for one in stored.recipients] == [alice.id, contact.id]
    assert stored.label_names == ["Home", "Money"]
    assert (stored.priority, stored.created_by, stored.version) == ("high", alice.id, 1)
    assert (stored.next_at, stored.status) == (monday + NINE, "active")
    assert stored.plan_at == monday + NINE  # both notices lie in the past


def test_the_next_notice_is_what_the_planner_waits_for(monday, make):
    reminder = make(rule="FREQ=MONTHLY;BYMONTHDAY=12", advance_notices=[30, 1440])

    assert reminder.plan_at == monday + timedelta(minutes=30)


def test_a_series_may_have_begun_long_ago(monday, make):
    reminder = make(starts_at=wall("2019-01-31T09:00"), rule="FREQ=MONTHLY")

    assert reminder.next_at == datetime.fromisoformat("2026-01-31T08:00:00Z")


def test_a_one_off_in_the_past_is_refused(monday, make):
    assert refused(make, starts_at=soon(-60)) == {
        "starts_at": "This time has passed: choose one in the future."
    }


def test_a_series_that_is_over_is_refused(monday, make):
    wrong = refused(make, starts_at=wall("2019-01-01T09:00"), rule="FREQ=DAILY;COUNT=3")
    assert "All its times have passed" in wrong["rule"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a\ud800"}, "title"),
        ({"title": "a\u2028b"}, "title"),
        ({"notes": "x" * 10_001}, "notes"),
        ({"notes": "\x00"}, "notes"),
        ({"labels": ["x" * 41]}, "labels"),
        ({"labels": [" "]}, "labels"),
        ({"labels": [f"l{n}" for n in range(21)]}, "labels"),
        ({"advance_notices": [0]}, "advance_notices"),
        ({"advance_notices": [525_601]}, "advance_notices"),
        ({"advance_notices": range(1, 12)}, "advance_notices"),
        ({"priority": "huge"}, "priority"),
        ({"zone_mode": "drifting"}, "zone_mode"),
        ({"time_zone": "Nowhere/Atlantis"}, "time_zone"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rule"),
        ({"rule": "FREQ=SECONDLY"}, "rule"),
        ({"rule": "FREQ=WEEKLY;BYDAY=TU"}, "starts_at"),
        ({"month_end": "roll"}, "month_end"),
        ({"recipients": []}, "recipients"),
        ({"recipients": [{"kind": "me"}, {"kind": "dog"}]}, "recipients.1.kind"),
        ({"recipients": [{"kind": "contact"}]}, "recipients.0.id"),
        ({"recipients": [{"kind": "me", "channel": "fax"}]}, "recipients.0.channel"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(monday, make, fields, name):
    assert list(refused(make, **fields)) == [name]


def test_a_contact_has_to_be_ours_reachable_and_not_archived(monday, make, contact, charlie):
    def wrong(who):
        return refused(make, recipients=[{"kind": "me"}, {"kind": "contact", "id": who}])

    assert "no such contact" in wrong(charlie.id)["recipients.1.id"]
    change(contact, email=None)
    assert "no email address" in wrong(contact.id)["recipients.1.id"]
    change(contact, email="carl@example.org", archived_at=monday)
    assert "archived" in wrong(contact.id)["recipients.1.id"]


def test_a_contact_of_another_workspace_is_no_contact(monday, make, contact, charlie):
    with pytest.raises(Invalid, match="no such contact"):
        service.create_reminder(
            charlie.workspace_id,
            charlie.id,
            title="x",
            starts_at=soon(60),
            time_zone="Europe/Berlin",
            recipients=[{"kind": "contact", "id": contact.id}],
        )


def test_members_remind_each_other_and_strangers_do_not(monday, make, bob, charlie):
    reminder = make(recipients=[{"kind": "member", "id": bob.id}])
    assert [one.user_id for one in reminder.recipients] == [bob.id]

    wrong = refused(make, recipients=[{"kind": "member", "id": charlie.id}])
    assert "no such member" in wrong["recipients.0.id"]


def test_the_preview_shows_what_will_be_due(monday):
    schedule = Schedule(wall("2026-01-31T09:00"), "Europe/Berlin", "FREQ=MONTHLY")
    found = service.preview(schedule, 4)

    assert [f"{one.local.isoformat()}" for one in found] == [
        "2026-01-31T09:00:00+01:00",
        "2026-02-28T09:00:00+01:00",
        "2026-03-31T09:00:00+02:00",
        "2026-04-30T09:00:00+02:00",
    ]
    assert found[0].at == datetime.fromisoformat("2026-01-31T08:00:00Z")


def test_the_preview_of_an_old_series_may_begin_now(monday):
    schedule = Schedule(wall("2019-01-31T09:00"), "Europe/Berlin", "FREQ=MONTHLY")

    assert service.preview(schedule, 1, since=monday)[0].local.month == 1
    assert service.preview(schedule, 1, since=monday)[0].local.year == 2026


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("Europe/Berlin", wall("2026-03-28T02:30"), "2026-03-29T01:30:00+00:00"),  # a gap
        ("Europe/Berlin", wall("2026-10-24T02:30"), "2026-10-25T00:30:00+00:00"),  # twice
        ("Australia/Lord_Howe", wall("2026-10-03T02:15"), "2026-10-03T15:45:00+00:00"),
    ],
)
def test_clock_changes_move_the_instant_and_never_skip_a_day(monday, make, zone, start, expected):
    reminder = make(starts_at=start, time_zone=zone, rule="FREQ=DAILY")
    second = service.preview(reminder.schedule, 2)[1]

    assert second.at.isoformat() == expected
