"""A clock that can be set, reminders to try things on, and the ledger they leave."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from reminder_app.accounts.site import Site
from reminder_app.contacts.models import Contact
from reminder_app.database import clock, db, now
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import acting, planning, service
from reminder_app.reminders.models import Occurrence, Reminder

BERLIN = ZoneInfo("Europe/Berlin")
SITE = Site("http://localhost", ["k" * 32])


@pytest.fixture
def at() -> Callable[[datetime], None]:
    """at(datetime): the clock shows this, and goes on from there."""

    def move(to: datetime) -> None:
        clock.shift(to - now())

    return move


@pytest.fixture
def monday(app, at) -> datetime:
    """Monday, 12 January 2026, 08:00 in Berlin. Ask for it before the people: their sessions then live."""
    start = datetime(2026, 1, 12, 7, tzinfo=UTC)
    at(start)
    return start


@pytest.fixture
def make(alice) -> Callable[..., Reminder]:
    """A reminder of alice's, due when it is nine next unless said otherwise."""

    def made(**fields) -> Reminder:
        at = now().astimezone(BERLIN).replace(tzinfo=None)
        nine = at.replace(hour=9, minute=0, second=0, microsecond=0)
        given = {
            "title": "Pay the rent",
            "starts_at": nine if at < nine else nine + timedelta(days=1),
            "time_zone": "Europe/Berlin",
        }
        return service.create_reminder(alice.workspace_id, alice.id, **given | fields)

    return made


@pytest.fixture
def contact(alice) -> Contact:
    row = Contact(workspace_id=alice.workspace_id, name="Carl", email="carl@example.org")
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def plan() -> Callable[[], int]:
    return lambda: planning.plan_due(SITE, seconds=60)


@pytest.fixture
def sent(monday, make, plan, later):
    """sent(title=…) is the ledger of a reminder when its time has come."""

    def planned(hours=1.0, **fields):
        reminder = make(**fields)
        later(hours=hours)
        plan()
        return ledger(reminder)

    return planned


@pytest.fixture
def act(alice):
    """act("done", reminder, …) by alice."""
    return lambda name, reminder, *rest: getattr(acting, name)(
        alice.workspace_id, alice.id, reminder.id, *rest
    )


def wall(text: str) -> datetime:
    """A local time, without a zone."""
    return datetime.fromisoformat(text)


def soon(seconds: float) -> datetime:
    """A naive local time in Berlin, so many seconds from now."""
    return (now() + timedelta(seconds=seconds)).astimezone(BERLIN).replace(tzinfo=None)


def read(reminder: Reminder) -> Reminder:
    """As it is stored now."""
    db.session.expunge_all()
    return service.get_reminder(reminder.workspace_id, reminder.id)


def ledger(reminder: Reminder | None = None, kind: str = "reminder") -> list[Delivery]:
    db.session.expunge_all()
    query = select(Delivery).filter_by(source_kind=kind)
    query = query.filter_by(source_id=reminder.id) if reminder else query
    return list(db.session.scalars(query.order_by(Delivery.due_at, Delivery.key)))


def states(reminder: Reminder) -> list[str]:
    return [row.state for row in ledger(reminder)]


def occurrences(reminder: Reminder) -> list[tuple[datetime, str]]:
    db.session.expunge_all()
    query = select(Occurrence).filter_by(reminder_id=reminder.id).order_by(Occurrence.due_at)
    return [(row.due_at, row.state) for row in db.session.scalars(query)]


def change(row, **values) -> None:
    """Behind the services' back: what other features do to their rows."""
    db.session.execute(update(type(row)).where(type(row).id == row.id).values(**values))
    db.session.commit()


def remove(table, **which) -> None:
    db.session.execute(delete(table).filter_by(**which))
    db.session.commit()
