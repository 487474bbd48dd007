"""What was pressed while the browser had no net, and reaches us later: carried out as it was meant then."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reminder_app.database import now, transaction
from reminder_app.errors import Conflict, Forbidden, Invalid
from reminder_app.reminders import acting, linked, repository, snoozing
from reminder_app.reminders.models import DONE, OPEN, SKIPPED, Occurrence
from reminder_app.reminders.service import there
from reminder_app.translations import gettext
from reminder_app.translations import lazy_gettext as _
from reminder_app.workspaces.roles import ROLES

ACTS = {"done": DONE, "skip": SKIPPED, "snooze": OPEN}  # and what an occurrence is after it
OLDEST = timedelta(days=30)  # less than keys are kept (web/idempotency.py)
A_BIT = timedelta(minutes=1)  # by which a browser's clock may well be ahead of ours
NOT_YOURS = _("You may not act on this reminder any more: ask an admin of its workspace.")
PASSED = _("The time you put it off to has passed meanwhile: it is still open.")
TOO_OLD = _(
    "This was more than 30 days ago, so it is not saved: open the reminder, and do it there."
)
NO_CHOICE = _("Choose one of the times that are offered.")


@transaction
def act(
    user_id: uuid.UUID,
    reminder_id: uuid.UUID,
    occurrence_at: datetime,
    what: str,
    *,
    choice: str = "",
    pressed_at: datetime,
    zone: ZoneInfo,
    is_undo: bool = False,
) -> str:
    """In the reminder's own workspace, wherever one works now; returns the state it is in.

    `what`: one of ACTS; `choice`: of a snooze; `is_undo`: of a press that may have come, and may not.
    Raises NotFound, Forbidden, Invalid; Conflict where somebody else has settled it meanwhile.
    """
    workspace_id = linked.workspace_of(user_id, reminder_id).id
    member = repository.member(workspace_id, user_id)
    if member is None or "reminders:act" not in ROLES[member.role]:
        raise Forbidden(str(NOT_YOURS))
    there(repository.lock(workspace_id, reminder_id))
    whose = (workspace_id, user_id, reminder_id)
    one = repository.occurrence(reminder_id, occurrence_at)
    if is_undo:
        is_there = has_come(user_id, one, what, pressed_at - A_BIT)
        return acting.reopen(*whose, occurrence_at).state if is_there else state_of(one)
    refuse_old(pressed_at)
    refuse_settled(user_id, one)
    if what != "snooze":
        return (acting.done if what == "done" else acting.skip)(*whose, occurrence_at).state
    if has_come(user_id, one, what, pressed_at):  # this snooze, or one chosen later
        return OPEN
    until = until_of(choice, occurrence_at, pressed_at, zone)
    return acting.snooze(*whose, until, occurrence_at).state


def has_come(user_id: uuid.UUID, one: Occurrence | None, what: str, since: datetime) -> bool:
    if one is None or one.acted_at is None or one.acted_by != user_id:
        return False
    return one.state == ACTS[what] and one.acted_at >= since


def state_of(one: Occurrence | None) -> str:
    return one.state if one else OPEN


def refuse_old(pressed_at: datetime) -> None:
    """One that came then is not known by its key any more, and might be done again."""
    if pressed_at < now() - OLDEST:
        raise Conflict(str(TOO_OLD))


def refuse_settled(user_id: uuid.UUID, one: Occurrence | None) -> None:
    """One's own act is none to be told of: it is the same, or says so itself."""
    if one is None or one.state == OPEN or one.acted_at is None or one.acted_by == user_id:
        return
    name = (one.person.name or one.person.email) if one.person else gettext("Somebody else")
    if one.state == DONE:
        raise Conflict(gettext("%(name)s has done it already.", name=name))
    raise Conflict(gettext("%(name)s has skipped it already.", name=name))


def until_of(choice: str, due_at: datetime, pressed_at: datetime, zone: ZoneInfo) -> datetime:
    """Counted from when it was pressed; a browser's clock that runs ahead counts as ours."""
    until = snoozing.chosen(choice, due_at, min(pressed_at, now()), zone)
    if until is None:
        raise Invalid(str(NO_CHOICE))
    if until <= now():
        raise Conflict(str(PASSED))
    return until
