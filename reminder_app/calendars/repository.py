import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import contains_eager, defer, joinedload

from reminder_app.calendars.models import CalendarFeed
from reminder_app.database import Page, changed, db, keyset_page
from reminder_app.reminders.models import OPEN, Occurrence, Recipient, Reminder, ReminderLabel
from reminder_app.workspaces.models import Membership, Workspace

NOBODY = [uuid.UUID(int=0)]  # as many queries for none as for some


def add(row: CalendarFeed) -> None:
    db.session.add(row)
    db.session.flush()


def remove(row: CalendarFeed) -> None:
    db.session.delete(row)
    db.session.flush()


def feeds(user_id: uuid.UUID, cursor: str | None, limit: int) -> Page[CalendarFeed]:
    query = select(CalendarFeed).filter_by(user_id=user_id)
    query = query.options(joinedload(CalendarFeed.workspace))
    columns = (CalendarFeed.created_at, CalendarFeed.id)
    return keyset_page(query, columns, descending=True, cursor=cursor, limit=limit)


def feed(user_id: uuid.UUID, feed_id: uuid.UUID) -> CalendarFeed | None:
    query = select(CalendarFeed).filter_by(user_id=user_id, id=feed_id)
    return db.session.scalar(query.options(joinedload(CalendarFeed.workspace)))


def all_feeds(user_id: uuid.UUID) -> Sequence[CalendarFeed]:
    return db.session.scalars(select(CalendarFeed).filter_by(user_id=user_id)).all()


def count(user_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(CalendarFeed).filter_by(user_id=user_id)
    return db.session.scalar(query) or 0


def feed_by(token_hash: bytes) -> CalendarFeed | None:
    query = select(CalendarFeed).filter_by(token_hash=token_hash)
    return db.session.scalar(query.options(joinedload(CalendarFeed.user)))


def touch(feed_id: uuid.UUID, at: datetime) -> None:
    query = update(CalendarFeed).where(CalendarFeed.id == feed_id)
    changed(query.values(used_at=at, updated_at=CalendarFeed.updated_at))


def workspaces_of(user_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, str, str]]:
    """Each with its name and the person's role there."""
    query = select(Workspace.id, Workspace.name, Membership.role).join(Membership)
    query = query.where(Membership.user_id == user_id).order_by(Workspace.name, Workspace.id)
    return [(id, name, role) for id, name, role in db.session.execute(query)]


def reminders(
    workspace_ids: Collection[uuid.UUID], label: str, recipient: uuid.UUID | None
) -> Select[Reminder]:
    """What goes on, of these workspaces."""
    query = select(Reminder).where(Reminder.workspace_id.in_(workspace_ids))
    query = query.where(Reminder.deleted_at.is_(None), Reminder.is_active.is_(True))
    if label:
        query = query.where(part_of(ReminderLabel, ReminderLabel.name == label))
    if recipient:
        query = query.where(part_of(Recipient, Recipient.user_id == recipient))
    return query


def part_of(
    part: type[ReminderLabel] | type[Recipient], wanted: ColumnElement[bool]
) -> ColumnElement[bool]:
    return select(part.id).where(part.reminder_id == Reminder.id, wanted).exists()


def coming(wanted: Select[Reminder], limit: int) -> Sequence[Reminder]:
    query = wanted.where(Reminder.next_at.is_not(None))
    query = query.order_by(Reminder.next_at, Reminder.id).limit(limit)
    return db.session.scalars(query).all()


def ended(
    wanted: Select[Reminder],
    workspace_ids: Collection[uuid.UUID],
    since: datetime,
    limit: int,
) -> Sequence[Reminder]:
    """What is over, and was acted on of late."""
    lately = select(Occurrence.reminder_id).where(
        Occurrence.workspace_id.in_(workspace_ids), Occurrence.acted_at >= since
    )
    query = wanted.where(Reminder.next_at.is_(None), Reminder.id.in_(lately))
    query = query.order_by(Reminder.id.desc()).limit(limit)
    return db.session.scalars(query).all()


def labels_of(reminder_ids: Collection[uuid.UUID]) -> Sequence[tuple[uuid.UUID, str]]:
    """In one query, however many reminders."""
    query = select(ReminderLabel.reminder_id, ReminderLabel.name)
    query = query.where(ReminderLabel.reminder_id.in_(reminder_ids or NOBODY))
    rows = db.session.execute(query.order_by(ReminderLabel.name))
    return [(reminder_id, name) for reminder_id, name in rows]


def count_coming(wanted: Select[Reminder], most: int) -> int:
    some = wanted.where(Reminder.next_at.is_not(None)).with_only_columns(Reminder.id)
    return db.session.scalar(select(func.count()).select_from(some.limit(most).subquery())) or 0


def occurrences(
    reminder_ids: Collection[uuid.UUID],
    start: datetime,
    end: datetime | None,
    limit: int,
    *,
    with_open: bool = False,
) -> Sequence[Occurrence]:
    """What is written down of due times between the two; the latest first, if it has to be cut."""
    span = Occurrence.due_at >= start
    if end:
        span = and_(span, Occurrence.due_at < end)
    query = select(Occurrence).where(Occurrence.reminder_id.in_(reminder_ids or NOBODY))
    query = query.where(or_(span, Occurrence.state == OPEN) if with_open else span)
    query = query.order_by(Occurrence.due_at.desc()).limit(limit)
    return db.session.scalars(query).all()


def due_between(
    workspace_id: uuid.UUID, start: datetime, end: datetime, label: str, limit: int
) -> Sequence[Occurrence]:
    """What is written down in a stretch of time, with what a calendar shows of its reminder."""
    query = select(Occurrence).filter_by(workspace_id=workspace_id)
    query = query.where(Occurrence.due_at >= start, Occurrence.due_at < end)
    query = query.join(Occurrence.reminder).where(Reminder.deleted_at.is_(None))
    if label:
        query = query.where(part_of(ReminderLabel, ReminderLabel.name == label))
    query = query.options(contains_eager(Occurrence.reminder).defer(Reminder.notes))
    return db.session.scalars(query.order_by(Occurrence.due_at).limit(limit)).all()


def coming_before(wanted: Select[Reminder], end: datetime, limit: int) -> Sequence[Reminder]:
    """What comes up before `end`, and perhaps again and again."""
    query = wanted.where(Reminder.next_at < end).order_by(Reminder.next_at, Reminder.id)
    return db.session.scalars(query.options(defer(Reminder.notes)).limit(limit)).all()


def put_off(
    reminder_ids: Collection[uuid.UUID], start: datetime, end: datetime, limit: int
) -> Sequence[Occurrence]:
    """What was put off into a stretch of time."""
    query = select(Occurrence).where(Occurrence.reminder_id.in_(reminder_ids or NOBODY))
    query = query.where(
        Occurrence.state == OPEN, Occurrence.snoozed_until >= start, Occurrence.snoozed_until < end
    )
    query = query.join(Occurrence.reminder)
    query = query.options(contains_eager(Occurrence.reminder).defer(Reminder.notes))
    return db.session.scalars(query.limit(limit)).all()
