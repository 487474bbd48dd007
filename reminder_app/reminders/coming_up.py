"""When a reminder comes up next, and when the planner has to look at it again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from reminder_app import recurrence
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders.notices import INSTANT, next_notice


@dataclass(frozen=True)
class Known:
    """What is written down of one due time: it waits for somebody (until its snooze ends), or is settled."""

    due_at: datetime
    is_open: bool
    snoozed_until: datetime | None = None
    follow_at: datetime | None = None  # when it is asked again, or somebody else told


def is_overtaken(due_at: datetime, snoozed_until: datetime | None, by: datetime) -> bool:
    """Did it come up before a later one came due, at `by`? What is snoozed beyond that comes up by itself."""
    return due_at < by and (snoozed_until or due_at) <= by


def comes_next(schedule: Schedule, known: Iterable[Known], floor: datetime) -> datetime | None:
    """The earliest of what is open and of what nobody has settled yet, from `floor` on.

    `known` has to hold all that is open and all due times from `floor` on.
    """
    by_due = {one.due_at: one for one in known}
    waiting = [one.snoozed_until or one.due_at for one in by_due.values() if one.is_open]
    ahead = (one.at for one in recurrence.occurrences(schedule, floor) if one.at not in by_due)
    return min([*waiting, *_first(ahead)], default=None)


def plans_next(
    schedule: Schedule, advance: Iterable[int], known: Collection[Known], cursor: datetime
) -> datetime | None:
    """The first instant after `cursor` with something to say: a notice, or the end of a snooze."""
    snoozes = [
        one.snoozed_until
        for one in known
        if one.is_open and one.snoozed_until and one.snoozed_until > cursor
    ]
    # What was to follow while it rested follows at once.
    follows = [
        max(one.follow_at, cursor + INSTANT) for one in known if one.is_open and one.follow_at
    ]
    notice = next_notice(schedule, advance, cursor)
    return min([*snoozes, *follows, *([notice] if notice else [])], default=None)


def _first(found: Iterable[datetime]) -> list[datetime]:
    return [at for _, at in zip(range(1), found, strict=False)]
