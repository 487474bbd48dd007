"""What follows while nobody has done it: asking again, and telling somebody else. One of each is planned ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reminder_app.recurrence.quiet import Quiet
from reminder_app.reminders import nagging
from reminder_app.reminders.nagging import Nag


class Followed(Protocol):
    """An occurrence as it is written down."""

    nags: int
    nag_at: datetime | None
    escalate_at: datetime | None
    escalated_at: datetime | None


@dataclass(frozen=True)
class Ways:
    """What a reminder wants done about it. `quiets`: of each recipient, None who has none."""

    nag: Nag | None
    escalate_after: timedelta | None
    zone: str
    quiets: Sequence[Quiet | None] = ()

    def __bool__(self) -> bool:
        return self.nag is not None or self.escalate_after is not None


@dataclass(frozen=True)
class Course:
    """How far it has come with one occurrence."""

    nags: int = 0
    nag_at: datetime | None = None
    escalate_at: datetime | None = None
    escalated_at: datetime | None = None


def course_of(row: Followed) -> Course:
    return Course(row.nags, row.nag_at, row.escalate_at, row.escalated_at)


def next_of(course: Course | Followed) -> datetime | None:
    return min((at for at in (course.nag_at, course.escalate_at) if at), default=None)


def told(ways: Ways, course: Course, at: datetime) -> Course:
    """It was said at `at`: from here on the waiting counts."""
    escalate_at = None
    if ways.escalate_after and not course.escalated_at:
        escalate_at = at + ways.escalate_after
    return Course(course.nags, next_nag(ways, course.nags, at), escalate_at, course.escalated_at)


def next_nag(ways: Ways, nags: int, last: datetime) -> datetime | None:
    if ways.nag is None or nags >= ways.nag.most:
        return None
    return nagging.following(ways.nag, last, ways.zone, ways.quiets)


def nagged(ways: Ways, course: Course, at: datetime) -> Course:
    nags = course.nags + 1
    return Course(nags, next_nag(ways, nags, at), course.escalate_at, course.escalated_at)


def escalated(course: Course, at: datetime) -> Course:
    return Course(course.nags, course.nag_at, None, at)


def nag_due(ways: Ways, course: Course, at: datetime, until: datetime) -> datetime | None:
    """The moment that the next one is for, where it falls before `until`; of several missed the last."""
    if course.nag_at is None or course.nag_at > until:
        return None
    if ways.nag is None:  # handed back: once more
        return max(at, course.nag_at)
    return nagging.latest(ways.nag, course.nag_at, max(at, course.nag_at), ways.zone, ways.quiets)


def again(ways: Ways, course: Course, due_at: datetime, at: datetime) -> Course:
    """Somebody took back what had stopped it, or wants it in another way: from `at` on, if it is due."""
    if not ways or due_at > at:
        return Course(course.nags, None, None, course.escalated_at)
    return told(ways, course, at)


def coming(ways: Ways, due_at: datetime) -> Iterator[datetime]:
    """When it would be asked again after `due_at`."""
    return nagging.chain(ways.nag, due_at, ways.zone, ways.quiets) if ways.nag else iter(())
