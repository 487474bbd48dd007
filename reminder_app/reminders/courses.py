"""A reminder's turn, as far as it is about what nobody has done yet: who is asked again, and who else is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reminder_app.reminders import follow_ups, nagging
from reminder_app.reminders.follow_ups import Course, Ways
from reminder_app.reminders.lateness import deadline, is_late
from reminder_app.reminders.models import OPEN, Recipient, Reminder
from reminder_app.reminders.notice_mail import quiet_of
from reminder_app.reminders.notice_ways import Saying
from reminder_app.reminders.notices import Notice
from reminder_app.reminders.turns import Row, Turn, has_ended, is_overtaken, is_put_off


@dataclass(frozen=True)
class Step:
    course: Course
    nag_at: datetime | None = None  # what it was planned for
    escalate_at: datetime | None = None


Steps = Mapping[Any, Step]  # by the id of the occurrence


def ways_of(reminder: Reminder, recipients: Iterable[Recipient]) -> Ways:
    nag, after = nagging.of(reminder.nag), reminder.escalate_after
    quiets = [quiet_of(reminder, one) for one in recipients] if nag else ()
    has_somebody = reminder.escalate_user_id or reminder.escalate_contact_id
    waiting = timedelta(minutes=after) if after and has_somebody else None
    return Ways(nag, waiting, reminder.time_zone, tuple(quiets))


def steps(turn: Turn, rows: Sequence[Row]) -> dict[Any, Step]:
    """Only of those with which something happens."""
    ways = ways_of(turn.reminder, turn.reminder.recipients)
    found = {row.id: step(turn, row, ways) for row in rows if is_waiting(turn, row)}
    return {
        row.id: found[row.id]
        for row in rows
        if row.id in found and found[row.id].course != follow_ups.course_of(row)
    }


def is_waiting(turn: Turn, row: Row) -> bool:
    return row.state == OPEN and not is_overtaken(turn, row)


def step(turn: Turn, row: Row, ways: Ways) -> Step:
    course = follow_ups.course_of(row)
    said_at = told_at(turn, row)
    if said_at:
        return Step(follow_ups.told(ways, course, said_at))
    nag_at = follow_ups.nag_due(ways, course, turn.at, turn.until)
    if nag_at:
        course = follow_ups.nagged(ways, course, nag_at)
    escalate_at = course.escalate_at if is_due(course.escalate_at, turn) else None
    if escalate_at:
        course = follow_ups.escalated(course, max(escalate_at, turn.at))
    return Step(course, nag_at, escalate_at)


def is_due(at: datetime | None, turn: Turn) -> bool:
    return at is not None and at <= turn.until


def told_at(turn: Turn, row: Row) -> datetime | None:
    """When this turn says it, at its time or at the end of a snooze; not what it says a second time."""
    if has_ended(turn, row):
        return counted_from(turn, row.snoozed_until or row.due_at)
    if follow_ups.course_of(row) != Course():
        return None
    dues = (one.at for one in turn.verdict.told if one.minutes == 0 and one.due_at == row.due_at)
    return next((counted_from(turn, at) for at in dues if not is_put_off(row, at)), None)


def counted_from(turn: Turn, at: datetime) -> datetime:
    return turn.at if is_late(at, turn.at) else at


def nags(turn: Turn, rows: Sequence[Row], taken: Steps) -> Iterator[Saying]:
    for row in rows:
        one = taken.get(row.id)
        if one and one.nag_at:
            yield Saying(
                row.id,
                row.due_at,
                one.nag_at,
                what=f"nag-{one.course.nags}",
                deadline_at=one.course.nag_at or last_chance(turn, one.nag_at),
                is_late=is_late(one.nag_at, turn.at),
                nags=one.course.nags,
                silence=one.nag_at - (row.snoozed_until or row.due_at),
            )


def escalations(turn: Turn, rows: Sequence[Row], taken: Steps) -> Iterator[Saying]:
    for row in rows:
        one = taken.get(row.id)
        if one and one.escalate_at:
            at = one.escalate_at
            yield Saying(row.id, row.due_at, at, what="escalate", deadline_at=last_chance(turn, at))


def last_chance(turn: Turn, at: datetime) -> datetime:
    return deadline(turn.reminder.schedule, Notice(at, at, 0))
