"""What was pressed while the browser had no net, and reaches us later: carried out as it was meant then."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from reminder_app.database import now, transaction
from reminder_app.errors import Conflict, Forbidden, Invalid
from reminder_app.reminders import acting, linked, repository, snoozing
from reminder_app.reminders.models import DONE, OPEN, Occurrence
from reminder_app.reminders.service import there
from reminder_app.translations import gettext
from reminder_app.translations import lazy_gettext as _
from reminder_app.workspaces.roles import ROLES

ACTS = ("done", "skip", "snooze")
NOT_YOURS = _("You may not act on this reminder any more: ask an admin of its workspace.")
PASSED = _("The time you put it off to has passed meanwhile: it is still open.")
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
) -> Occurrence:
    """In the reminder's own workspace, wherever one works now. `what`: one of ACTS; `choice`: of a snooze.

    Raises NotFound, Forbidden, Invalid; Conflict where somebody else has settled it meanwhile.
    """
    workspace_id = linked.workspace_of(user_id, reminder_id).id
    member = repository.member(workspace_id, user_id)
    if member is None or "reminders:act" not in ROLES[member.role]:
        raise Forbidden(str(NOT_YOURS))
    there(repository.lock(workspace_id, reminder_id))
    refuse_settled(user_id, repository.occurrence(reminder_id, occurrence_at))
    whose = (workspace_id, user_id, reminder_id)
    if what == "snooze":
        until = until_of(choice, occurrence_at, pressed_at, zone)
        return acting.snooze(*whose, until, occurrence_at)
    return (acting.done if what == "done" else acting.skip)(*whose, occurrence_at)


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
