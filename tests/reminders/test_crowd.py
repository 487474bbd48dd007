"""One workspace's reminders by the thousand, due before another's few."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from reminder_app.database import db, new_id
from reminder_app.reminders import planning
from reminder_app.reminders.crowd import EVERY, GLANCE_EVERY, SOON, Crowd, Look
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.pace import LEAST, SECONDS, Pace
from tests.reminders.conftest import SITE, ledger
from tests.reminders.test_browse import fill

MINUTE = timedelta(minutes=1)
MANY, FEW = new_id(), new_id()
UNTIL = datetime(2026, 3, 2, tzinfo=UTC)
ALL, SINCE = Look([MANY], None), Look([MANY], UNTIL)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 100)
    monkeypatch.setattr(planning, "crowd", Crowd())
    monkeypatch.setattr("reminder_app.reminders.crowd.MANY", 100)


def due(person, many, plan_at):
    fill(person, many, plan_at)
    unplanned = update(Reminder).where(Reminder.workspace_id == person.workspace_id)
    db.session.execute(unplanned.values(plan_at=plan_at))
    db.session.commit()


def test_a_few_do_not_wait_for_the_many_before_them(monday, alice, charlie, later):
    due(alice, 500, monday)
    due(charlie, 1, monday + MINUTE)
    later(hours=2)

    planning.plan_some(SITE)
    planning.plan_some(SITE)

    assert [row.workspace_id for row in ledger()].count(charlie.workspace_id) == 1


def test_all_are_planned_once(monday, alice, charlie, later):
    due(alice, 300, monday)
    due(charlie, 30, monday + MINUTE)
    later(hours=2)

    while planning.plan_some(SITE):
        pass

    assert len({row.source_id for row in ledger()}) == len(ledger()) == 330


def test_what_has_come_up_since_is_looked_at_in_between(monkeypatch, monday, alice, charlie, later):
    monkeypatch.setattr("reminder_app.reminders.crowd.EVERY", 1000.0)
    due(alice, 500, monday)
    later(hours=2)
    planning.plan_some(SITE)
    planning.plan_some(SITE)
    look = planning.crowd.look(time.monotonic() + GLANCE_EVERY)
    due(charlie, 1, monday + timedelta(hours=3))
    later(hours=2)

    found, until = planning.due_of_others(look)

    assert look.since > monday + timedelta(hours=1)
    assert len(found) == 1
    assert until > look.since


def test_others_are_looked_for_only_in_a_crowd():
    crowd = Crowd()
    crowd.saw([MANY] * 99 + [FEW], is_full=True)
    assert crowd.look(0) is None

    crowd.saw([MANY], is_full=True)
    assert crowd.look(0) == ALL

    crowd.saw([FEW], is_full=False)
    assert crowd.look(0) is None


def test_looking_through_all_takes_a_small_part_of_the_time():
    crowd = Crowd()
    crowd.saw([MANY] * 100, is_full=True)

    crowd.looked(ALL, 10, 10.001, UNTIL)
    assert crowd.look(10.001 + EVERY / 2) is None
    assert crowd.look(10.002 + EVERY) == ALL

    crowd.looked(ALL, 20, 21, UNTIL)
    assert crowd.look(40) == SINCE
    assert crowd.look(41) == ALL


def test_whoever_was_found_a_moment_ago_is_waited_for_in_small_steps():
    crowd = Crowd()
    crowd.saw([MANY] * 100, is_full=True)
    assert not crowd.has_others(10)

    crowd.looked(ALL, 10, 10, UNTIL, found=1)
    crowd.looked(SINCE, 12, 12, UNTIL, found=0)
    assert crowd.has_others(10 + SOON / 2)
    assert not crowd.has_others(10 + SOON)

    crowd.saw([FEW], is_full=False)
    assert not crowd.has_others(10 + SOON / 2)


def test_glances_are_not_endless():
    crowd = Crowd()
    crowd.saw([MANY] * 100, is_full=True)
    crowd.looked(ALL, 10, 11, UNTIL)

    assert crowd.look(11.01) is None
    assert crowd.look(11 + GLANCE_EVERY) == SINCE

    crowd.looked(SINCE, 12, 12, UNTIL)
    assert crowd.look(12.01) is None
    assert crowd.look(30.9) == SINCE
    assert crowd.look(31) == ALL


def test_where_more_others_were_found_than_wanted_all_is_looked_through_again():
    crowd = Crowd()
    crowd.saw([MANY] * 100, is_full=True)
    crowd.looked(ALL, 10, 10.001, None)

    assert crowd.look(10.5) is None
    assert crowd.look(11.002) == ALL


def test_a_slow_machine_plans_fewer_at_a_time_and_more_again_when_it_is_quick():
    pace = Pace(500)
    assert pace.size == 500

    pace.took(500, 2 * SECONDS)
    assert pace.size == 250

    pace.took(250, 30)
    assert pace.size == LEAST

    pace.took(LEAST - 1, 0.001)
    assert pace.size == LEAST

    pace.took(LEAST, SECONDS / 10)
    assert pace.size == 500
