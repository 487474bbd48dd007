"""Late is a policy: what is still said after a silence, and what is only written down.

- Of several notices of one occurrence the last is said; of several occurrences that have come due, the latest;
  of late notices ahead, the last.
- What is older than LATE_AFTER when it is planned says that it is late.
- A due time is told until the next one comes due, the last one of all for GRACE; a notice ahead, until the due time.
- Everything else is recorded as missed, the latest MOST_RECORDED of it one by one, the rest as a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from reminder_app import recurrence
from reminder_app.recurrence.schedule import Schedule
from reminder_app.reminders.notices import Notice

LATE_AFTER = timedelta(minutes=5)
GRACE = timedelta(hours=24)
MOST_RECORDED = 50


@dataclass(frozen=True)
class Verdict:
    told: Sequence[Notice]
    missed: Sequence[Notice]  # to be recorded one by one
    unrecorded: int  # missed too
    come_due: datetime | None  # the latest occurrence that has come due; older open ones are missed
    overtaken: int  # how many have come due before that one


def judge(schedule: Schedule, found: Sequence[Notice], at: datetime) -> Verdict:
    """`found`: all notices since the last planning, in order of time; `at`: now."""
    come_due = max((notice.due_at for notice in found if notice.minutes == 0), default=None)
    told = [notice for notice in _said(found, come_due, at) if deadline(schedule, notice) > at]
    missed = [notice for notice in found if notice not in told]
    recorded = missed[-MOST_RECORDED:]
    overtaken = sum(1 for one in missed if one.minutes == 0 and one.due_at != come_due)
    return Verdict(told, recorded, len(missed) - len(recorded), come_due, overtaken)


def _said(found: Sequence[Notice], come_due: datetime | None, at: datetime) -> list[Notice]:
    last_of_each = {notice.due_at: notice for notice in found}
    said = [
        one for one in sorted(last_of_each.values()) if come_due is None or one.due_at >= come_due
    ]
    late_ahead = [one for one in said if one.minutes and is_late(one.at, at)]
    return [one for one in said if one not in late_ahead[:-1]]


# Asked twice a notice, and the same for all that share a schedule.
@lru_cache(maxsize=4096)
def deadline(schedule: Schedule, notice: Notice) -> datetime:
    """From then on it is no longer worth saying."""
    if notice.minutes:
        return notice.due_at
    following = recurrence.after(schedule, notice.due_at) if schedule.rule else None
    return following or notice.at + GRACE


def is_late(promised: datetime, at: datetime) -> bool:
    return promised < at - LATE_AFTER
