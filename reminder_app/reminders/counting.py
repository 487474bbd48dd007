"""So many times in a week or month: what is done counts, and once it is enough, the rest is left alone."""

from collections.abc import Sequence
from datetime import datetime

from reminder_app.database import now
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.recurrence import completion, per_period
from reminder_app.recurrence.following import next_start
from reminder_app.recurrence.wall_time import to_instant, zone_named
from reminder_app.reminders import repository
from reminder_app.reminders.models import DONE, MISSED, Occurrence, Reminder
from reminder_app.translations import N_

ENOUGH = N_("It was done often enough.")


def done(reminder: Reminder, one: Occurrence) -> None:
    """`one` was done just now: with enough of them, it begins anew in the next period."""
    if reminder.times_per is None:
        return
    number, (start, end) = target(reminder, one.due_at)
    rows = repository.due_between(reminder.id, start, end)
    if count(rows, one) + 1 < number:
        return
    begins = next_start(reminder.schedule, end)
    if begins <= reminder.starts_at:
        return
    reminder.starts_at = begins
    for row in rows:
        if row.is_open and row.id != one.id:
            leave_alone(row)


def leave_alone(row: Occurrence) -> None:
    delivery.cancel(source_kind=REMINDER, part_id=row.id, reason=ENOUGH)
    if row.due_at <= now():
        row.state = MISSED
    else:
        repository.remove(row)


def reopened(reminder: Reminder, one: Occurrence) -> None:
    """`one` is not done after all: the rest of its period comes again."""
    if reminder.times_per is None:
        return
    number, (start, end) = target(reminder, one.due_at)
    rows = repository.due_between(reminder.id, start, end)
    after_next = target(reminder, end)[1][1]
    begins_next = end <= instant_of_start(reminder) < after_next
    if begins_next and count(rows, one) < number:
        reminder.starts_at = completion.start_of(reminder.schedule, one.due_at)


def instant_of_start(reminder: Reminder) -> datetime:
    zone = zone_named(reminder.time_zone)
    assert zone is not None  # noqa: S101 - it was checked
    return to_instant(reminder.starts_at, zone)


def count(rows: Sequence[Occurrence], but: Occurrence) -> int:
    return sum(row.state == DONE and row.id != but.id for row in rows)


def target(reminder: Reminder, at: datetime) -> tuple[int, tuple[datetime, datetime]]:
    number, unit = per_period.parts(reminder.times_per or "")
    return number, per_period.bounds(at, reminder.time_zone, unit)
