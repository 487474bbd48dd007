"""What a person does about one occurrence: done, skip, snooze, and the undo of each."""

import uuid
from datetime import datetime, timedelta

from reminder_app import recurrence
from reminder_app.database import Page, new_id, now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.errors import Conflict, refuse
from reminder_app.recurrence import completion
from reminder_app.reminders import counting, follow_ups, repository, timing
from reminder_app.reminders.coming_up import is_overtaken
from reminder_app.reminders.courses import ways_of
from reminder_app.reminders.follow_ups import Course
from reminder_app.reminders.models import DONE, MISSED, OPEN, SKIPPED, Occurrence, Reminder
from reminder_app.reminders.reviving import PAUSED, REASONS, revive
from reminder_app.reminders.service import there
from reminder_app.translations import N_, lazy_gettext
from reminder_app.translations import gettext as _

LONGEST_SNOOZE = timedelta(days=366)
ALREADY = {
    DONE: lazy_gettext("This is done already: undo that first."),
    SKIPPED: lazy_gettext("This was skipped: undo that first."),
    MISSED: lazy_gettext("A later one has come due since: act on that."),
}
REOPENED = N_("The one before was opened again.")
NOT_DUE = lazy_gettext("The reminder is not due at this time: take one of its due times.")


@transaction
def done(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    occurrence_at: datetime | None = None,
) -> Occurrence:
    """Idempotent. Raises NotFound, Invalid (occurrence_at), Conflict when it was skipped."""
    return settle(workspace_id, actor_id, reminder_id, occurrence_at, DONE)


@transaction
def skip(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    occurrence_at: datetime | None = None,
) -> Occurrence:
    """Idempotent. Raises NotFound, Invalid (occurrence_at), Conflict when it is done."""
    return settle(workspace_id, actor_id, reminder_id, occurrence_at, SKIPPED)


@transaction
def snooze(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    reminder_id: uuid.UUID,
    until: datetime,
    occurrence_at: datetime | None = None,
) -> Occurrence:
    """Say it again at `until`. Raises NotFound, Invalid (until, occurrence_at), Conflict."""
    reminder = there(repository.lock(workspace_id, reminder_id))
    if not reminder.is_active:
        raise Conflict(_("This reminder is paused: resume it first."))
    one = addressed(reminder, occurrence_at)
    if not one.is_open:
        raise Conflict(ALREADY[one.state])
    check_until(until, one)
    one.snoozed_until, one.snoozes = until.replace(microsecond=0), one.snoozes + 1
    follow(one, Course(one.nags, escalated_at=one.escalated_at))
    return act(reminder, one, actor_id)


def check_until(until: datetime, one: Occurrence) -> None:
    if not now() < until.replace(microsecond=0) <= now() + LONGEST_SNOOZE:
        refuse("until", _("Choose a time from now on, within a year."))
    if until <= one.due_at:
        refuse("until", _("Choose a time after it is due."))


@transaction
def reopen(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID | None,
    reminder_id: uuid.UUID,
    occurrence_at: datetime | None = None,
) -> Occurrence:
    """Undo done, skip or snooze; without `occurrence_at`, of the one acted on last.

    Its messages that were called off go out after all, and what was snoozed before it was done or
    skipped is so again. One that was overtaken becomes missed.
    """
    reminder = there(repository.lock(workspace_id, reminder_id))
    if occurrence_at is None:
        one = repository.last_acted_on(reminder_id)
    else:
        one = repository.occurrence(reminder_id, occurrence_at)
    if one is None or not (one.acted_at or is_snoozed(one)):
        raise Conflict(_("Nobody has acted on this yet, so there is nothing to undo."))
    open_again(reminder, one)
    return write_down(reminder, one)


def open_again(reminder: Reminder, one: Occurrence) -> None:
    undone = one.state
    if undone in (OPEN, MISSED):
        one.snoozed_until = None
    if undone in (DONE, SKIPPED):
        take_back_start(reminder, one)
    if undone == DONE:
        counting.reopened(reminder, one)
    if undone == MISSED or has_been_overtaken(reminder, one):
        one.state = MISSED
    else:
        one.state = OPEN
        revive(REASONS[undone], part_id=one.id)
        if not reminder.is_active:
            delivery.cancel(source_kind=REMINDER, part_id=one.id, reason=PAUSED)
        if one.snoozed_until is None or one.snoozed_until <= now():
            ways = ways_of(reminder, repository.recipients_of(reminder) if reminder.nag else ())
            follow(one, follow_ups.again(ways, follow_ups.course_of(one), one.due_at, now()))
    one.acted_at = one.acted_by = None


def follow(one: Occurrence, course: Course) -> None:
    one.nags, one.nag_at = course.nags, course.nag_at
    one.escalate_at, one.escalated_at = course.escalate_at, course.escalated_at


def is_snoozed(one: Occurrence) -> bool:
    """Also by the undo of what was done to it afterwards: then nobody's act stands."""
    return one.is_open and one.snoozed_until is not None


def has_been_overtaken(reminder: Reminder, one: Occurrence) -> bool:
    later = repository.known([reminder.id], one.due_at)
    dues = [other.due_at for other in later if other.due_at <= now()]
    return any(is_overtaken(one.due_at, one.snoozed_until, by) for by in dues)


def settle(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID | None,
    reminder_id: uuid.UUID,
    occurrence_at: datetime | None,
    state: str,
) -> Occurrence:
    reminder = there(repository.lock(workspace_id, reminder_id))
    one = addressed(reminder, occurrence_at)
    if one.state == state:
        return one
    if one.state in (DONE, SKIPPED):
        raise Conflict(ALREADY[one.state])
    one.state = state  # when it was snoozed until stays, for an undo
    start_again(reminder, one)
    if state == DONE:
        counting.done(reminder, one)
    follow(one, Course(one.nags, escalated_at=one.escalated_at))
    return act(reminder, one, actor_id)


def start_again(reminder: Reminder, one: Occurrence) -> None:
    """Of one that comes back after it is done."""
    if reminder.repeat_after:
        start = completion.restarted(reminder.schedule, one.due_at, now())
        reminder.starts_at = start or reminder.starts_at


def take_back_start(reminder: Reminder, one: Occurrence) -> None:
    """Unless somebody has settled the next one as well."""
    if not reminder.repeat_after:
        return
    following = recurrence.at_or_after(reminder.schedule, one.due_at)
    if following is None or following == one.due_at:
        return
    written = repository.occurrence(reminder.id, following)
    if written is not None and not written.is_open:
        return
    if written is not None:
        delivery.cancel(source_kind=REMINDER, part_id=written.id, reason=REOPENED)
        repository.remove(written)
    reminder.starts_at = completion.start_of(reminder.schedule, one.due_at)


def addressed(reminder: Reminder, occurrence_at: datetime | None) -> Occurrence:
    """The occurrence meant; not stored yet when nothing was written down of it so far."""
    due_at = occurrence_at or coming(reminder)
    one = repository.occurrence(reminder.id, due_at)
    if one is not None:
        return one
    was_never_due = due_at < timing.cursor_of(reminder, now())
    if was_never_due or recurrence.at_or_after(reminder.schedule, due_at) != due_at:
        refuse("occurrence_at", NOT_DUE)
    return unwritten(reminder, due_at)


def unwritten(reminder: Reminder, due_at: datetime) -> Occurrence:
    return Occurrence(
        id=new_id(),
        workspace_id=reminder.workspace_id,
        reminder_id=reminder.id,
        due_at=due_at,
        state=OPEN,
        snoozes=0,
        nags=0,
    )


def coming(reminder: Reminder) -> datetime:
    """Due time of what is open or comes next, or was acted on last."""
    if reminder.acts_on:
        return reminder.acts_on
    last = repository.last_acted_on(reminder.id)
    if last is None:
        raise Conflict(_("Nothing is due here any more: the reminder is over, or paused."))
    return last.due_at


def act(reminder: Reminder, one: Occurrence, actor_id: uuid.UUID | None) -> Occurrence:
    delivery.cancel(source_kind=REMINDER, part_id=one.id, reason=REASONS[one.state])
    one.acted_by, one.acted_at = actor_id, now()
    return write_down(reminder, one)


def write_down(reminder: Reminder, one: Occurrence) -> Occurrence:
    repository.add(one)
    timing.acted(reminder, now())
    return one


def occurrences(
    workspace_id: uuid.UUID,
    reminder_id: uuid.UUID,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Occurrence]:
    """What was due or acted on, the latest first. Raises NotFound, Invalid (cursor)."""
    there(repository.get(workspace_id, reminder_id))
    return repository.history(reminder_id, cursor, limit)
