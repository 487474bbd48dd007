"""A feed: its address, who may read it, and what stands there."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from reminder_app.accounts.models import User
from reminder_app.app import create_app
from reminder_app.calendars import feeds
from reminder_app.calendars.models import CalendarFeed
from reminder_app.database import clock, db
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import acting, editing, service
from reminder_app.web.limits import limiter
from reminder_app.workspaces import members

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday; 9:00 in Berlin
ALLOWED = 120
AT = datetime.fromisoformat("2026-11-03T09:00")


@pytest.fixture(autouse=True)
def at_nine(app):
    clock.shift(NOW - clock.now())


def make(alice, **fields):
    given = {"starts_at": AT, "time_zone": "Europe/Berlin"}
    return service.create_reminder(
        alice.workspace_id, alice.id, **{"title": "Pay the rent"} | given | fields
    )


def feed_of(alice, **fields):
    _, token = feeds.create(alice.id, **{"name": "Mine"} | fields)
    return token


def read(app, token, **headers):
    return app.test_client().get(f"/calendar-feeds/{token}.ics", headers=headers)


def events(answer):
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_it_is_read_without_signing_in_and_says_what_it_is(app, alice):
    make(alice, notes="By transfer", labels=["home"], advance_notices=[60], priority="high")

    answer = read(app, feed_of(alice))

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    calendar = Calendar.from_ical(answer.data)
    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "Mine"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    (event,) = events(answer)
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Pay the rent", "By transfer")
    assert event["DTSTART"].to_ical() == b"20261103T090000"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["CATEGORIES"].to_ical() == b"home"
    assert (event["STATUS"], event["PRIORITY"]) == ("CONFIRMED", 3)
    triggers = [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert triggers == [timedelta(hours=-1), timedelta(0)]


def test_the_address_alone_opens_it_and_the_row_does_not_know_it(app, alice):
    token = feed_of(alice)

    assert read(app, token[:-1] + "x").status_code == 404
    row = db.session.query(CalendarFeed).one()
    assert token.encode() not in row.token_hash
    assert row.used_at is None
    read(app, token)
    db.session.refresh(row)
    assert row.used_at >= NOW


def test_what_has_not_changed_is_not_sent_again(app, alice):
    reminder, token = make(alice), feed_of(alice)
    tag = read(app, token).headers["ETag"]

    same = read(app, token, **{"If-None-Match": tag})
    service.pause(alice.workspace_id, reminder.id)
    other = read(app, token, **{"If-None-Match": tag})

    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["ETag"] == tag
    assert other.status_code == 200
    assert events(other) == []


@pytest.mark.parametrize("act", [acting.done, acting.skip])
def test_what_somebody_did_changes_the_tag(app, alice, act):
    reminder = make(alice, rule="FREQ=DAILY")
    token = feed_of(alice)
    tag = read(app, token).headers["ETag"]

    act(alice.workspace_id, alice.id, reminder.id)

    assert read(app, token, **{"If-None-Match": tag}).status_code == 200


def test_a_time_that_is_done_skipped_or_put_off_stands_apart(app, alice):
    reminder = make(alice, rule="FREQ=DAILY")
    whose = (alice.workspace_id, alice.id, reminder.id)
    first = datetime(2026, 11, 3, 8, tzinfo=UTC)
    acting.done(*whose, first)
    acting.skip(*whose, first + timedelta(days=1))
    acting.snooze(*whose, first + timedelta(days=2, hours=3), first + timedelta(days=2))

    series, *others = events(read(app, feed_of(alice)))

    assert series["RRULE"].to_ical() == b"FREQ=DAILY"
    assert series["EXDATE"].to_ical() == b"20261104T090000"
    shown = {one["RECURRENCE-ID"].to_ical(): one for one in others}
    assert set(shown) == {b"20261103T090000", b"20261105T090000"}
    assert shown[b"20261103T090000"]["SUMMARY"] == "✓ Pay the rent"
    assert not shown[b"20261103T090000"].walk("VALARM")
    assert shown[b"20261105T090000"]["DTSTART"].to_ical() == b"20261105T120000"
    assert {one["UID"] for one in (series, *others)} == {f"{reminder.id}@localhost"}


def test_a_change_counts_up_and_keeps_the_identifier(app, alice):
    reminder, token = make(alice), feed_of(alice)
    (before,) = events(read(app, token))

    from_version = reminder.version
    changes = {"title": "Pay the rent today"}
    editing.update_reminder(alice.workspace_id, alice.id, reminder.id, changes)
    (after,) = events(read(app, token))

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (from_version, from_version + 1)
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt


def test_one_off_reminders_stay_for_a_month_with_a_tick(app, alice):
    done, skipped = make(alice), make(alice, title="Not this")
    acting.done(alice.workspace_id, alice.id, done.id)
    acting.skip(alice.workspace_id, alice.id, skipped.id)
    token = feed_of(alice)

    assert [one["SUMMARY"] for one in events(read(app, token))] == ["✓ Pay the rent"]
    clock.shift(timedelta(days=40))
    assert events(read(app, token)) == []


def test_a_feed_holds_one_label_one_workspace_or_only_what_reminds_me(app, alice, charlie, join):
    join(alice, charlie, "member")
    make(alice, title="Ours", labels=["home"])
    service.create_reminder(
        charlie.workspace_id,
        charlie.id,
        title="Charlie's",
        starts_at=AT,
        time_zone="UTC",
    )

    def titles(**fields):
        return {one["SUMMARY"] for one in events(read(app, feed_of(charlie, **fields)))}

    assert titles() == {"Ours", "Charlie's"}
    assert titles(workspace_id=alice.workspace_id) == {"Ours"}
    assert titles(label="home") == {"Ours"}
    assert titles(label="work") == set()
    assert titles(is_mine=True) == {"Charlie's"}


def test_who_left_or_was_locked_out_reads_no_more(app, alice, charlie, join):
    join(alice, charlie, "member")
    make(alice, title="Ours")
    here = feed_of(charlie, workspace_id=alice.workspace_id)
    everywhere = feed_of(charlie)
    members.leave(alice.workspace_id, charlie.id)

    assert read(app, here).status_code == 404
    assert events(read(app, everywhere)) == []
    db.session.get(User, charlie.id).is_active = False
    db.session.commit()
    assert read(app, everywhere).status_code == 404


def test_a_stranger_makes_no_feed_of_a_workspace(alice, charlie):
    with pytest.raises(Invalid, match="one of your workspaces"):
        feeds.create(charlie.id, name="Theirs", workspace_id=alice.workspace_id)


def test_there_are_twenty_at_most(alice):
    for number in range(feeds.MOST_FEEDS):
        feeds.create(alice.id, name=f"No {number}")

    with pytest.raises(Conflict, match="revoke one"):
        feeds.create(alice.id, name="One more")


def test_renewing_ends_the_old_address_and_revoking_the_new_one(app, alice):
    row, old = feeds.create(alice.id, name="Mine")
    row, new = feeds.renew(alice.id, row.id)

    assert [read(app, token).status_code for token in (old, new)] == [404, 200]
    feeds.revoke(alice.id, row.id)
    assert read(app, new).status_code == 404
    with pytest.raises(NotFound):
        feeds.renew(alice.id, row.id)


def test_a_long_feed_is_cut_and_says_so(app, alice, monkeypatch):
    monkeypatch.setattr(feeds, "MOST", 2)
    for number in range(5):
        make(alice, title=f"No {number}", starts_at=AT + timedelta(hours=number))

    answer = read(app, feed_of(alice))

    assert [one["SUMMARY"] for one in events(answer)] == ["No 0", "No 1"]
    said = Calendar.from_ical(answer.data)["X-WR-CALDESC"]
    assert said == "The 2 reminders that come up soonest; 3 are not in it."


def test_words_that_look_like_calendar_lines_stay_words(app, alice):
    make(alice, title="A; b, c\\n BEGIN:VEVENT", notes="one\ntwo\r\nEND:VCALENDAR\n" + "ü" * 200)

    answer = read(app, feed_of(alice))

    (event,) = events(answer)
    assert event["SUMMARY"] == "A; b, c\\n BEGIN:VEVENT"
    assert event["DESCRIPTION"].startswith("one\ntwo\nEND:VCALENDAR\nü")
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75


def test_one_that_comes_back_after_it_was_done_is_there_each_time(app, alice):
    reminder = make(alice, repeat_after="P3D")
    first = reminder.next_at
    acting.done(alice.workspace_id, alice.id, reminder.id, first)

    done, comes = sorted(
        events(read(app, feed_of(alice))), key=lambda one: one["SUMMARY"], reverse=True
    )

    assert (done["SUMMARY"], done["DTSTART"].dt.astimezone(UTC)) == ("✓ Pay the rent", first)
    assert comes["SUMMARY"] == "Pay the rent"
    assert comes["DTSTART"].dt > first
    assert "RRULE" not in comes


def test_an_address_is_asked_two_times_a_minute_on_average(settings, alice, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)  # and back: all applications share it
    limited = create_app(settings, WTF_CSRF_ENABLED=False)
    one, other = feed_of(alice), feed_of(alice, name="Other")

    answers = [read(limited, one).status_code for _ in range(ALLOWED + 1)]

    assert answers == [200] * ALLOWED + [429]
    assert read(limited, other).status_code == 200
