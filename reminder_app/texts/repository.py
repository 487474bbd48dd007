import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from reminder_app.database import Page, db, keyset_page
from reminder_app.texts.models import ReminderText


def add(text: ReminderText) -> None:
    db.session.add(text)
    db.session.flush()


def remove(text: ReminderText) -> None:
    db.session.delete(text)


def get(workspace_id: uuid.UUID, text_id: uuid.UUID) -> ReminderText | None:
    return db.session.scalar(select(ReminderText).filter_by(workspace_id=workspace_id, id=text_id))


def lock(workspace_id: uuid.UUID, text_id: uuid.UUID) -> ReminderText | None:
    query = select(ReminderText).filter_by(workspace_id=workspace_id, id=text_id)
    return db.session.scalar(query.with_for_update())


def get_many(ids: Collection[uuid.UUID]) -> Sequence[ReminderText]:
    return db.session.scalars(select(ReminderText).where(ReminderText.id.in_(ids))).all()


def browse(workspace_id: uuid.UUID, cursor: str | None, limit: int) -> Page[ReminderText]:
    query = select(ReminderText).filter_by(workspace_id=workspace_id)
    return keyset_page(query, (ReminderText.name, ReminderText.id), cursor=cursor, limit=limit)


def count(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(ReminderText).filter_by(workspace_id=workspace_id)
    return db.session.scalar(query) or 0
