"""A reminder's turn: what has fallen since its last one, what is said of it, and when it comes up next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from reminder_app.database import new_id
from reminder_app.delivery import states
from reminder_app.reminders import coming_up
from reminder_app.reminders.coming_up import Known, comes_next, plans_next
from reminder_app.reminders.follow_ups import Course, next_of
from reminder_app.reminders.lateness import Verdict, deadline, is_late, judge
from reminder_app.reminders.models import MISSED, OPEN, Reminder
from reminder_app.reminders.notice_ways import Saying
from reminder_app.reminders.notices import Notice, notices
from reminder_app.translations import N_

OVERTAKEN = N_("A later one had come due before this could be sent.")
REPLACED = N_("A later notice of the same time took its place.")
TOO_LATE = N_("It was too late for this when it could be sent.")


class Row(Protocol):
    """An occurrence as it is written down."""

    id: Any
    reminder_id: Any
    due_at: datetime
    state: str
    snoozed_until: datetime | None
    snoozes: int
    nags: int
    nag_at: datetime | None
    escalate_at: datetime | None
    escalated_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True)
class Turn:
    reminder: Reminder
    since: datetime
    at: datetime
    until: datetime
    verdict: Verdict


def take(reminder: Reminder, at: datetime, until: datetime) -> Turn:
    since, schedule = planned_until(reminder), reminder.schedule
    found = notices(schedule, reminder.advance_notices, since, until)
    return Turn(reminder, since, at, until, judge(schedule, found, at))


def planned_until(reminder: Reminder) -> datetime:
    since = reminder.plan_at
    assert since is not None  # noqa: S101 - or it would not have been claimed
    if reminder.trouble and reminder.next_at:
        # Set aside for a while: plan_at says when to try again, not what is planned. Keys sort out the rest.
        earliest = max([0, *reminder.advance_notices])
        return min(since, reminder.next_at - timedelta(minutes=earliest))
    return since


def earliest(turn: Turn) -> datetime:
    """From there on its occurrences matter."""
    return min([turn.at, *(one.due_at for one in (*turn.verdict.told, *turn.verdict.missed))])


def new_occurrences(turn: Turn) -> Iterator[dict[str, object]]:
    come_due = turn.verdict.come_due
    for due_at in {one.due_at for one in (*turn.verdict.told, *turn.verdict.missed)}:
        yield {
            "id": new_id(),
            "workspace_id": turn.reminder.workspace_id,
            "reminder_id": turn.reminder.id,
            "due_at": due_at,
            "state": MISSED if come_due and due_at < come_due else OPEN,
        }


def is_overtaken(turn: Turn, row: Row) -> bool:
    come_due = turn.verdict.come_due
    if row.state != OPEN or come_due is None:
        return False
    return coming_up.is_overtaken(row.due_at, row.snoozed_until, come_due)


def sayings(turn: Turn, rows: Sequence[Row]) -> Iterator[Saying]:
    written = {row.due_at: row for row in rows}
    for notice in turn.verdict.told:
        row = written[notice.due_at]
        if row.state == OPEN and not is_put_off(row, notice.at) and not was_told(row, notice):
            yield said(turn, row, notice, written)
    for row in rows:
        if row.state == OPEN and has_ended(turn, row):
            yield snoozed(turn, row)
    yield from for_the_record(turn, written)


def was_told(row: Row, notice: Notice) -> bool:
    """The time itself has been told early; at the time it is said to those who were added since."""
    return row.told_at is not None and notice.minutes > 0


def is_put_off(row: Row, at: datetime) -> bool:
    return row.snoozed_until is not None and at < row.snoozed_until


def has_ended(turn: Turn, row: Row) -> bool:
    return row.snoozed_until is not None and turn.since <= row.snoozed_until <= turn.until


def said(turn: Turn, row: Row, notice: Notice, written: dict[datetime, Row]) -> Saying:
    return Saying(
        row.id,
        notice.due_at,
        notice.at,
        what=str(notice.minutes or "due"),
        deadline_at=deadline(turn.reminder.schedule, notice),
        is_late=is_late(notice.at, turn.at),
        passed_over=passed_over(turn, written) if notice.minutes == 0 else 0,
    )


def passed_over(turn: Turn, written: dict[datetime, Row]) -> int:
    """What was done or skipped ahead was not."""
    dues = [one.due_at for one in turn.verdict.missed if one.minutes == 0]
    settled = [due for due in dues if written[due].state not in (OPEN, MISSED)]
    return turn.verdict.overtaken - len(settled)


def snoozed(turn: Turn, row: Row) -> Saying:
    at, is_too_late = row.snoozed_until or row.due_at, is_overtaken(turn, row)
    return Saying(
        row.id,
        row.due_at,
        at,
        what=f"snooze-{row.snoozes}",
        deadline_at=deadline(turn.reminder.schedule, Notice(at, at, 0)),
        is_late=is_late(at, turn.at),
        state=states.MISSED if is_too_late else states.PENDING,
        reason=OVERTAKEN if is_too_late else "",
    )


def for_the_record(turn: Turn, written: dict[datetime, Row]) -> Iterator[Saying]:
    for number, notice in enumerate(turn.verdict.missed):
        row = written[notice.due_at]
        if row.state in (OPEN, MISSED) and not is_put_off(row, notice.at):
            yield Saying(
                row.id,
                notice.due_at,
                notice.at,
                what=str(notice.minutes or "due"),
                deadline_at=notice.at,
                state=states.MISSED,
                reason=why_missed(turn.verdict, notice) + ("" if number else unrecorded(turn)),
            )


def why_missed(verdict: Verdict, notice: Notice) -> str:
    if verdict.come_due and notice.due_at < verdict.come_due:
        return OVERTAKEN
    is_replaced = any(other.due_at == notice.due_at for other in verdict.told)
    return REPLACED if is_replaced else TOO_LATE


def unrecorded(turn: Turn) -> str:
    number = turn.verdict.unrecorded
    return f" {number} earlier ones are not listed." if number else ""


def next_times(
    turn: Turn, rows: Sequence[Row], courses: Mapping[Any, Course]
) -> tuple[datetime | None, datetime | None]:
    """next_at and plan_at, when this turn is over. `courses`: those that it has changed."""
    schedule = turn.reminder.schedule
    known = [
        Known(
            row.due_at,
            row.state == OPEN and not is_overtaken(turn, row),
            row.snoozed_until,
            next_of(courses.get(row.id, row)),
        )
        for row in rows
    ]
    return (
        comes_next(schedule, known, turn.until),
        plans_next(schedule, turn.reminder.advance_notices, known, turn.until),
    )
