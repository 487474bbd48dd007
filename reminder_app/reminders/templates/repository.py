import uuid

from sqlalchemy import func, select

from reminder_app.database import Page, db, keyset_page
from reminder_app.reminders.templates.models import ReminderTemplate


def add(template: ReminderTemplate) -> None:
    db.session.add(template)
    db.session.flush()


def remove(template: ReminderTemplate) -> None:
    db.session.delete(template)


def get(workspace_id: uuid.UUID, template_id: uuid.UUID) -> ReminderTemplate | None:
    query = select(ReminderTemplate).filter_by(workspace_id=workspace_id, id=template_id)
    return db.session.scalar(query)


def lock(workspace_id: uuid.UUID, template_id: uuid.UUID) -> ReminderTemplate | None:
    query = select(ReminderTemplate).filter_by(workspace_id=workspace_id, id=template_id)
    return db.session.scalar(query.with_for_update())


def browse(workspace_id: uuid.UUID, cursor: str | None, limit: int) -> Page[ReminderTemplate]:
    query = select(ReminderTemplate).filter_by(workspace_id=workspace_id)
    columns = (ReminderTemplate.name, ReminderTemplate.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit)


def count(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(ReminderTemplate).filter_by(workspace_id=workspace_id)
    return db.session.scalar(query) or 0
