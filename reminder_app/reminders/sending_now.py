"""Send now: the coming time is told early, and counts as told.

Its messages have the keys that they would have had at their time. So the planner finds them there when
the time comes: nobody gets the same notice twice, and whoever is added meanwhile gets theirs.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reminder_app.accounts.site import Site
from reminder_app.database import after_commit, database_now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.errors import Conflict
from reminder_app.reminders import acting, audience, repository, telling
from reminder_app.reminders import planning_repository as planner
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.reminders.service import there
from reminder_app.reminders.telling import DUE
from reminder_app.translations import lazy_gettext

PAUSED = lazy_gettext("This reminder is paused: let it go on first.")
OVER = lazy_gettext("This reminder is over: give it a new time first.")
TOLD = lazy_gettext("Everybody has been told of this time already.")
GOING_ON = lazy_gettext("It is on its way already.")
AT_ONCE = 200  # recipients that a request writes to by itself
# Who begins at once, not at the next tick.
asked: list[Callable[[str], None]] = []


@dataclass(frozen=True)
class Told:
    planned: int
    occurrence_at: datetime


@dataclass(frozen=True)
class Reach:
    """Whom it would reach: those who were not told of this time yet."""

    many: int
    occurrence_at: datetime | None
    obstacle: str = ""


@transaction
def send_now(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    site: Site,
    occurrence_at: datetime | None = None,
) -> Told:
    """Raises NotFound, Invalid (occurrence_at), Conflict when there is nobody left to tell."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    if obstacle := obstacle_of(reminder):
        raise Conflict(obstacle)
    one = acting.addressed(reminder, occurrence_at or reminder.due_at)
    if not one.is_open:
        raise Conflict(acting.ALREADY[one.state])
    if telling.is_going_on(one.id):
        raise Conflict(str(GOING_ON))
    at, many = database_now(), audience.count(reminder_id)
    one.told_at, one.told_by = at, actor_id
    repository.add(one)
    if many > AT_ONCE:
        planned = many - delivery.count_with_key(one.id, f":{DUE}")
    else:
        planned = telling.tell(planner.with_all_that_is_said(reminder_id), one, site, at)
    if planned <= 0:
        raise Conflict(str(TOLD))
    if many > AT_ONCE:
        telling.ask(reminder_id, one.id, at)
        after_commit(ring)
    return Told(planned, one.due_at)


def ring() -> None:
    for each in asked:
        each("tell_asked")


def reach(reminder: Reminder) -> Reach:
    if obstacle := obstacle_of(reminder):
        return Reach(0, None, obstacle)
    at = reminder.due_at
    assert at is not None  # noqa: S101 - an obstacle, otherwise
    one = open_at(reminder, at)
    told = delivery.count_with_key(one.id, f":{DUE}") if one else 0
    many = max(0, audience.count(reminder.id) - told)
    return Reach(many, at, "" if many else TOLD)


def is_told(reminder: Reminder) -> bool:
    """Nobody is left to tell of the coming time."""
    return open_at(reminder, reminder.due_at) is not None and not reach(reminder).many


def open_at(reminder: Reminder, at: datetime | None) -> Occurrence | None:
    return next((row for row in reminder.open_occurrences if row.due_at == at), None)


def obstacle_of(reminder: Reminder) -> str:
    if not reminder.is_active:
        return PAUSED
    return OVER if reminder.due_at is None else ""
