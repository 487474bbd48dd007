import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from reminder_app.calendars.models import ImportedItem, ReminderImport
from reminder_app.database import Model, changed, db
from reminder_app.reminders.models import Reminder


def add(row: ReminderImport) -> None:
    db.session.add(row)
    db.session.flush()


def add_all(rows: Iterable[Model]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def get(workspace_id: uuid.UUID, user_id: uuid.UUID, import_id: uuid.UUID) -> ReminderImport | None:
    query = select(ReminderImport).filter_by(
        workspace_id=workspace_id, user_id=user_id, id=import_id
    )
    return db.session.scalar(query.options(undefer(ReminderImport.items)))


def lock(
    workspace_id: uuid.UUID, user_id: uuid.UUID, import_id: uuid.UUID
) -> ReminderImport | None:
    query = select(ReminderImport).filter_by(
        workspace_id=workspace_id, user_id=user_id, id=import_id
    )
    return db.session.scalar(query.with_for_update())


def known(workspace_id: uuid.UUID, hashes: Sequence[bytes]) -> dict[str, uuid.UUID]:
    """What entries have become, as long as it is there."""
    query = select(ImportedItem.entry_hash, ImportedItem.reminder_id)
    query = query.join(ImportedItem.reminder).where(
        ImportedItem.workspace_id == workspace_id,
        ImportedItem.entry_hash.in_(hashes),
        Reminder.deleted_at.is_(None),
    )
    return {bytes(one).hex(): reminder_id for one, reminder_id in db.session.execute(query)}


def forget_gone(workspace_id: uuid.UUID, hashes: Sequence[bytes]) -> None:
    """Entries whose reminder was deleted may come again."""
    gone = select(Reminder.id).where(
        Reminder.id == ImportedItem.reminder_id, Reminder.deleted_at.is_not(None)
    )
    query = delete(ImportedItem).where(
        ImportedItem.workspace_id == workspace_id,
        ImportedItem.entry_hash.in_(hashes),
        gone.exists(),
    )
    changed(query)


def forget(workspace_id: uuid.UUID, user_id: uuid.UUID) -> None:
    changed(
        delete(ReminderImport).where(
            ReminderImport.workspace_id == workspace_id, ReminderImport.user_id == user_id
        )
    )


def forget_old(before: datetime) -> int:
    return changed(delete(ReminderImport).where(ReminderImport.updated_at < before))
