"""Keeps `next_at` and `plan_at` true when somebody changes a reminder or acts on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from reminder_app import recurrence
from reminder_app.database import now
from reminder_app.recurrence import completion
from reminder_app.reminders import follow_ups, repository
from reminder_app.reminders.coming_up import Known, comes_next, is_overtaken, plans_next
from reminder_app.reminders.models import MISSED, Occurrence, Reminder
from reminder_app.reminders.notices import INSTANT

EVER = datetime(1900, 1, 1, tzinfo=UTC)


def set_out(reminder: Reminder, since: datetime) -> None:
    """Plan from `since` on: what lies before it is passed over."""
    if not reminder.is_active or reminder.deleted_at:
        # Where the pause ends by itself, the planner lets it go on.
        reminder.next_at = None
        reminder.plan_at = None if reminder.deleted_at else reminder.pause_until
        return
    known = known_of(occurrences(reminder, since))
    reminder.next_at = comes_next(reminder.schedule, known, since)
    reminder.plan_at = plans_next(reminder.schedule, reminder.advance_notices, known, since)


def go_on(reminder: Reminder, at: datetime) -> None:
    """As set_out, but what is not planned yet stays to be planned, however late."""
    set_out(reminder, cursor_of(reminder, at))


def start_anew(ends: Mapping[Reminder, datetime]) -> None:
    """What comes back after it is done, and was passed over in a pause, would never come again.

    `ends`: when the pause of each is over.
    """
    due = {one: recurrence.at_or_after(one.schedule, EVER) for one in ends if one.repeat_after}
    passed = {one: at for one, at in due.items() if at and at < ends[one]}
    if not passed:
        return
    rows = repository.known([one.id for one in passed], min(passed.values()))
    written = {(row.reminder_id, row.due_at) for row in rows}
    for one, at in passed.items():
        if (one.id, at) not in written:
            one.starts_at = completion.next_start(one.schedule, ends[one])


def acted(reminder: Reminder, at: datetime) -> None:
    """go_on for what is no edit: the version stays, and an open form stays good."""
    if not reminder.is_active:
        return
    since = cursor_of(reminder, at)
    known = known_of(occurrences(reminder, since))
    repository.retime(
        reminder,
        next_at=comes_next(reminder.schedule, known, since),
        plan_at=plans_next(reminder.schedule, reminder.advance_notices, known, since),
    )


def cursor_of(reminder: Reminder, at: datetime) -> datetime:
    """Up to when all is planned, as far as it matters at `at`."""
    return min(reminder.plan_at - INSTANT, at) if reminder.plan_at else at


def occurrences(reminder: Reminder, since: datetime) -> Sequence[Occurrence]:
    """What is written down and still matters. Of several that have come up, the latest is open.

    While a reminder rests nobody plans it, and what was announced before may come due unseen.
    """
    rows = repository.known([reminder.id], since)
    come_due = [row for row in rows if row.is_open and row.due_at <= now()]
    for row in come_due:
        if is_overtaken(row.due_at, row.snoozed_until, come_due[-1].due_at):
            row.state = MISSED
    return rows


def known_of(rows: Iterable[Occurrence]) -> list[Known]:
    return [
        Known(row.due_at, row.is_open, row.snoozed_until, follow_ups.next_of(row)) for row in rows
    ]
