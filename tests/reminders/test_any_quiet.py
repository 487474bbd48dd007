"""Whoever sleeps when, wherever, and whatever nags: never in the quiet, never twice, never lost, never too often."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from sqlalchemy import func, select

from reminder_app.accounts import hours, profile, service
from reminder_app.database import db, now
from reminder_app.delivery import claims
from reminder_app.delivery.endpoints import orders
from reminder_app.delivery.endpoints import service as endpoints
from reminder_app.delivery.letters import SENT, Outcome
from reminder_app.delivery.models import Delivery, SendingAccount
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


def reached_by(chance, person, number: int) -> None:
    """A webhook of theirs, and an order by chance."""
    url = f"https://hooks.example.org/{number}"
    endpoints.add_webhook(person.id, name="", url=url, may_be_private=False)
    first, then = chance.choice([("email", ""), ("webhook", "email"), ("email", "webhook")])
    orders.set_order(person.id, first, then, chance.choice([3, 15, 200]))


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
    for account in sorted({"email", *db.session.scalars(select(SendingAccount.name))}):
        send_through(account, people)


def send_through(account: str, people) -> None:
    at, letters = claims.claim("one", "example.org", 200, account=account)
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
        reached_by(chance, person, len(person.email))
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
    while until := what_waits_next():
        later(seconds=max((until - now()).total_seconds(), 0) + 1)
        plan()
        send(people)
    check()
    check_channels({alice.email: alice.id, bob.email: bob.id})


def what_waits_next() -> datetime | None:
    """Of what is left: whoever is awake for an hour alone is met in it."""
    db.session.expunge_all()
    waits = select(func.min(Delivery.not_before)).where(Delivery.state.in_(["held", "pending"]))
    return db.session.scalar(waits)


def check_channels(people) -> None:
    """Whoever else is told hears it by their whole order, once; whoever is asked again, by no other, and by its first always."""
    wanted = {address: orders.order_of(id) for address, id in people.items()}
    found = defaultdict(list)
    for row in db.session.scalars(select(Delivery).filter_by(source_kind="reminder")):
        what = row.key.rsplit(":", 1)[1]
        if what == "escalate" or what.startswith("nag-"):
            found[row.part_id, row.address, what].append(row.channel)
    assert found
    for (_, address, what), channels in found.items():
        order = wanted[address]
        theirs = {order.first, order.afterwards} - {""}
        assert len(channels) == len(set(channels))
        assert order.first in channels
        assert set(channels) <= theirs
        assert what != "escalate" or set(channels) == theirs


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
