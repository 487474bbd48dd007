"""One workspace's reminders by the thousand, due before another's few."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from reminder_app.database import db, new_id
from reminder_app.reminders import planning
from reminder_app.reminders.crowd import EVERY, Crowd
from reminder_app.reminders.models import Reminder
from tests.reminders.conftest import SITE, ledger
from tests.reminders.test_browse import fill

MINUTE = timedelta(minutes=1)
MANY, FEW = new_id(), new_id()


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


def test_others_are_looked_for_only_in_a_crowd():
    crowd = Crowd()
    crowd.saw([MANY] * 99 + [FEW], is_full=True)
    assert crowd.is_looked_past(0) == []

    crowd.saw([MANY], is_full=True)
    assert crowd.is_looked_past(0) == [MANY]

    crowd.saw([FEW], is_full=False)
    assert crowd.is_looked_past(0) == []


def test_looking_takes_a_small_part_of_the_time():
    crowd = Crowd()
    crowd.saw([MANY] * 100, is_full=True)

    crowd.looked(10, 10.001)
    assert crowd.is_looked_past(10.001 + EVERY / 2) == []
    assert crowd.is_looked_past(11.002) == [MANY]

    crowd.looked(20, 21)
    assert crowd.is_looked_past(40) == []
    assert crowd.is_looked_past(41) == [MANY]
