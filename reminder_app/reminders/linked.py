"""What the links of a mail lead to: acting on the word of its signature, and the reminder itself."""

import logging
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reminder_app.accounts.models import User
from reminder_app.accounts.site import Site
from reminder_app.config import Settings
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import AppError, Invalid, NotFound
from reminder_app.reminders import act_link, acting, file_repository, repository, snoozing
from reminder_app.reminders.act_link import Claim
from reminder_app.reminders.models import Occurrence, Reminder
from reminder_app.reminders.notice_ways import later
from reminder_app.reminders.service import NO_SUCH
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _
from reminder_app.workspaces.models import Workspace
from reminder_app.workspaces.roles import ROLES

log = logging.getLogger(__name__)
SEEN = N_("Seen before it went out.")
DEAD = lazy_gettext("This link no longer works. Open the reminder in the app instead.")


def meant(claim: Claim) -> tuple[Occurrence, User]:
    """The occurrence with its reminder, and who acts. Raises NotFound when it is not theirs any more."""
    occurrence = repository.occurrence_by_id(claim.occurrence_id)
    if occurrence is None or occurrence.reminder.deleted_at:
        raise NotFound(DEAD)
    member = repository.member(occurrence.workspace_id, claim.user_id)
    if member is None or not member.user.is_active or "reminders:act" not in ROLES[member.role]:
        raise NotFound(DEAD)
    return occurrence, member.user


def act(claim: Claim, what: str, at: datetime) -> Occurrence:
    """`what`: done, undo, seen, or a key of snoozing.choices. Raises NotFound, Invalid, Conflict."""
    one, user = meant(claim)
    whose = (one.workspace_id, user.id, one.reminder_id)
    if what == "done":
        return acting.done(*whose, one.due_at)
    if what == "seen":
        return seen(one, user)
    if what == "undo":
        return acting.reopen(*whose, one.due_at)
    until = snoozing.chosen(what, one.due_at, at, ZoneInfo(user.time_zone))
    if until is None:
        raise Invalid(_("Choose what to do: done, or one of the times."))
    return acting.snooze(*whose, until, one.due_at)


@transaction
def seen(one: Occurrence, user: User) -> Occurrence:
    """What would have followed, had the first message not been looked at, is called off."""
    rows = repository.rows_of_user(one.reminder_id, user.id)
    parts = [later(row) for row in rows]
    delivery.cancel(source_kind=REMINDER, part_id=one.id, with_in_key=parts, reason=SEEN)
    return one


def with_files(reminder_id: uuid.UUID, person_id: uuid.UUID) -> Reminder:
    """A reminder whose files this person may look at still. Raises NotFound."""
    reminder = file_repository.reminder_by_id(reminder_id)
    if reminder is None or not may_see_files(reminder, person_id):
        raise NotFound(DEAD)
    return reminder


def may_see_files(reminder: Reminder, person_id: uuid.UUID) -> bool:
    member = repository.member(reminder.workspace_id, person_id)
    if member is not None:
        return member.user.is_active and "reminders:read" in ROLES[member.role]
    return file_repository.is_for_contact(reminder, person_id)


def answered(settings: Settings, act_path: str, asked: dict[str, Any]) -> None:
    """What a webhook's answer asks for: {"action": "done"}, or "snooze" and `for`, a key of a choice."""
    claim = act_link.read(Site.of(settings), act_path.rpartition("/")[2], now())
    what = {"done": "done", "snooze": str(asked.get("for") or "60")}.get(asked["action"])
    if claim is None or what is None:
        return
    try:
        act(claim, what, now())
    except AppError as error:
        log.info("an answer asked for what cannot be done: %s", type(error).__name__)


def workspace_of(user_id: uuid.UUID, reminder_id: uuid.UUID) -> Workspace:
    """A mail says nothing of the workspace one works in now. Raises NotFound where they are no member."""
    workspace = repository.workspace_of(user_id, reminder_id)
    if workspace is None:
        raise NotFound(NO_SUCH)
    return workspace
