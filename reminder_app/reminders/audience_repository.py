"""Recipients by the thousand: a statement for some hundred of them."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy import delete as deleting
from sqlalchemy import insert as inserting
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.contacts.service import matching
from reminder_app.database import Page, changed, db, keyset_page, new_id
from reminder_app.reminders.models import Occurrence, Recipient, Reminder

T = TypeVar("T")
CHUNK = 1000


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def contacts_in(workspace_id: uuid.UUID) -> Select[Contact]:
    return select(Contact).filter_by(workspace_id=workspace_id).options(lazyload(Contact.tags))


def contacts_by_id(workspace_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Iterator[Contact]:
    for some in chunks(ids):
        yield from db.session.scalars(contacts_in(workspace_id).where(Contact.id.in_(some)))


def contacts_by_email(workspace_id: uuid.UUID, emails: Sequence[str]) -> Iterator[Contact]:
    for some in chunks(emails):
        yield from db.session.scalars(contacts_in(workspace_id).where(Contact.email.in_(some)))


def contacts_like(workspace_id: uuid.UUID, q: str, tag: str, limit: int) -> Sequence[Contact]:
    query = contacts_in(workspace_id).where(Contact.archived_at.is_(None), *matching(q))
    if tag:
        query = query.where(Contact.tags.any(ContactTag.name == tag))
    return db.session.scalars(query.order_by(Contact.name, Contact.id).limit(limit)).all()


def ids_of(reminder_id: uuid.UUID) -> set[uuid.UUID]:
    """Of contacts and users."""
    query = select(func.coalesce(Recipient.contact_id, Recipient.user_id, type_=Recipient.id.type))
    return set(db.session.scalars(query.filter_by(reminder_id=reminder_id)))


def everybody(reminder_id: uuid.UUID) -> Sequence[Recipient]:
    return db.session.scalars(with_people().where(Recipient.reminder_id == reminder_id)).all()


def first_client(reminder_id: uuid.UUID) -> Recipient | None:
    query = (
        with_people().filter_by(reminder_id=reminder_id).where(Recipient.contact_id.is_not(None))
    )
    return db.session.scalars(query.limit(1)).first()


def with_people() -> Select[Recipient]:
    contact = joinedload(Recipient.contact).options(lazyload(Contact.tags))
    return select(Recipient).options(joinedload(Recipient.user), contact).order_by(Recipient.id)


def insert(
    reminder_id: uuid.UUID, contact_ids: Iterable[uuid.UUID], user_ids: Iterable[uuid.UUID]
) -> None:
    rows = [{"contact_id": one, "user_id": None} for one in contact_ids]
    rows += [{"contact_id": None, "user_id": one} for one in user_ids]
    of = {"reminder_id": reminder_id, "channel": "email"}
    for some in chunks(rows):
        db.session.execute(inserting(Recipient), [{"id": new_id(), **of, **one} for one in some])


def delete(ids: Sequence[uuid.UUID]) -> None:
    for some in chunks(ids):
        changed(deleting(Recipient).where(Recipient.id.in_(some)))


def page(reminder_id: uuid.UUID, cursor: str | None, limit: int) -> Page[Recipient]:
    query = with_people().order_by(None).where(Recipient.reminder_id == reminder_id)
    return keyset_page(query, (Recipient.id, Recipient.id), cursor=cursor, limit=limit)


def count(reminder_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Recipient).filter_by(reminder_id=reminder_id)
    return db.session.scalar(query) or 0


def load(reminders: Collection[Reminder]) -> None:
    """All recipients of these, in one statement; not of those that are for many."""
    few = {one.id: one for one in reminders if not one.is_for_many}
    found: dict[uuid.UUID, list[Recipient]] = {reminder_id: [] for reminder_id in few}
    if few:
        query = with_people().where(Recipient.reminder_id.in_(few))
        for one in db.session.scalars(query):
            found[one.reminder_id].append(one)
    for reminder_id, people in found.items():
        set_committed_value(few[reminder_id], "recipients", people)


def states_of(occurrence_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    query = select(Occurrence.id, Occurrence.state).where(Occurrence.id.in_(occurrence_ids))
    return {row.id: row.state for row in db.session.execute(query)}


def with_everybody(reminder_ids: Collection[uuid.UUID]) -> Sequence[Reminder]:
    """All of them, those who are told when nobody answers as well."""
    query = (
        select(Reminder)
        .where(Reminder.id.in_(reminder_ids))
        .options(
            selectinload(Reminder.escalate_user),
            selectinload(Reminder.escalate_contact).options(lazyload(Contact.tags)),
        )
    )
    found = db.session.scalars(query).all()
    people: dict[uuid.UUID, list[Recipient]] = {one.id: [] for one in found}
    for row in db.session.scalars(with_people().where(Recipient.reminder_id.in_(people))):
        people[row.reminder_id].append(row)
    for one in found:
        set_committed_value(one, "recipients", people[one.id])
    return found
