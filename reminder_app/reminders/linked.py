"""What the links of a mail lead to: acting on the word of its signature, and the reminder itself."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from reminder_app.accounts.models import User
from reminder_app.errors import Invalid, NotFound
from reminder_app.reminders import acting, repository, snoozing
from reminder_app.reminders.act_link import Claim
from reminder_app.reminders.models import Occurrence
from reminder_app.reminders.service import NO_SUCH
from reminder_app.workspaces.models import Workspace
from reminder_app.workspaces.roles import ROLES

DEAD = "This link no longer works. Open the reminder in the app instead."


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
    """`what`: done, undo, or a key of snoozing.choices. Raises NotFound, Invalid, Conflict."""
    one, user = meant(claim)
    whose = (one.workspace_id, user.id, one.reminder_id)
    if what == "done":
        return acting.done(*whose, one.due_at)
    if what == "undo":
        return acting.reopen(*whose, one.due_at)
    until = snoozing.chosen(what, one.due_at, at, ZoneInfo(user.time_zone))
    if until is None:
        raise Invalid("Choose what to do: done, or one of the times.")
    return acting.snooze(*whose, until, one.due_at)


def workspace_of(user_id: uuid.UUID, reminder_id: uuid.UUID) -> Workspace:
    """A mail says nothing of the workspace one works in now. Raises NotFound where they are no member."""
    workspace = repository.workspace_of(user_id, reminder_id)
    if workspace is None:
        raise NotFound(NO_SUCH)
    return workspace
