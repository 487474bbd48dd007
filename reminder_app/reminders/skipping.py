"""Several times of a reminder are skipped at once: so many, or all before a day; and the undo of that."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import islice, takewhile

from reminder_app import recurrence
from reminder_app.database import now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import Conflict, refuse
from reminder_app.reminders import acting, repository, timing
from reminder_app.reminders.follow_ups import Course
from reminder_app.reminders.models import SKIPPED, Occurrence, Reminder
from reminder_app.reminders.reviving import REASONS
from reminder_app.reminders.service import there
from reminder_app.translations import gettext
from reminder_app.translations import lazy_gettext as _

MOST = 100
PAUSED = _("This reminder is paused: let it go on first.")
NO_RULE = _("This one does not come again by itself: skip it once.")
HOW_MANY = _("Say how many times, or until when; one of the two.")
TOO_SOON = _("Nothing is due before that: choose a later day.")
TOO_MANY = _("Those are more than 100 times: pause it until that day instead.")
NOTHING = _("Nothing was skipped here that could be taken back.")


@transaction
def skip_many(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    *,
    count: int | None = None,
    until: datetime | None = None,
    occurrence_at: datetime | None = None,
) -> list[Occurrence]:
    """From `occurrence_at` or what comes next: the first `count`, or all due before `until`.

    Raises NotFound, Invalid, Conflict.
    """
    reminder = there(repository.lock(workspace_id, reminder_id))
    check(reminder, count, until)
    first = acting.addressed(reminder, occurrence_at)
    if not first.is_open:
        raise Conflict(acting.ALREADY[first.state])
    rows = {one.due_at: one for one in repository.known([reminder.id], first.due_at)}
    dues = list(islice(wanted(ahead(reminder, first.due_at, rows), count, until), MOST + 1))
    if not dues:
        refuse("until", str(TOO_SOON))
    if len(dues) > MOST:
        refuse("until", str(TOO_MANY))
    announced = [rows[due].id for due in dues if due in rows]
    if announced:
        delivery.cancel(
            source_kind=REMINDER,
            source_id=reminder.id,
            with_in_key=announced,
            reason=REASONS[SKIPPED],
        )
    at = now()
    skipped = [rows.get(due) or acting.unwritten(reminder, due) for due in dues]
    for one in skipped:
        one.state, one.acted_by, one.acted_at = SKIPPED, actor_id, at
        acting.follow(one, Course(one.nags, escalated_at=one.escalated_at))
    repository.add_all(skipped)
    timing.acted(reminder, at)
    return skipped


def check(reminder: Reminder, count: int | None, until: datetime | None) -> None:
    if reminder.rule is None:
        raise Conflict(str(NO_RULE))
    if not reminder.is_active:
        raise Conflict(str(PAUSED))
    if (count is None) == (until is None):
        refuse("count", str(HOW_MANY))
    if count is not None and not 1 <= count <= MOST:
        refuse("count", gettext("Choose a number from 1 to %(most)s.", most=MOST))


def ahead(
    reminder: Reminder, first: datetime, rows: dict[datetime, Occurrence]
) -> Iterator[datetime]:
    """What is open from `first` on; that may be a time of the rule before this one."""
    yield first
    for one in recurrence.occurrences(reminder.schedule, first):
        if one.at != first and (one.at not in rows or rows[one.at].is_open):
            yield one.at


def wanted(
    found: Iterator[datetime], count: int | None, until: datetime | None
) -> Iterator[datetime]:
    if until is None:
        return islice(found, count)
    return takewhile(lambda due: due < until, found)


@transaction
def unskip(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    occurrence_at: datetime | None = None,
) -> list[Occurrence]:
    """Those that were skipped together with this one, or last. Raises NotFound, Conflict."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    if occurrence_at is None:
        one = repository.last_acted_on(reminder_id)
    else:
        one = repository.occurrence(reminder_id, occurrence_at)
    if one is None or one.state != SKIPPED or one.acted_at is None:
        raise Conflict(str(NOTHING))
    skipped_at, at = one.acted_at, now()
    found = repository.skipped_at(reminder_id, skipped_at)
    for row in found:
        if row.created_at >= skipped_at and row.due_at > at:
            repository.remove(row)  # written down for the skip alone
        else:
            acting.open_again(reminder, row)
    timing.acted(reminder, at)
    return list(found)
