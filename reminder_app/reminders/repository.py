import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from reminder_app.contacts.models import Contact
from reminder_app.database import Page, changed, db, keyset_page, now
from reminder_app.reminders.audience_repository import load
from reminder_app.reminders.models import (
    DONE,
    OPEN,
    SKIPPED,
    Occurrence,
    Recipient,
    Reminder,
    ReminderLabel,
)
from reminder_app.workspaces.models import Membership, Workspace
from reminder_app.workspaces.roles import ROLES

Row = Reminder | Occurrence
LONGEST_PERIOD = timedelta(days=33)
WRITERS = [role for role, may in ROLES.items() if "reminders:write" in may]


def whole() -> tuple[ORMOption, ...]:
    """A reminder with what is shown of it; audience_repository.load() has its recipients."""
    return (
        selectinload(Reminder.labels),
        selectinload(Reminder.open_occurrences),
    )


def add(row: Row) -> None:
    db.session.add(row)
    db.session.flush()


def add_all(rows: Collection[Row]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def remove(row: Row) -> None:
    db.session.delete(row)
    db.session.flush()


def get(workspace_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder | None:
    query = select(Reminder).filter_by(workspace_id=workspace_id, id=reminder_id)
    query = query.where(Reminder.deleted_at.is_(None)).options(*whole())
    found = db.session.scalar(query.execution_options(populate_existing=True))
    load([found] if found else [])
    load_done([found] if found else [])
    return found


def workspace_of(user_id: uuid.UUID, reminder_id: uuid.UUID) -> Workspace | None:
    """Where a reminder is, for a member of that workspace."""
    query = select(Workspace).join(Membership).where(Membership.user_id == user_id)
    query = query.join(Reminder, Reminder.workspace_id == Workspace.id)
    return db.session.scalar(query.where(Reminder.id == reminder_id, Reminder.deleted_at.is_(None)))


def lock(
    workspace_id: uuid.UUID, reminder_id: uuid.UUID, *, is_deleted: bool = False
) -> Reminder | None:
    """Whoever changes a reminder or its occurrences holds its row: the planner then passes it by."""
    query = select(Reminder).filter_by(workspace_id=workspace_id, id=reminder_id)
    gone = Reminder.deleted_at.is_not(None) if is_deleted else Reminder.deleted_at.is_(None)
    return db.session.scalar(query.where(gone).with_for_update())


def page(
    workspace_id: uuid.UUID,
    *wanted: ColumnElement[bool],
    with_idle: bool = False,
    cursor: str | None,
    limit: int,
) -> Page[Reminder]:
    """In order of time, which has an index; `with_idle`, what never comes up is sorted in at the end."""
    column: Any = Reminder.listed_at if with_idle else Reminder.next_at
    query = listed(workspace_id, *wanted).options(*whole())
    found = keyset_page(query, (column, Reminder.id), cursor=cursor, limit=limit)
    load(found.items)
    load_done(found.items)
    return found


def listed(workspace_id: uuid.UUID, *wanted: ColumnElement[bool]) -> Select[Any]:
    query = select(Reminder).filter_by(workspace_id=workspace_id)
    return query.where(Reminder.deleted_at.is_(None), *wanted)


def between(start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    found = [] if start is None else [Reminder.next_at >= start]
    return found if end is None else [*found, Reminder.next_at < end]


def matching(
    q: str,
    label: str,
    priority: str,
    kind: str,
    recipient: uuid.UUID | None,
    sender: uuid.UUID | None = None,
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if q:
        wanted.append(
            or_(*(c.contains(q, autoescape=True) for c in (Reminder.title, Reminder.notes)))
        )
    if label:
        wanted.append(of_reminder(ReminderLabel, ReminderLabel.name == label))
    if priority:
        wanted.append(Reminder.priority == priority)
    if kind:
        wanted.append(Reminder.kind == kind)
    if recipient:
        who = or_(Recipient.user_id == recipient, Recipient.contact_id == recipient)
        wanted.append(of_reminder(Recipient, who))
    if sender:
        wanted.append(Reminder.sender_identity_id == sender)
    return wanted


def of_reminder(
    part: type[ReminderLabel] | type[Recipient], wanted: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists().where(part.reminder_id == Reminder.id, wanted)


def count(workspace_id: uuid.UUID, most: int, *wanted: ColumnElement[bool]) -> int:
    """Up to `most`: nobody reads more, and the cost stays the same."""
    some = listed(workspace_id, *wanted).with_only_columns(Reminder.id).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def labels(workspace_id: uuid.UUID) -> Sequence[tuple[str, int]]:
    query = select(ReminderLabel.name, func.count()).filter_by(workspace_id=workspace_id)
    query = query.join(Reminder).where(Reminder.deleted_at.is_(None))
    rows = db.session.execute(query.group_by(ReminderLabel.name).order_by(ReminderLabel.name))
    return [(name, number) for name, number in rows]


def retime(reminder: Reminder, next_at: datetime | None, plan_at: datetime | None) -> None:
    """No edit: neither the version nor updated_at moves, and an open form stays good."""
    query = update(Reminder).where(Reminder.id == reminder.id)
    changed(query.values(next_at=next_at, plan_at=plan_at, updated_at=Reminder.updated_at))
    db.session.refresh(reminder, ["next_at", "plan_at"])


def floating_of(user_id: uuid.UUID) -> Sequence[Reminder]:
    query = of_person(user_id, "floating").order_by(Reminder.id)
    return db.session.scalars(query.with_for_update()).all()


def floating_shown(user_id: uuid.UUID) -> Sequence[Reminder]:
    """Those that come up again, the next first."""
    query = of_person(user_id, "floating").where(Reminder.next_at.is_not(None))
    return db.session.scalars(query.order_by(Reminder.next_at, Reminder.id).limit(1000)).all()


def count_staying(user_id: uuid.UUID, zone: str) -> int:
    query = of_person(user_id, "fixed").where(Reminder.next_at.is_not(None))
    query = query.where(Reminder.time_zone != zone)
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def of_person(user_id: uuid.UUID, mode: str) -> Select[Any]:
    """Only where they still may change reminders."""
    query = select(Reminder).filter_by(created_by=user_id, zone_mode=mode, deleted_at=None)
    still_there = select(Membership.workspace_id).where(
        Membership.user_id == user_id, Membership.role.in_(WRITERS)
    )
    return query.where(Reminder.workspace_id.in_(still_there))


def occurrence(reminder_id: uuid.UUID, due_at: datetime) -> Occurrence | None:
    query = select(Occurrence).filter_by(reminder_id=reminder_id, due_at=due_at)
    return db.session.scalar(query.with_for_update())


def occurrence_by_id(occurrence_id: uuid.UUID) -> Occurrence | None:
    query = select(Occurrence).filter_by(id=occurrence_id)
    return db.session.scalar(query.options(joinedload(Occurrence.reminder)))


def last_acted_on(reminder_id: uuid.UUID) -> Occurrence | None:
    query = select(Occurrence).filter_by(reminder_id=reminder_id)
    query = query.where(Occurrence.acted_at.is_not(None)).order_by(Occurrence.acted_at.desc())
    return db.session.scalar(query.limit(1))


def skipped_at(reminder_id: uuid.UUID, at: datetime) -> Sequence[Occurrence]:
    query = select(Occurrence).filter_by(reminder_id=reminder_id, state=SKIPPED, acted_at=at)
    return db.session.scalars(query.order_by(Occurrence.due_at).with_for_update()).all()


def due_between(reminder_id: uuid.UUID, start: datetime, end: datetime) -> Sequence[Occurrence]:
    query = select(Occurrence).filter_by(reminder_id=reminder_id)
    query = query.where(Occurrence.due_at >= start, Occurrence.due_at < end)
    return db.session.scalars(query.order_by(Occurrence.due_at).with_for_update()).all()


def load_done(reminders: Collection[Reminder]) -> None:
    """For those that count how often they are done in a week or month."""
    found: dict[uuid.UUID, list[datetime]] = {one.id: [] for one in reminders if one.times_per}
    if not found:
        return
    query = select(Occurrence.reminder_id, Occurrence.due_at).where(
        Occurrence.reminder_id.in_(found),
        Occurrence.state == DONE,
        Occurrence.due_at >= now() - LONGEST_PERIOD,
    )
    for reminder_id, due_at in db.session.execute(query):
        found[reminder_id].append(due_at)
    for one in reminders:
        if one.id in found:
            one.done_dues = found[one.id]  # type: ignore[misc]  # of this one


def known(reminder_ids: Collection[uuid.UUID], since: datetime) -> Sequence[Occurrence]:
    """What is open, and every due time from `since` on that is written down."""
    query = select(Occurrence).where(Occurrence.reminder_id.in_(reminder_ids))
    query = query.where(or_(Occurrence.state == OPEN, Occurrence.due_at >= since))
    return db.session.scalars(query.order_by(Occurrence.due_at)).all()


def recipients_of(reminder: Reminder) -> Sequence[Recipient]:
    query = select(Recipient).filter_by(reminder_id=reminder.id)
    return db.session.scalars(query.options(joinedload(Recipient.user))).all()


def history(reminder_id: uuid.UUID, cursor: str | None, limit: int) -> Page[Occurrence]:
    query = select(Occurrence).filter_by(reminder_id=reminder_id)
    query = query.options(joinedload(Occurrence.person))
    columns = (Occurrence.due_at, Occurrence.id)
    return keyset_page(query, columns, descending=True, cursor=cursor, limit=limit)


def acted_on_since(workspace_id: uuid.UUID, since: datetime, limit: int) -> Sequence[Occurrence]:
    query = select(Occurrence).filter_by(workspace_id=workspace_id).join(Occurrence.reminder)
    query = query.where(Occurrence.acted_at >= since, Occurrence.state != OPEN)
    query = query.where(Reminder.deleted_at.is_(None))
    query = query.options(joinedload(Occurrence.reminder), joinedload(Occurrence.person))
    found = db.session.scalars(query.order_by(Occurrence.acted_at.desc()).limit(limit)).all()
    load_done([one.reminder for one in found])
    return found


def contacts(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> Sequence[Contact]:
    query = select(Contact).filter_by(workspace_id=workspace_id).options(lazyload(Contact.tags))
    return db.session.scalars(query.where(Contact.id.in_(ids))).all()


def rows_of_user(reminder_id: uuid.UUID, user_id: uuid.UUID) -> Sequence[Recipient]:
    query = select(Recipient).filter_by(reminder_id=reminder_id, user_id=user_id)
    return db.session.scalars(query).all()


def members(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> Sequence[uuid.UUID]:
    query = select(Membership.user_id).filter_by(workspace_id=workspace_id)
    return db.session.scalars(query.where(Membership.user_id.in_(ids))).all()


def member(workspace_id: uuid.UUID, user_id: uuid.UUID) -> Membership | None:
    query = select(Membership).filter_by(workspace_id=workspace_id, user_id=user_id)
    return db.session.scalar(query.options(joinedload(Membership.user)))


def count_sent_as(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Reminder).where(*is_sent_as(workspace_id, identity_id))
    return db.session.scalar(query) or 0


def titles_sent_as(workspace_id: uuid.UUID, identity_id: uuid.UUID, limit: int) -> Sequence[str]:
    query = select(Reminder.title).where(*is_sent_as(workspace_id, identity_id))
    return db.session.scalars(query.order_by(Reminder.id).limit(limit)).all()


def is_sent_as(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Reminder.workspace_id == workspace_id,
        Reminder.sender_identity_id == identity_id,
        Reminder.deleted_at.is_(None),
    )


def send_as(workspace_id: uuid.UUID, identity_id: uuid.UUID, to: uuid.UUID | None) -> None:
    """Also those that are deleted: they may come back."""
    theirs = update(Reminder).where(
        Reminder.workspace_id == workspace_id, Reminder.sender_identity_id == identity_id
    )
    changed(theirs.values(sender_identity_id=to, version=Reminder.version + 1))
