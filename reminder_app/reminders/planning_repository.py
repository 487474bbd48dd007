"""The planner's queries: of any workspace, and as many for a batch as for one row."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.orm import lazyload, selectinload, undefer

from reminder_app.contacts.models import Contact
from reminder_app.database import UtcDateTime, changed, db, insert_missing
from reminder_app.delivery import states
from reminder_app.delivery.models import REMINDER, Delivery
from reminder_app.reminders.models import MISSED, OPEN, Occurrence, Recipient, Reminder
from reminder_app.workspaces.models import Membership


def claim(until: datetime, limit: int, only: Collection[uuid.UUID] | None) -> Sequence[Reminder]:
    query = select(Reminder).where(Reminder.plan_at <= until)
    if only is not None:
        query = query.where(Reminder.id.in_(only))
    query = query.order_by(Reminder.plan_at).limit(limit).with_for_update(skip_locked=True)
    recipients = selectinload(Reminder.recipients)
    return db.session.scalars(
        query.options(
            recipients.joinedload(Recipient.user),
            recipients.joinedload(Recipient.contact).options(lazyload(Contact.tags)),
            selectinload(Reminder.creator),
            selectinload(Reminder.workspace),
        )
    ).all()


def insert_occurrences(rows: Sequence[Mapping[str, object]]) -> None:
    insert_missing(Occurrence.__table__, rows)  # type: ignore[arg-type]  # a Table, typed FromClause


def known_rows(reminder_ids: Collection[uuid.UUID], since: datetime) -> Sequence[Any]:
    """As known(), as plain rows: thousands a second."""
    of = Occurrence
    query = select(of.id, of.reminder_id, of.due_at, of.state, of.snoozed_until, of.snoozes)
    query = query.where(of.reminder_id.in_(reminder_ids))
    query = query.where(or_(of.state == OPEN, of.due_at >= since)).order_by(of.due_at)
    return db.session.execute(query).all()


def miss(ids: Collection[uuid.UUID]) -> None:
    if ids:
        changed(update(Occurrence).where(Occurrence.id.in_(ids)).values(state=MISSED))


def memberships(user_ids: Collection[uuid.UUID]) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    query = select(Membership.workspace_id, Membership.user_id)
    rows = db.session.execute(query.where(Membership.user_id.in_(user_ids)))
    return [(workspace_id, user_id) for workspace_id, user_id in rows]


def move_on(times: Mapping[uuid.UUID, tuple[datetime | None, datetime | None]]) -> None:
    """next_at and plan_at of many reminders, in one statement: a row at a time is a round trip each."""
    next_ats = {reminder_id: next_at for reminder_id, (next_at, _) in times.items()}
    plan_ats = {reminder_id: plan_at for reminder_id, (_, plan_at) in times.items()}
    changed(
        update(Reminder)
        .where(Reminder.id.in_(times))
        .values(
            next_at=by_id(next_ats),
            plan_at=by_id(plan_ats),
            trouble="",
            updated_at=Reminder.updated_at,
        )
    )


def by_id(values: Mapping[uuid.UUID, datetime | None]) -> ColumnElement[datetime | None]:
    whens = [
        (Reminder.id == reminder_id, literal(value, UtcDateTime))
        for reminder_id, value in values.items()
    ]
    return case(*whens)


def set_aside(reminder_id: uuid.UUID, trouble: str, until: datetime) -> None:
    query = update(Reminder).where(Reminder.id == reminder_id, Reminder.plan_at.is_not(None))
    changed(query.values(trouble=trouble, plan_at=until, updated_at=Reminder.updated_at))


def has_unplanned(before: datetime) -> bool:
    query = select(Reminder.id).where(Reminder.plan_at < before).limit(1)
    return db.session.scalar(query) is not None


def held_late(addresses: int) -> Sequence[Delivery]:
    """Late messages that are held back, of some readers, each reader's in order of time."""
    held = (
        Delivery.state == states.HELD,
        Delivery.is_late.is_(True),
        Delivery.source_kind == REMINDER,
    )
    readers = select(Delivery.workspace_id, Delivery.address).where(*held).distinct()
    some = readers.limit(addresses).subquery()
    query = select(Delivery).where(*held).options(undefer(Delivery.payload))
    query = query.join(
        some,
        and_(Delivery.workspace_id == some.c.workspace_id, Delivery.address == some.c.address),
    )
    query = query.order_by(Delivery.workspace_id, Delivery.address, Delivery.due_at, Delivery.id)
    return db.session.scalars(query.with_for_update(of=Delivery)).all()


def release(ids: Collection[uuid.UUID]) -> None:
    if ids:
        query = update(Delivery).where(Delivery.id.in_(ids))
        changed(query.values(state=states.PENDING, reason=""))


def told_together(ids: Collection[uuid.UUID], reason: str) -> None:
    query = update(Delivery).where(Delivery.id.in_(ids))
    changed(query.values(state=states.MISSED, reason=reason))
