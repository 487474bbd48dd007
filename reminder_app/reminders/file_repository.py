"""The files of reminders: their rows."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, or_, select, union

from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.reminders.file_models import ReminderFile, TemplateFile
from reminder_app.reminders.models import Recipient, Reminder

KINDS = (ReminderFile, TemplateFile)


def of_reminder(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Sequence[ReminderFile]:
    query = select(ReminderFile).filter_by(workspace_id=workspace_id, reminder_id=reminder_id)
    return db.session.scalars(query.order_by(ReminderFile.id)).all()


def get(workspace_id: uuid.UUID, reminder_id: uuid.UUID, file_id: uuid.UUID) -> ReminderFile | None:
    """Of a reminder that is there."""
    query = select(ReminderFile).join(Reminder, Reminder.id == ReminderFile.reminder_id)
    of = ReminderFile
    query = query.where(of.workspace_id == workspace_id, of.reminder_id == reminder_id)
    return db.session.scalar(query.where(of.id == file_id, Reminder.deleted_at.is_(None)))


def reminder_by_id(reminder_id: uuid.UUID) -> Reminder | None:
    return db.session.scalar(select(Reminder).filter_by(id=reminder_id, deleted_at=None))


def is_for_contact(reminder: Reminder, contact_id: uuid.UUID) -> bool:
    """Or for the one whom this contact was merged into."""
    of = Contact.workspace_id == reminder.workspace_id
    goes_on = func.coalesce(Contact.merged_into_id, Contact.id)
    who = select(goes_on).where(of, Contact.id == contact_id).scalar_subquery()
    told = select(Recipient.contact_id).filter_by(reminder_id=reminder.id)
    is_told = or_(Contact.id == reminder.escalate_contact_id, Contact.id.in_(told))
    query = select(Contact.id).where(of, Contact.id == who, Contact.archived_at.is_(None), is_told)
    return db.session.scalar(query) is not None


def of_reminders(reminder_ids: Collection[uuid.UUID]) -> Sequence[ReminderFile]:
    query = select(ReminderFile).where(ReminderFile.reminder_id.in_(reminder_ids))
    return db.session.scalars(query.order_by(ReminderFile.id)).all()


def named(
    workspace_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ReminderFile | TemplateFile]:
    """Of reminders and of templates, by their ids; without those that are gone."""
    of_reminders = select(ReminderFile).join(Reminder, Reminder.id == ReminderFile.reminder_id)
    of_reminders = of_reminders.where(
        ReminderFile.workspace_id == workspace_id,
        ReminderFile.id.in_(ids),
        Reminder.deleted_at.is_(None),
    )
    of_templates = select(TemplateFile).filter_by(workspace_id=workspace_id)
    of_templates = of_templates.where(TemplateFile.id.in_(ids))
    found = [*db.session.scalars(of_reminders), *db.session.scalars(of_templates)]
    return {row.id: row for row in found}


def in_workspace(workspace_id: uuid.UUID) -> int:
    """Bytes, by the indexes alone."""
    sums = (
        select(func.sum(kind.size)).where(kind.workspace_id == workspace_id).scalar_subquery()
        for kind in KINDS
    )
    return sum(int(found or 0) for found in db.session.execute(select(*sums)).one())


def add(rows: Iterable[ReminderFile]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def remove(row: ReminderFile) -> None:
    db.session.delete(row)
    db.session.flush()


def used(digests: Collection[bytes]) -> set[bytes]:
    queries = (select(kind.sha256).where(kind.sha256.in_(digests)) for kind in KINDS)
    return set(db.session.scalars(union(*queries)))
