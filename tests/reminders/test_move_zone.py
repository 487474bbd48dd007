"""A person moves: floating reminders keep to the clock on the wall, and none is said twice a day."""

from datetime import timedelta

import pytest

from reminder_app.accounts import profile
from reminder_app.accounts.models import User
from reminder_app.database import db
from reminder_app.errors import Invalid
from reminder_app.reminders import acting, moving, service
from tests.reminders.conftest import change, ledger, occurrences, read, states, wall

NINE = timedelta(hours=1)  # from monday, 8:00 in Berlin
DAY = timedelta(days=1)
NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
WEST = timedelta(hours=6)  # New York is behind Berlin
EAST = timedelta(hours=8)  # Tokyo is ahead


@pytest.fixture
def pills(monday, make):
    return make(rule="FREQ=DAILY", zone_mode="floating")


@pytest.fixture
def move(alice):
    return lambda zone: moving.person_moved(alice.id, zone)


def test_nine_is_nine_where_they_are(pills, move, monday):
    assert move(NEW_YORK) == 1

    stored = read(pills)
    assert (stored.time_zone, stored.starts_at) == (NEW_YORK, wall("2026-01-12T09:00"))
    assert stored.next_at == monday + NINE + WEST
    assert move(NEW_YORK) == 0


def test_fixed_ones_stay(monday, make, move):
    reminder = make(rule="FREQ=DAILY")

    assert move(NEW_YORK) == 0
    assert read(reminder).next_at == monday + NINE


def test_after_nine_there_is_no_second_nine_in_the_west(pills, plan, later, move, monday):
    later(hours=2)
    plan()
    move(NEW_YORK)  # where it is four in the morning
    for _ in range(24):
        later(hours=1)
        plan()

    said = [row.due_at for row in ledger(pills)]
    assert said == [monday + NINE]
    later(hours=6)
    plan()
    assert [row.due_at for row in ledger(pills)] == [monday + NINE, monday + NINE + WEST + DAY]


def test_nor_after_it_was_done(pills, plan, later, move, monday, alice):
    later(hours=2)
    plan()
    acting.done(alice.workspace_id, alice.id, pills.id)
    move(NEW_YORK)
    assert read(pills).next_at == monday + NINE + WEST + DAY
    acting.done(alice.workspace_id, alice.id, pills.id)
    later(days=1, hours=6)
    plan()

    assert [row.due_at for row in ledger(pills)] == [monday + NINE]


def test_what_the_move_skipped_in_the_east_is_told_at_once(pills, plan, move, monday):
    move(TOKYO)  # where it is four in the afternoon
    plan()

    [row] = ledger(pills)
    assert (row.due_at, row.is_late) == (monday + NINE - EAST, True)
    assert read(pills).next_at == monday + NINE - EAST


def test_after_nine_there_is_nothing_left_of_the_day_in_the_east(pills, plan, later, move, monday):
    later(hours=2)
    plan()
    move(TOKYO)
    plan()

    assert [row.due_at for row in ledger(pills)] == [monday + NINE]
    later(hours=15)
    plan()
    assert [row.due_at for row in ledger(pills)] == [monday + NINE, monday + NINE + DAY - EAST]


def test_a_notice_is_not_said_again_after_the_move(monday, make, plan, later, move):
    reminder = make(rule="FREQ=DAILY", zone_mode="floating", advance_notices=[30])
    later(minutes=40)
    plan()
    move(NEW_YORK)
    for _ in range(13):
        later(minutes=30)
        plan()

    assert [row.key.rsplit(":")[-1] for row in ledger(reminder)] == ["30", "due"]
    assert len(occurrences(reminder)) == 1


def test_there_and_back_again(pills, plan, later, move, monday):
    later(hours=2)
    plan()
    move(NEW_YORK)
    move("Europe/Berlin")
    later(days=1)
    plan()

    assert [row.due_at for row in ledger(pills)] == [monday + NINE, monday + NINE + DAY]


def test_what_was_skipped_ahead_stays_skipped(pills, move, monday, alice):
    acting.skip(alice.workspace_id, alice.id, pills.id, monday + NINE + DAY)
    move(NEW_YORK)

    upcoming = [one.at for one in service.next_times(read(pills), 2)]
    assert upcoming == [monday + NINE + WEST, monday + NINE + WEST + 2 * DAY]


def test_a_one_off_follows_too_and_a_finished_one_does_not(monday, make, plan, later, move, alice):
    ahead, over = make(zone_mode="floating"), make(zone_mode="floating")
    acting.done(alice.workspace_id, alice.id, over.id)
    move(NEW_YORK)
    later(hours=7)
    plan()

    assert read(ahead).next_at == monday + NINE + WEST
    assert (states(ahead), states(over)) == (["pending"], [])


def test_a_paused_one_wakes_up_where_they_are(pills, move, monday, alice):
    service.pause(alice.workspace_id, pills.id)
    move(NEW_YORK)

    resumed = service.resume(alice.workspace_id, pills.id)
    assert resumed.next_at == monday + NINE + WEST


def test_another_person_s_stay_where_they_are(pills, monday, bob):
    assert moving.person_moved(bob.id, NEW_YORK) == 0
    assert read(pills).next_at == monday + NINE


def test_an_unknown_zone_is_refused(pills, move):
    with pytest.raises(Invalid) as error:
        move("Nowhere/Atlantis")
    assert "time_zone" in error.value.fields


def test_a_new_zone_in_the_settings_moves_them_at_once(pills, alice, monday):
    profile.update(alice.id, time_zone=NEW_YORK)

    assert read(pills).next_at == monday + NINE + WEST


def test_what_a_move_does_is_shown_before_it_happens(monday, make, alice):
    make(title="Medicine", rule="FREQ=DAILY", zone_mode="floating")
    make(title="Phone mum", rule="FREQ=DAILY")
    change(db.session.get(User, alice.id), time_zone="Europe/Berlin")
    client, new_york = alice.browser(), {"time_zone": "America/New_York"}

    for shown in (
        client.get("/settings/zone", query_string=new_york),
        client.post("/settings", data=new_york | {"preview": "1", "locale": "en", "theme": "dark"}),
    ):
        assert "One reminder comes along" in shown.text
        assert "15:00" in shown.text or "3:00\u202fPM" in shown.text
        assert "Medicine" in shown.text
        assert "Phone mum" not in shown.text
    assert db.session.get(User, alice.id).time_zone == "Europe/Berlin"

    tokyo = client.get("/settings/zone", query_string={"time_zone": "Asia/Tokyo"}).text
    assert "at once" in tokyo
    for nothing in ("Europe/Berlin", "Moon/Base", ""):
        assert client.get("/settings/zone", query_string={"time_zone": nothing}).text.strip() == ""


def test_saving_says_how_many_came_along_and_how_many_stay(pills, make, alice):
    make(rule="FREQ=DAILY")
    make(rule="FREQ=DAILY")
    make(rule="FREQ=DAILY", time_zone=NEW_YORK)
    browser = alice.browser()
    typed = {"name": "Alice", "time_zone": NEW_YORK, "locale": "en-US", "theme": "system"}

    assert browser.post("/settings", data=typed).status_code == 303
    said = browser.get("/settings").text
    assert "One reminder came along to your new time zone." in said
    assert "2 reminders stay on the clock of another time zone: their pages say which." in said
    browser.post("/settings", data=typed)
    assert "stay on the clock" not in browser.get("/settings").text
