"""Reminders by the contact they name, and what was asked of them."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from reminder_app.database import changed, db
from reminder_app.reminders.models import Occurrence, Recipient, Reminder

RECENT = 200  # reminders


def counts(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> tuple[int, int]:
    """All, and those with something still to come."""
    is_active = and_(Reminder.is_active, Reminder.next_at.is_not(None))
    query = select(func.count(), func.coalesce(func.sum(case((is_active, 1), else_=0)), 0))
    query = query.select_from(Reminder).where(*that_name(workspace_id, contact_id))
    total, active = db.session.execute(query).one()
    return int(total), int(active)


def coming(
    workspace_id: uuid.UUID, contact_id: uuid.UUID, limit: int
) -> Sequence[tuple[uuid.UUID, str, datetime]]:
    query = select(Reminder.id, Reminder.title, Reminder.next_at)
    query = query.where(*that_name(workspace_id, contact_id), Reminder.next_at.is_not(None))
    query = query.where(~sent_early())
    query = query.order_by(Reminder.next_at, Reminder.id).limit(limit)
    return [(id, title, at) for id, title, at in db.session.execute(query) if at]


def sent_early() -> Any:
    """Its coming time was told by "Send now": nothing more comes of it."""
    told = select(Occurrence.id).where(
        Occurrence.reminder_id == Reminder.id,
        Occurrence.due_at == Reminder.next_at,
        Occurrence.told_at.is_not(None),
    )
    return told.exists()


def last_currency(workspace_id: uuid.UUID) -> str | None:
    """Of the newest payment, where it is among the newest reminders: it costs the same with any number of others."""
    newest = select(Reminder.currency, Reminder.created_at, Reminder.id)
    newest = newest.filter_by(workspace_id=workspace_id)
    recent = (
        newest.order_by(Reminder.created_at.desc(), Reminder.id.desc()).limit(RECENT).subquery()
    )
    query = select(recent.c.currency).where(recent.c.currency != "")
    query = query.order_by(recent.c.created_at.desc(), recent.c.id.desc()).limit(1)
    return db.session.scalar(query)


def that_name(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> list[Any]:
    of_contact = select(Recipient.reminder_id).filter_by(contact_id=contact_id)
    return [
        Reminder.workspace_id == workspace_id,
        Reminder.deleted_at.is_(None),
        Reminder.id.in_(of_contact),
    ]


def twice_named(kept: uuid.UUID, gone: Collection[uuid.UUID]) -> Sequence[uuid.UUID]:
    """Recipients: of `gone`, where it names `kept` by the same channel, and all but one of several."""
    other = aliased(Recipient)
    rows = select(Recipient.id).join(
        other, and_(other.reminder_id == Recipient.reminder_id, other.channel == Recipient.channel)
    )
    earlier = and_(other.contact_id.in_(gone), other.id < Recipient.id)
    rows = rows.where(Recipient.contact_id.in_(gone), or_(other.contact_id == kept, earlier))
    return db.session.scalars(rows.distinct()).all()


def drop(recipient_ids: Collection[uuid.UUID]) -> None:
    changed(delete(Recipient).where(Recipient.id.in_(recipient_ids)))


def rename(kept: uuid.UUID, gone: Collection[uuid.UUID]) -> None:
    named = update(Recipient).where(Recipient.contact_id.in_(gone))
    changed(named.values(contact_id=kept))
    second = update(Reminder).where(Reminder.escalate_contact_id.in_(gone))
    values = {"escalate_contact_id": kept, "version": Reminder.version + 1}
    changed(second.values(**values, updated_at=Reminder.updated_at))
