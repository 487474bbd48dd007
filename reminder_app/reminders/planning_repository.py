"""The planner's queries: of any workspace, and as many for a batch as for one row."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, or_, select, true, update
from sqlalchemy.orm import defer, joinedload, lazyload, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact
from reminder_app.database import ById, changed, db, insert_missing, run_written, stored
from reminder_app.delivery import states
from reminder_app.delivery.letters import HELD_FOR
from reminder_app.delivery.models import REMINDER, Delivery
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.reminders.file_models import ReminderFile
from reminder_app.reminders.file_repository import of_reminders
from reminder_app.reminders.follow_ups import Course
from reminder_app.reminders.models import (
    MISSED,
    OPEN,
    Occurrence,
    Recipient,
    Reminder,
)
from reminder_app.texts.merging import own_in
from reminder_app.workspaces.models import Membership, Workspace

SAID_OF_USER = (
    *(User.email, User.name, User.time_zone, User.locale, User.is_active),
    User.quiet,
)
# A sort of the whole table would lock it whole, and other planners would find nothing.
IN_ORDER = "FORCE INDEX (ix__reminders__plan_at_workspace_id)"
GATHERED = (REMINDER, "late", "quiet")
BY_ID = "FORCE INDEX (PRIMARY)"
SAID_OF_CONTACT = (
    Contact.workspace_id,
    Contact.preferred_channel,
    Contact.phone,
    Contact.phone_secondary,
    Contact.phone_whatsapp,
    *(Contact.email, Contact.name, Contact.time_zone, Contact.locale),
    Contact.archived_at,
)


def claim(until: datetime, limit: int, only: Collection[uuid.UUID] | None) -> Sequence[Reminder]:
    query = select(Reminder).where(Reminder.plan_at <= until)
    if only is not None:
        query = query.where(Reminder.id.in_(only))
    query = query.order_by(Reminder.plan_at).limit(limit).with_for_update(skip_locked=True)
    # Named ones in order of time would be looked for among all that is due, locking it row by row.
    query = query.with_hint(Reminder, IN_ORDER if only is None else BY_ID, "mysql")
    found = one_for_many(db.session.scalars(query.options(*what_is_said())).all())
    load_recipients(found)
    load_files(found)
    return found


def one_for_many(found: Sequence[Reminder]) -> Sequence[Reminder]:
    """Ten thousand messages are enough for a transaction: the others for many have their turn next."""
    many = [one for one in found if one.is_for_many]
    return [one for one in found if one not in many[1:]] if many else found


def load_recipients(reminders: Collection[Reminder]) -> None:
    found: dict[uuid.UUID, list[Recipient]] = {one.id: [] for one in reminders}
    own = [Contact.attributes] if have_own_fields(reminders) else []
    query = select(Recipient).where(Recipient.reminder_id.in_(found)).order_by(Recipient.id)
    query = query.options(
        joinedload(Recipient.user).load_only(*SAID_OF_USER, raiseload=True),
        joinedload(Recipient.contact)
        .load_only(*SAID_OF_CONTACT, *own, raiseload=True)
        .options(lazyload(Contact.tags)),
    )
    for one in db.session.scalars(query) if found else ():
        found[one.reminder_id].append(one)
    for reminder in reminders:
        set_committed_value(reminder, "recipients", found[reminder.id])


def have_own_fields(reminders: Collection[Reminder]) -> bool:
    words = [one.words for one in reminders if one.words]
    return any(own_in(text) for one in words for text in (one.subject, one.body))


def load_files(reminders: Collection[Reminder]) -> None:
    """No query where none has any."""
    having: dict[uuid.UUID, list[ReminderFile]] = {
        one.id: [] for one in reminders if one.file_count
    }
    for file in of_reminders(having) if having else ():
        having[file.reminder_id].append(file)
    for reminder in reminders:
        if reminder.file_count:
            set_committed_value(reminder, "files", having[reminder.id])


def with_all_that_is_said(reminder_id: uuid.UUID) -> Reminder:
    """One that is locked already."""
    query = select(Reminder).filter_by(id=reminder_id).options(*what_is_said())
    found = db.session.scalars(query.execution_options(populate_existing=True)).one()
    load_recipients([found])
    load_files([found])
    return found


def due_of_others(
    since: datetime | None, until: datetime, limit: int, than: Collection[uuid.UUID]
) -> Sequence[uuid.UUID]:
    """Walks through the index alone: 10,000 entries take a few milliseconds."""
    query = select(Reminder.id).where(Reminder.plan_at <= until, Reminder.workspace_id.not_in(than))
    if since:
        query = query.where(Reminder.plan_at > since)
    query = query.order_by(Reminder.plan_at).limit(limit).with_hint(Reminder, IN_ORDER, "mysql")
    return db.session.scalars(query).all()


def what_is_said() -> tuple[ORMOption, ...]:
    """Only the columns that a message needs: thousands of rows a second pass here."""
    return (
        defer(Reminder.created_at),
        defer(Reminder.updated_at),
        selectinload(Reminder.words),
        selectinload(Reminder.creator).load_only(User.name, User.email),
        selectinload(Reminder.escalate_user).load_only(*SAID_OF_USER),
        selectinload(Reminder.escalate_contact)
        .load_only(*SAID_OF_CONTACT)
        .options(lazyload(Contact.tags)),
        selectinload(Reminder.workspace).load_only(Workspace.name, Workspace.locale),
    )


def insert_occurrences(rows: Sequence[Mapping[str, object]]) -> None:
    insert_missing(Occurrence.__table__, rows)  # type: ignore[arg-type]  # a Table, typed FromClause


def known_rows(reminder_ids: Collection[uuid.UUID], since: datetime) -> Sequence[Any]:
    """As known(), as plain rows: thousands a second."""
    of = Occurrence
    query = select(
        of.id, of.reminder_id, of.due_at, of.state, of.snoozed_until, of.snoozes, of.told_at
    )
    query = query.where(of.reminder_id.in_(reminder_ids))
    query = query.add_columns(of.nags, of.nag_at, of.escalate_at, of.escalated_at)
    query = query.where(or_(of.state == OPEN, of.due_at >= since)).order_by(of.due_at)
    return db.session.execute(query).all()


def miss(ids: Collection[uuid.UUID]) -> None:
    if ids:
        changed(update(Occurrence).where(Occurrence.id.in_(ids)).values(state=MISSED))


def follow(courses: Mapping[uuid.UUID, Course]) -> None:
    """How far it has come with many occurrences, in one statement."""
    if not courses:
        return
    ids = [occurrence_id.bytes for occurrence_id in courses]
    nags = ById.of(ids, (one.nags for one in courses.values()))
    moments = {
        name: ById.of(ids, (stored(getattr(one, name)) for one in courses.values()))
        for name in ("nag_at", "escalate_at", "escalated_at")
    }
    sets = ", ".join(f"{name} = {part.sql}" for name, part in moments.items())
    run_written(
        f"UPDATE occurrences SET nags = {nags.sql}, {sets} WHERE id IN ({', '.join('?' * len(ids))})",  # noqa: S608
        [*nags.values, *(value for part in moments.values() for value in part.values), *ids],
    )


def let_go_on(ids: Collection[uuid.UUID]) -> None:
    """Their pause is over."""
    if ids:
        gone_on = update(Reminder).where(Reminder.id.in_(ids))
        values = {"is_active": True, "pause_until": None, "updated_at": Reminder.updated_at}
        changed(gone_on.values(**values))


def memberships(user_ids: Collection[uuid.UUID]) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    if not user_ids:
        return []
    query = select(Membership.workspace_id, Membership.user_id)
    rows = db.session.execute(query.where(Membership.user_id.in_(user_ids)))
    return [(workspace_id, user_id) for workspace_id, user_id in rows]


def move_on(times: Mapping[uuid.UUID, tuple[datetime | None, datetime | None]]) -> None:
    """next_at and plan_at of many reminders in one statement: a row at a time is a round trip each."""
    ids = [reminder_id.bytes for reminder_id in times]
    nexts, plans = (ById.of(ids, map(stored, which)) for which in zip(*times.values(), strict=True))
    run_written(
        f"UPDATE reminders SET next_at = {nexts.sql}, plan_at = {plans.sql}, trouble = '' "  # noqa: S608
        f"WHERE id IN ({', '.join('?' * len(ids))})",
        [*nexts.values, *plans.values, *ids],
    )


def set_aside(reminder_id: uuid.UUID, trouble: str, until: datetime) -> None:
    query = update(Reminder).where(Reminder.id == reminder_id, Reminder.plan_at.is_not(None))
    changed(query.values(trouble=trouble, plan_at=until, updated_at=Reminder.updated_at))


def has_unplanned(before: datetime) -> bool:
    query = select(Reminder.id).where(Reminder.plan_at < before).limit(1)
    return db.session.scalar(query) is not None


def held(at: datetime, addresses: int) -> Sequence[Delivery]:
    """What was held back until now, of some readers, each reader's in order of time."""
    held = (
        Delivery.state == states.HELD,
        Delivery.not_before <= at,
        Delivery.source_kind.in_(GATHERED),
    )
    some = select(Delivery.address).where(*held).distinct().limit(addresses).subquery()
    query = select(Delivery).where(*held).options(undefer(Delivery.payload))
    query = query.join(some, Delivery.address == some.c.address)
    query = query.order_by(Delivery.workspace_id, Delivery.address, Delivery.due_at, Delivery.id)
    return db.session.scalars(query.with_for_update(of=Delivery)).all()


def hours_of(addresses: Collection[str]) -> Mapping[str, Quiet]:
    """As people have set them by now; of those who want quiet at all."""
    query = select(User.email, User.quiet, User.time_zone)
    rows = db.session.execute(query.where(User.email.in_(addresses), User.is_active == true()))
    theirs = ((email, quiet.of(kept, zone)) for email, kept, zone in rows)
    return {email: its for email, its in theirs if its}


def put_off(ids: Collection[uuid.UUID], until: datetime) -> None:
    """What would be too late by then has its time afterwards, as whatever is held."""
    is_over = Delivery.deadline_at <= until + HELD_FOR
    limit = case((is_over, until + HELD_FOR), else_=Delivery.deadline_at)
    query = update(Delivery).where(Delivery.id.in_(ids))
    changed(query.values(not_before=until, deadline_at=limit))


def look_again(address: str, at: datetime) -> None:
    """Whoever changes their quiet hours is not held by those of before."""
    waits = (Delivery.state == states.HELD, Delivery.not_before > at, Delivery.address == address)
    changed(update(Delivery).where(*waits).values(not_before=at))


def release(ids: Collection[uuid.UUID]) -> None:
    if ids:
        query = update(Delivery).where(Delivery.id.in_(ids))
        changed(query.values(state=states.PENDING, reason=""))


def told_together(ids: Collection[uuid.UUID], reason: str, state: str = states.MISSED) -> None:
    if ids:
        query = update(Delivery).where(Delivery.id.in_(ids))
        changed(query.values(state=state, reason=reason))


def wants_digest(at: datetime, limit: int) -> Sequence[uuid.UUID]:
    query = select(User.id).where(User.digest_next <= at, User.is_active == true())
    return db.session.scalars(query.order_by(User.digest_next).limit(limit)).all()


def lock_user(user_id: uuid.UUID) -> User | None:
    query = select(User).filter_by(id=user_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def for_digest(
    user_id: uuid.UUID, only: uuid.UUID | None, end: datetime, limit: int
) -> list[tuple[Reminder, str]]:
    """What comes up before `end` in the workspaces of a member, with their names."""
    query = select(Reminder, Workspace.name).join(Workspace, Workspace.id == Reminder.workspace_id)
    query = query.join(Membership, Membership.workspace_id == Workspace.id)
    query = query.where(Membership.user_id == user_id, Reminder.next_at < end)
    query = query.where(Reminder.deleted_at.is_(None))
    if only:
        query = query.where(Reminder.workspace_id == only)
    rows = db.session.execute(query.order_by(Reminder.next_at, Reminder.id).limit(limit))
    return [(reminder, name) for reminder, name in rows]


def open_ids(reminder_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Of each reminder the occurrence that comes up: a later one may be announced already."""
    query = select(Occurrence.reminder_id, Occurrence.id).filter_by(state=OPEN)
    query = query.join(Occurrence.reminder).where(Reminder.id.in_(reminder_ids))
    comes_at = func.coalesce(Occurrence.snoozed_until, Occurrence.due_at)
    query = query.where(comes_at == Reminder.next_at)
    return {row.reminder_id: row.id for row in db.session.execute(query)}


def forget_deleted(before: datetime, limit: int) -> int:
    ids = list(
        db.session.scalars(select(Reminder.id).where(Reminder.deleted_at < before).limit(limit))
    )
    return changed(delete(Reminder).where(Reminder.id.in_(ids))) if ids else 0
