"""When a reminder speaks up: at each due time, and so many minutes before it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from reminder_app import recurrence
from reminder_app.recurrence.schedule import Schedule

# After a long silence only so much is gone through one by one; older than that, only the latest counts.
LOOK_BACK = timedelta(days=60)
MOST = 2000  # per offset: an hourly reminder in LOOK_BACK has 1,440
INSTANT = timedelta(microseconds=1)


class Notice(NamedTuple):
    at: datetime
    due_at: datetime
    minutes: int  # before the due time; 0 is the due time itself


def next_notice(schedule: Schedule, advance: Iterable[int], cursor: datetime) -> datetime | None:
    """The first instant after `cursor` at which there is something to say."""
    found = (_due_after(schedule, cursor, before) for before in _offsets(advance))
    return min((at for at in found if at), default=None)


def notices(
    schedule: Schedule, advance: Iterable[int], since: datetime, until: datetime
) -> list[Notice]:
    """What falls from `since` to `until`, both included, in order of time."""
    found = {
        Notice(due - before, due, before // timedelta(minutes=1))
        for before in _offsets(advance)
        for due in _dues(schedule, since + before, until + before)
    }
    return sorted(found)


def _offsets(advance: Iterable[int]) -> list[timedelta]:
    return [timedelta(minutes=minutes) for minutes in sorted({0, *advance})]


def _due_after(schedule: Schedule, cursor: datetime, before: timedelta) -> datetime | None:
    due = recurrence.after(schedule, cursor + before)
    return due - before if due else None


def _dues(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    recent = max(since, until - LOOK_BACK)
    yield from recurrence.between(schedule, recent, until + INSTANT, MOST)
    if recent > since:
        latest = recurrence.latest_before_or_at(schedule, until)
        if latest and since <= latest < recent:
            yield latest
