"""Whatever people do, in whatever order, with whatever silences between: what always holds."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from reminder_app.contacts import service as contacts
from reminder_app.database import db, now
from reminder_app.delivery.models import Delivery, DeliveryPlan
from reminder_app.errors import AppError
from reminder_app.reminders import (
    acting,
    audience,
    coming_up,
    editing,
    moving,
    sending_now,
    service,
    skipping,
    timing,
)
from reminder_app.reminders.audience import Wanted
from reminder_app.reminders.models import Occurrence, Reminder
from tests.reminders.conftest import BERLIN, SITE

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")
RULES = (None, "FREQ=HOURLY", "FREQ=DAILY", "FREQ=DAILY;COUNT=4", "FREQ=WEEKLY", "FREQ=MONTHLY")
MORE = (
    *({}, {}, {"nag": {"every": 20, "most": 4}}, {"rule": None, "repeat_after": "P2D"}),
    {"rule": "FREQ=DAILY", "times_per": "2/week"},
)
CLIENTS = ("ann@example.org", "bo@example.org")
STEPS = 30


class Person:
    """Does anything at all with one reminder, led by chance."""

    def __init__(self, alice, seed):
        self.chance, self.alice = random.Random(seed), alice
        self.touched = set()  # occurrences acted on: of those the person knows
        self.reminder_id = self.create()

    def create(self):
        start = (now() + timedelta(hours=self.chance.randint(1, 30))).astimezone(BERLIN)
        starts_at = start.replace(tzinfo=None, minute=0, second=0, microsecond=0)
        given = {
            "title": "Tea",
            "starts_at": starts_at + timedelta(hours=1),
            "time_zone": "Europe/Berlin",
            "zone_mode": self.chance.choice(["fixed", "floating"]),
            "rule": self.chance.choice(RULES),
            "advance_notices": self.chance.sample([10, 60, 1440, 3000], self.chance.randint(0, 3)),
        }
        more = self.chance.choice(MORE)
        return service.create_reminder(self.alice.workspace_id, self.alice.id, **given | more).id

    def step(self):
        name = self.chance.choice(
            [
                *("done", "skip", "snooze", "undo", "pause", "resume", "edit", "cut", "move"),
                *("delete", "skip_several", "unskip", "pause_until", "send_now", "add", "remove"),
            ]
        )
        try:
            getattr(self, name)()
        except AppError:
            db.session.rollback()  # refused: nothing has happened

    def whose(self):
        return self.alice.workspace_id, self.alice.id, self.reminder_id

    def done(self):
        self.touched.add(acting.done(*self.whose()).id)

    def skip(self):
        self.touched.add(acting.skip(*self.whose()).id)

    def snooze(self):
        until = now() + timedelta(minutes=self.chance.randint(1, 3000))
        self.touched.add(acting.snooze(*self.whose(), until).id)

    def undo(self):
        self.touched.add(acting.reopen(*self.whose()).id)

    def pause(self):
        service.pause(self.alice.workspace_id, self.reminder_id)

    def resume(self):
        service.resume(self.alice.workspace_id, self.reminder_id)

    def edit(self):
        changes = self.chance.choice(
            [
                {"advance_notices": [self.chance.choice([5, 90, 2000])]},
                {"rule": self.chance.choice(RULES[1:])},
                {"title": "Green tea"},
                {"starts_at": (now() + timedelta(hours=5)).replace(tzinfo=None, microsecond=0)},
            ]
        )
        editing.update_reminder(*self.whose(), changes)

    def cut(self):
        reminder = service.get_reminder(self.alice.workspace_id, self.reminder_id)
        times = service.next_times(reminder, 6)
        at = self.chance.choice(times).at if times else now()
        scope = self.chance.choice(["this", "following"])
        editing.update_reminder(*self.whose(), {"title": "Cut"}, scope=scope, occurrence_at=at)

    def skip_several(self):
        how = self.chance.choice(
            [{"count": self.chance.randint(1, 4)}, {"until": now() + timedelta(days=3)}]
        )
        self.touched |= {one.id for one in skipping.skip_many(*self.whose(), **how)}

    def unskip(self):
        self.touched |= {one.id for one in skipping.unskip(*self.whose())}

    def pause_until(self):
        until = now() + timedelta(minutes=self.chance.randint(1, 3000))
        service.pause(self.alice.workspace_id, self.reminder_id, until)

    def send_now(self):
        sending_now.send_now(*self.whose(), SITE)

    def add(self):
        audience.add(*self.whose(), Wanted(addresses=[self.chance.choice(CLIENTS)]))

    def remove(self):
        contact = contacts.pick(self.alice.workspace_id, self.chance.choice(CLIENTS), 1)[0]
        audience.remove(*self.whose(), Wanted(contact_ids=[contact.id]))

    def move(self):
        moving.person_moved(self.alice.id, self.chance.choice(ZONES))

    def delete(self):
        service.delete_reminder(self.alice.workspace_id, self.reminder_id)
        service.restore_reminder(self.alice.workspace_id, self.reminder_id)


@pytest.mark.parametrize("seed", range(16))
def test_the_invariants_hold(monday, alice, later, plan, seed):
    for address in CLIENTS:
        contacts.create(alice.workspace_id, name=address, email=address)
    person = Person(alice, seed)
    for _ in range(STEPS):
        person.step()
        later(seconds=person.chance.choice([1, 5, 60, 600, 3600, 20_000, 90_000, 400_000]))
        plan()
        plan()
        look(person.touched)


def look(touched):
    db.session.remove()
    for reminder in db.session.scalars(select(Reminder)):
        rows = list(db.session.scalars(select(Occurrence).filter_by(reminder_id=reminder.id)))
        open_and_due = [row for row in rows if row.is_open and row.due_at <= now()]
        latest = max((row.due_at for row in open_and_due), default=now())
        came_up = [row for row in open_and_due if row.comes_at <= latest]
        assert len(came_up) <= 1 or not reminder.is_active
        assert reminder.trouble == ""
        assert reminder.plan_at is None or reminder.plan_at > now()
        check_next(reminder, rows)
        check_told([row for row in open_and_due if row.id not in touched])
    assert max(Counter(db.session.scalars(select(Delivery.key))).values(), default=1) == 1
    planned = db.session.scalar(select(func.coalesce(func.sum(DeliveryPlan.audience), 0)))
    assert planned == db.session.scalar(select(func.count()).select_from(Delivery))
    assert "held" not in set(db.session.scalars(select(Delivery.state)))
    db.session.remove()


def check_next(reminder, rows):
    """next_at is what anybody would work out from scratch."""
    if not reminder.is_active:
        assert (reminder.next_at, reminder.plan_at) == (None, reminder.pause_until)
        return
    expected = coming_up.comes_next(reminder.schedule, timing.known_of(rows), now())
    assert reminder.next_at == expected


def check_told(open_and_due):
    for row in open_and_due:
        about = select(func.count()).select_from(Delivery).filter_by(part_id=row.id)
        assert db.session.scalar(about) > 0
