"""What is due in a stretch of days: what was, as it is written down; what comes, from the rules.

Only what lies in the stretch is worked out, and no more of it than a person could read: the rest is counted.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from reminder_app import recurrence
from reminder_app.calendars import repository
from reminder_app.database import now
from reminder_app.errors import refuse
from reminder_app.recurrence.wall_time import midnight
from reminder_app.reminders.models import OPEN, Occurrence, Reminder
from reminder_app.translations import gettext as _

MOST_REMINDERS = 1000
MOST_EACH = 750  # times of one reminder: hourly, a month
MOST_TIMES = 5000
MOST_COUNTED = MOST_REMINDERS + 1
LONGEST = timedelta(days=42)
COMING = "coming"


@dataclass(frozen=True)
class Due:
    """state: coming, or that of an occurrence: open, done, skipped, missed."""

    at: datetime
    due_at: datetime
    state: str
    reminder_id: uuid.UUID
    title: str
    priority: str


@dataclass(frozen=True)
class Stretch:
    """days: by the local day, in order of time. is_cut: there is more than is worked out."""

    days: dict[date, list[Due]]
    is_cut: bool


def between(
    workspace_id: uuid.UUID, first: date, last: date, zone: ZoneInfo, label: str = ""
) -> Stretch:
    """From the day `first` to the day `last` in `zone`, both included. Three queries. Raises Invalid."""
    if not timedelta(0) <= last - first < LONGEST:
        refuse(
            "end", _("Choose an end from the start on, within %(days)s days.", days=LONGEST.days)
        )
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    written = repository.due_between(workspace_id, start, end, label, MOST_TIMES)
    wanted = repository.reminders([workspace_id], label, None)
    found = repository.coming_before(wanted, end, MOST_COUNTED)
    put_off = repository.put_off([one.id for one in found[:MOST_REMINDERS]], start, end, MOST_TIMES)
    settled = {(row.reminder_id, row.due_at) for row in written}
    times = [*past(written), *past(put_off)]
    left = MOST_TIMES
    is_cut = len(found) > MOST_REMINDERS or len(written) == MOST_TIMES
    for reminder in found[:MOST_REMINDERS]:
        ahead = list(islice(coming(reminder, max(start, now()), end), min(MOST_EACH, left) + 1))
        is_cut |= len(ahead) > min(MOST_EACH, left)
        ahead = ahead[: min(MOST_EACH, left)]
        left -= len(ahead)
        times += [due(reminder, at) for at in ahead if (reminder.id, at) not in settled]
    return Stretch(by_day(times, start, end, zone), is_cut)


def coming(reminder: Reminder, start: datetime, end: datetime) -> Iterator[datetime]:
    found = (one.at for one in recurrence.occurrences(reminder.schedule, start))
    return takewhile(lambda at: at < end, found)


def past(rows: Sequence[Occurrence]) -> Iterator[Due]:
    """What is put off stands where it was put."""
    for row in rows:
        at = row.comes_at if row.state == OPEN else row.due_at
        yield due(row.reminder, row.due_at, row.state, at)


def due(
    reminder: Reminder, due_at: datetime, state: str = COMING, at: datetime | None = None
) -> Due:
    return Due(at or due_at, due_at, state, reminder.id, reminder.title, reminder.priority)


def by_day(
    times: list[Due], start: datetime, end: datetime, zone: ZoneInfo
) -> dict[date, list[Due]]:
    """Each due time once, though it may have been found on two ways."""
    once = {(one.reminder_id, one.due_at): one for one in times if start <= one.at < end}
    days: dict[date, list[Due]] = defaultdict(list)
    for one in sorted(once.values(), key=lambda one: (one.at, one.title, one.reminder_id)):
        days[one.at.astimezone(zone).date()].append(one)
    return days
