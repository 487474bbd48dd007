"""Whoever sleeps when, wherever, and whatever nags: never in the quiet, never twice, never lost, never too often."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from sqlalchemy import select

from reminder_app.accounts import hours, profile, service
from reminder_app.database import db, now
from reminder_app.delivery import claims
from reminder_app.delivery.letters import SENT, Outcome
from reminder_app.delivery.models import Delivery
from reminder_app.errors import AppError
from reminder_app.recurrence import quiet
from reminder_app.recurrence.rrule import WEEKDAYS
from reminder_app.reminders import acting
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Occurrence

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
# Both changes of the clock, of both halves of the world, and a day without any.
STARTS = ("2026-03-07", "2026-03-28", "2026-04-04", "2026-09-26", "2026-10-24", "2026-06-10")
RULES = (None, "FREQ=HOURLY", "FREQ=DAILY", "FREQ=HOURLY;INTERVAL=5")
PRIORITIES = ("low", "normal", "high", "urgent")
STEPS, MOST = 25, 4


def lay_down(chance, person) -> None:
    start, end = chance.sample(range(24 * 4), 2)
    hours.set_hours(
        person.id,
        quiet_from=time(start // 4, start % 4 * 15),
        quiet_until=time(end // 4, end % 4 * 15),
        days_off=chance.sample(WEEKDAYS, chance.choice([0, 0, 1, 2])),
        lets_through=chance.choice(list(quiet.LEVELS)),
        digest_at=None,
        digest_of="all",
    )


def make_one(chance, alice, bob):
    at = now().replace(tzinfo=None, second=0, microsecond=0)
    return reminders.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Tea",
        starts_at=at + timedelta(minutes=chance.randint(5, 900)),
        time_zone="UTC",
        rule=chance.choice(RULES),
        advance_notices=chance.choice([[], [30]]),
        priority=chance.choice(PRIORITIES),
        nag=chance.choice([None, {"every": chance.choice([5, 20, 90]), "most": MOST}]),
        escalation=chance.choice([None, {"after": 45, "to": {"kind": "member", "id": bob.id}}]),
        recipients=[{"kind": "me"}, {"kind": "member", "id": bob.id}],
    ).id


def send(people) -> None:
    """What may go goes; nothing of it into anybody's quiet."""
    at, letters = claims.claim("one", "example.org", 200)
    for letter in letters:
        user = service.get_user(people[letter.address])
        its = quiet.of(user.quiet, user.time_zone)
        is_asleep = its is not None and quiet.may_go(its, at) > at
        assert not is_asleep or its.is_pierced_by(letter.payload.get("priority", "")), letter.key
    outcomes = [Outcome(letter=one, kind=SENT, at=at, started_at=at) for one in letters]
    claims.settle(outcomes, "one")


def answer(chance, alice, ids) -> None:
    what = chance.choice([acting.done, acting.skip, acting.reopen])
    try:
        what(alice.workspace_id, alice.id, chance.choice(ids))
    except AppError:
        db.session.rollback()


@pytest.mark.parametrize("seed", range(12))
def test_it_holds(app, at, alice, bob, plan, later, seed):
    chance = random.Random(seed)
    at(datetime.fromisoformat(STARTS[seed % len(STARTS)]).replace(tzinfo=UTC))
    people = {person.email: person.id for person in (alice, bob)}
    for person in (alice, bob):
        profile.update(person.id, time_zone=chance.choice(ZONES))
        lay_down(chance, person)
    ids = [make_one(chance, alice, bob) for _ in range(4)]
    for _ in range(STEPS):
        later(minutes=chance.choice([1, 4, 15, 40, 150]))
        if chance.random() < 0.15:
            answer(chance, alice, ids)
        if chance.random() < 0.05:
            lay_down(chance, chance.choice([alice, bob]))
        plan()
        send(people)
        db.session.expunge_all()
    for one in ids:
        reminders.pause(alice.workspace_id, one)
    for _ in range(10):
        later(days=1)
        plan()
        send(people)
    check()


def check() -> None:
    db.session.expunge_all()
    rows = list(db.session.scalars(select(Delivery)))
    by_key = {row.key: row for row in rows}
    states = Counter(row.state for row in rows)
    assert set(states) <= {"sent", "collapsed", "cancelled", "missed"}, states
    assert states["sent"] > 0
    for row in rows:
        if row.state == "collapsed":
            carrier = row.reason.rsplit(" ", 1)[1]
            assert by_key[carrier].state in ("sent", "collapsed", "cancelled"), carrier
    quiet_mails = [row for row in rows if row.source_kind == "quiet"]
    carried = Counter(row.reason for row in rows if row.state == "collapsed")
    assert all(any(row.key in reason for reason in carried) for row in quiet_mails)
    assert all(one.nags <= MOST for one in db.session.scalars(select(Occurrence)))
