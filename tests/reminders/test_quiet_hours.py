"""Quiet hours: what waits for their end, what comes through, and what is told together."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from reminder_app.accounts import hours, profile, service
from reminder_app.database import db, now
from reminder_app.delivery import claims
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import planning
from tests.reminders.conftest import SITE, change, ledger
from tests.reminders.test_plan_together import at_once

EIGHT = datetime(2026, 1, 12, 7, tzinfo=UTC)  # as monday has it
TEN = EIGHT + timedelta(hours=2)


def keep_quiet(person, start=time(8, 30), end=time(10), days_off=(), lets_through="urgent") -> None:
    hours.set_hours(
        person.id,
        quiet_from=start,
        quiet_until=end,
        days_off=days_off,
        lets_through=lets_through,
        digest_at=None,
        digest_of="all",
    )


def test_it_waits_for_the_end_of_the_quiet(monday, alice, make, plan, later):
    keep_quiet(alice)
    reminder = make()
    later(hours=1)
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.not_before) == ("held", TEN)
    assert row.reason == "Held back for the quiet hours of its reader."
    assert claims.claim("w", "x", 10)[1] == []

    later(hours=1)
    plan()
    [row] = ledger(reminder)
    assert (row.state, row.reason) == ("pending", "")
    assert [letter.id for letter in claims.claim("w", "x", 10)[1]] == [row.id]


def test_several_become_one_message_and_each_row_names_it(monday, alice, make, plan, later):
    keep_quiet(alice)
    for title in ("Rent", "Tea", "Cat"):
        make(title=title)
    later(hours=1)
    plan()
    later(hours=1)
    plan()

    [mail] = ledger(kind="quiet")
    assert (mail.state, mail.address) == ("pending", "alice@example.org")
    assert mail.subject == "3 reminders from your quiet hours"
    assert sorted(item["title"] for item in mail.payload["items"]) == ["Cat", "Rent", "Tea"]
    assert all(item["act_path"].startswith("/d/") for item in mail.payload["items"])
    rows = ledger()
    assert {row.state for row in rows} == {"collapsed"}
    assert {row.reason for row in rows} == {
        f"Told when the quiet hours were over, in the message {mail.key}"
    }
    plan()
    assert len(ledger(kind="quiet")) == 1


def test_of_one_time_only_the_last_notice_is_told(monday, alice, make, plan, later):
    keep_quiet(alice)
    make(advance_notices=[15])
    for _ in range(3):
        later(minutes=45)
        plan()

    ahead, due = ledger()
    assert (ahead.state, due.state) == ("collapsed", "pending")
    assert ahead.reason.endswith(due.key)
    assert ledger(kind="quiet") == []


def test_others_are_told_at_once(monday, alice, bob, make, plan, later, contact):
    keep_quiet(alice)
    who = [{"kind": "me"}, {"kind": "member", "id": bob.id}, {"kind": "contact", "id": contact.id}]
    reminder = make(recipients=who)
    later(hours=1)
    plan()

    assert {row.address: row.state for row in ledger(reminder)} == {
        "alice@example.org": "held",
        "bob@example.org": "pending",
        "carl@example.org": "pending",
    }


@pytest.mark.parametrize(
    ("lets_through", "priority", "state"),
    [
        ("urgent", "urgent", "pending"),
        ("urgent", "high", "held"),
        ("high", "high", "pending"),
        ("nothing", "urgent", "held"),
    ],
)
def test_what_is_urgent_comes_through(
    monday, alice, make, plan, later, lets_through, priority, state
):
    keep_quiet(alice, lets_through=lets_through)
    reminder = make(priority=priority)
    later(hours=1)
    plan()

    assert [row.state for row in ledger(reminder)] == [state]


def test_what_is_done_in_the_quiet_is_not_told_afterwards(monday, alice, make, plan, later, act):
    keep_quiet(alice)
    rent, tea = make(title="Rent"), make(title="Tea")
    later(hours=1)
    plan()
    act("done", rent)
    later(hours=1)
    plan()

    assert [row.state for row in ledger(rent)] == ["cancelled"]
    assert [row.state for row in ledger(tea)] == ["pending"]


def test_what_comes_each_hour_is_told_once(monday, alice, make, plan, later):
    keep_quiet(alice, end=time(12, 30))
    make(rule="FREQ=HOURLY")
    for _ in range(5):
        later(hours=1)
        plan()

    rows = ledger()
    # 9 to 12 waited for 12:30; 13:00 is its own
    assert Counter(row.state for row in rows) == {"collapsed": 4, "pending": 1}
    [mail] = ledger(kind="quiet")
    assert len(mail.payload["items"]) == 4


def test_other_hours_hold_what_waits_no_longer(monday, alice, make, plan, later):
    keep_quiet(alice)
    reminder = make()
    later(hours=1)
    plan()
    keep_quiet(alice, end=time(9))
    plan()

    assert [row.state for row in ledger(reminder)] == ["pending"]


def test_longer_hours_hold_it_longer(monday, alice, make, plan, later):
    keep_quiet(alice)
    reminder = make()
    later(hours=1)
    plan()
    keep_quiet(alice, end=time(11))
    plan()

    [row] = ledger(reminder)
    assert (row.state, row.not_before) == ("held", TEN + timedelta(hours=1))


def test_hours_that_were_set_since_hold_it_whoever_takes_it(monday, alice, make, plan, later):
    make()
    later(hours=1)
    plan()
    keep_quiet(alice)

    assert claims.claim("w", "x", 10)[1] == []
    keep_quiet(alice, end=time(9))
    plan()
    assert len(claims.claim("w", "x", 10)[1]) == 1  # and those of before hold it no longer


def test_what_longer_hours_hold_is_in_time_when_they_are_over(monday, alice, make, plan, later):
    """Awake for an hour a day, on another one than before: it is told in that one, and not missed."""
    keep_quiet(alice, start=time(11), end=time(10))
    reminder = make()
    later(hours=1)
    plan()
    keep_quiet(alice, start=time(9), end=time(8), days_off=["TU", "WE", "TH"])
    plan()
    [row] = ledger(reminder)
    assert row.not_before - row.due_at == timedelta(days=3, hours=23)

    later(days=3, hours=23)
    plan()
    assert [letter.id for letter in claims.claim("w", "x", 10)[1]] == [row.id]


def test_what_was_held_up_on_its_way_is_held_by_whoever_takes_it(monday, alice, make, plan, later):
    keep_quiet(alice, start=time(9, 30))
    reminder = make()
    later(hours=1)
    plan()
    later(minutes=45)  # the mail server was away until the quiet began

    assert claims.claim("w", "x", 10)[1] == []
    [row] = ledger(reminder)
    assert (row.state, row.not_before) == ("held", TEN)
    later(minutes=15)
    plan()
    assert [letter.id for letter in claims.claim("w", "x", 10)[1]] == [row.id]


def test_what_may_have_arrived_already_is_told_in_no_other_message(
    monday, alice, make, plan, later
):
    keep_quiet(alice, start=time(9, 30))
    make(title="Rent"), make(title="Tea")
    later(hours=1)
    plan()
    for row in ledger():
        change(row, attempts=1, tries=1)
    later(minutes=45)
    claims.claim("w", "x", 10)

    assert [(row.state, row.not_before) for row in ledger()] == [("pending", TEN)] * 2


def test_a_late_one_waits_as_well(monday, alice, make, plan, later):
    make(title="Rent"), make(title="Tea")
    keep_quiet(alice)
    later(hours=1, minutes=30)
    plan()
    assert [(row.state, row.is_late) for row in ledger()] == [("held", True)] * 2
    later(minutes=30)
    plan()

    assert len(ledger(kind="quiet")) == 1
    assert ledger(kind="late") == []


def test_several_planners_at_once_tell_it_once(monday, app, alice, make, later):
    keep_quiet(alice)
    for number in range(20):
        make(title=f"Number {number}")
    later(hours=1)
    at_once(app, *[lambda: planning.plan_due(SITE, seconds=60)] * 3)
    later(hours=1)
    at_once(app, *[lambda: planning.plan_due(SITE, seconds=60)] * 3)

    assert Counter(row.state for row in ledger()) == {"collapsed": 20}
    assert [len(mail.payload["items"]) for mail in ledger(kind="quiet")] == [20]


def test_a_crash_while_they_are_gathered_loses_none(monday, alice, make, plan, later, monkeypatch):
    keep_quiet(alice)
    make(title="Rent"), make(title="Tea")
    later(hours=1)
    plan()
    later(hours=1)
    with monkeypatch.context() as broken:

        def crash(_):
            raise RuntimeError("killed")

        broken.setattr(delivery, "plan", crash)
        with pytest.raises(RuntimeError):
            planning.gathering.gather()
    db.session.rollback()
    assert [row.state for row in ledger()] == ["held", "held"]

    plan()
    assert [row.state for row in ledger()] == ["collapsed", "collapsed"]
    assert len(ledger(kind="quiet")) == 1


def test_the_planner_asks_no_more_while_many_are_held(
    monday, alice, make, plan, later, count_queries
):
    def asked() -> int:
        with count_queries() as statements:
            plan()
        return len(statements)

    before = asked()
    keep_quiet(alice, end=time(12))
    for number in range(30):
        make(title=f"Number {number}")
    later(hours=1)
    plan()

    assert db.session.query(Delivery).filter_by(state="held").count() == 30
    assert asked() == before


def test_the_profile_page_sets_them(monday, alice):
    client = alice.browser()
    given = {
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "days_off": ["SA", "SU"],
        "lets_through": "high",
        "digest_at": "06:30",
        "digest_of": "active",
    }

    assert client.post("/settings/quiet", data=given).status_code == 303

    shown = client.get("/settings/quiet").text
    assert 'value="22:00"' in shown
    assert 'value="06:30"' in shown
    api = alice.api()
    assert api.get("/api/v1/me/hours").json == given
    refused = api.put("/api/v1/me/hours", json={"quiet_from": "22:00"})
    assert list(refused.json["fields"]) == ["quiet_until"]
    off = api.put("/api/v1/me/hours", json={})
    assert (off.json["quiet_from"], off.json["digest_at"]) == (None, None)
    assert client.post("/settings/quiet", data={"quiet_from": "25:00"}).status_code == 422


def test_the_list_of_a_day_follows_its_person_to_another_zone(monday, alice):
    hours.set_hours(
        alice.id,
        quiet_from=None,
        quiet_until=None,
        days_off=(),
        lets_through="urgent",
        digest_at=time(7),
        digest_of="all",
    )
    assert service.get_user(alice.id).digest_next == EIGHT + timedelta(hours=23)
    profile.update(alice.id, time_zone="America/New_York")
    assert service.get_user(alice.id).digest_next == datetime(2026, 1, 12, 12, tzinfo=UTC)
    assert now() < service.get_user(alice.id).digest_next
