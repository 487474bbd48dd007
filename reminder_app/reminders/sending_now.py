"""Send now: the coming time is told early, and counts as told.

Its messages have the keys that they would have had at their time. So the planner finds them there when
the time comes: nobody gets the same notice twice, and whoever is added meanwhile gets theirs.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from reminder_app.accounts.site import Site
from reminder_app.database import database_now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.endpoints.orders import ways_of
from reminder_app.errors import Conflict
from reminder_app.reminders import acting, audience, repository
from reminder_app.reminders import planning_repository as planner
from reminder_app.reminders.lateness import deadline
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.reminders.notice_mail import letters
from reminder_app.reminders.notice_ways import Saying
from reminder_app.reminders.notices import Notice
from reminder_app.reminders.service import there
from reminder_app.translations import lazy_gettext

PAUSED = lazy_gettext("This reminder is paused: let it go on first.")
OVER = lazy_gettext("This reminder is over: give it a new time first.")
TOLD = lazy_gettext("Everybody has been told of this time already.")
DUE = "due"  # the last part of the key, as the planner has it


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
    at = database_now()
    one.told_at, one.told_by = at, actor_id
    repository.add(one)
    planned = tell(planner.with_all_that_is_said(reminder_id), one, site, at)
    if not planned:
        raise Conflict(TOLD)
    return Told(planned, one.due_at)


def tell(reminder: Reminder, one: Occurrence, site: Site, at: datetime) -> int:
    limit = deadline(reminder.schedule, Notice(max(at, one.due_at), one.due_at, 0))
    saying = Saying(one.id, one.due_at, at, DUE, deadline_at=limit)
    users = {each.user_id for each in reminder.recipients if each.user_id}
    members = set(planner.memberships(users))
    ways = ways_of(users)
    return delivery.plan(list(letters(reminder, saying, members, site, at, ways)))


def reach(reminder: Reminder) -> Reach:
    if obstacle := obstacle_of(reminder):
        return Reach(0, None, obstacle)
    at = reminder.due_at
    assert at is not None  # noqa: S101 - an obstacle, otherwise
    one = next((row for row in reminder.open_occurrences if row.due_at == at), None)
    told = delivery.count_with_key(one.id, f":{DUE}") if one else 0
    many = max(0, audience.count(reminder.id) - told)
    return Reach(many, at, "" if many else TOLD)


def obstacle_of(reminder: Reminder) -> str:
    if not reminder.is_active:
        return PAUSED
    return OVER if reminder.due_at is None else ""
