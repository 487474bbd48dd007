"""When a rule of time is due, and how to say it: pure, knows nothing of reminders."""

from reminder_app.recurrence.instants import Occurrence
from reminder_app.recurrence.schedule import Schedule
from reminder_app.recurrence.schedule_check import snap, validate
from reminder_app.recurrence.series import (
    after,
    at_or_after,
    between,
    first,
    latest_before_or_at,
    local,
    occurrences,
)

__all__ = [
    "Occurrence",
    "Schedule",
    "after",
    "at_or_after",
    "between",
    "first",
    "latest_before_or_at",
    "local",
    "occurrences",
    "snap",
    "validate",
]
