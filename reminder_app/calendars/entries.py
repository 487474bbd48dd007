"""What a feed tells of one reminder: all that its text depends on, and nothing else."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from reminder_app.recurrence import Schedule


@dataclass(frozen=True)
class Told:
    """One due time that is not as the rule says: done, skipped, or put off."""

    due_at: datetime
    state: str
    snoozed_until: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class Entry:
    id: uuid.UUID
    title: str
    notes: str
    schedule: Schedule
    advance_notices: tuple[int, ...]
    priority: str
    labels: tuple[str, ...]
    version: int
    created_at: datetime
    changed_at: datetime
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Feed:
    """entries: those that come up soonest; `left_out` more are not in it."""

    name: str
    entries: tuple[Entry, ...]
    left_out: int
    since: datetime  # from here on, what was done is shown as done
    locale: str = "en"  # of whoever subscribed
