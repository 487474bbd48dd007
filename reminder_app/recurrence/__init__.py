"""When a rule of time is due, and how to say it: pure, knows nothing of reminders."""

from reminder_app.recurrence.series import (
    Occurrence,
    Schedule,
    after,
    at_or_after,
    between,
    first,
    latest_before_or_at,
    local,
    occurrences,
    snap,
    validate,
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
