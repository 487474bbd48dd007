"""The files of reminders: their rows."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from reminder_app.database import db
from reminder_app.reminders.file_models import ReminderFile
from reminder_app.reminders.models import Reminder


def of_reminder(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Sequence[ReminderFile]:
    query = select(ReminderFile).filter_by(workspace_id=workspace_id, reminder_id=reminder_id)
    return db.session.scalars(query.order_by(ReminderFile.id)).all()


def get(workspace_id: uuid.UUID, reminder_id: uuid.UUID, file_id: uuid.UUID) -> ReminderFile | None:
    """Of a reminder that is there."""
    query = select(ReminderFile).join(Reminder, Reminder.id == ReminderFile.reminder_id)
    of = ReminderFile
    query = query.where(of.workspace_id == workspace_id, of.reminder_id == reminder_id)
    return db.session.scalar(query.where(of.id == file_id, Reminder.deleted_at.is_(None)))


def of_reminders(reminder_ids: Collection[uuid.UUID]) -> Sequence[ReminderFile]:
    query = select(ReminderFile).where(ReminderFile.reminder_id.in_(reminder_ids))
    return db.session.scalars(query.order_by(ReminderFile.id)).all()


def in_workspace(workspace_id: uuid.UUID) -> int:
    """Bytes, by the index alone."""
    query = select(func.sum(ReminderFile.size)).filter_by(workspace_id=workspace_id)
    return int(db.session.scalar(query) or 0)


def add(rows: Iterable[ReminderFile]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def remove(row: ReminderFile) -> None:
    db.session.delete(row)
    db.session.flush()


def used(digests: Collection[bytes]) -> set[bytes]:
    query = select(ReminderFile.sha256).where(ReminderFile.sha256.in_(digests)).distinct()
    return set(db.session.scalars(query))
