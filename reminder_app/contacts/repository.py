import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, lazyload

from reminder_app.contacts import details
from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.database import Page, db, keyset_page
from reminder_app.delivery.models import Delivery

PHONES = (Contact.phone, Contact.phone_secondary, Contact.phone_whatsapp)


def add(contact: Contact) -> None:
    db.session.add(contact)
    db.session.flush()


def get(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Contact | None:
    return db.session.scalar(select(Contact).filter_by(workspace_id=workspace_id, id=contact_id))


def by_email(workspace_id: uuid.UUID, email: str) -> Contact | None:
    return db.session.scalar(select(Contact).filter_by(workspace_id=workspace_id, email=email))


def get_many(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> Sequence[Contact]:
    query = select(Contact).where(Contact.workspace_id == workspace_id, Contact.id.in_(ids))
    return db.session.scalars(query).all()


def browse(
    workspace_id: uuid.UUID,
    *,
    q: str,
    tag: str,
    is_archived: bool,
    cursor: str | None,
    limit: int,
) -> Page[Contact]:
    query = found(workspace_id, q, is_archived)
    if tag:
        query = query.where(Contact.tags.any(ContactTag.name == tag))
    return keyset_page(query, (Contact.name, Contact.id), cursor=cursor, limit=limit)


def pick(workspace_id: uuid.UUID, q: str, limit: int) -> Sequence[Contact]:
    query = found(workspace_id, q, False).order_by(Contact.name, Contact.id).limit(limit)
    return db.session.scalars(query).all()


def named(workspace_id: uuid.UUID, names: Collection[str], limit: int) -> Sequence[Contact]:
    """Those in whose name one of `names` is; then those whose name begins as one of them does."""
    has = or_(*(Contact.name.contains(name, autoescape=True) for name in names))
    begins = or_(*(Contact.name.startswith(name[:1], autoescape=True) for name in names))
    query = select(Contact).where(Contact.workspace_id == workspace_id, or_(has, begins))
    query = query.where(Contact.archived_at.is_(None)).options(lazyload(Contact.tags))
    query = query.order_by(case((has, 0), else_=1), Contact.name, Contact.id)
    return db.session.scalars(query.limit(limit)).all()


def found(workspace_id: uuid.UUID, q: str, is_archived: bool) -> Select[Contact]:
    state = Contact.archived_at.is_not(None) if is_archived else Contact.archived_at.is_(None)
    query = select(Contact).where(Contact.workspace_id == workspace_id, state)
    return query.where(*(matches(word) for word in q.split()))


def matching(q: str) -> list[ColumnElement[bool]]:
    return [matches(word) for word in q.split()]


def matches(word: str) -> ColumnElement[bool]:
    found = [
        Contact.name.contains(word, autoescape=True),
        Contact.email.contains(word.lower(), autoescape=True),
        Contact.tags.any(ContactTag.name.contains(word.lower(), autoescape=True)),
    ]
    number = details.digits(word) if details.PHONE.fullmatch(word) else ""
    if len(number) >= details.FEWEST_DIGITS:
        found += [digits(phone).contains(number) for phone in PHONES]
    return or_(*found)


def digits(phone: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """As details.digits() has it: by REPLACE, which every database knows."""
    found: ColumnElement[str] = func.coalesce(phone, "")
    for sign in "+*#()./- ":
        found = func.replace(found, sign, "")
    return case((found.startswith("00"), func.substr(found, 3)), else_=found)


def tags(workspace_id: uuid.UUID, limit: int) -> Sequence[str]:
    """The most used first."""
    query = (
        select(ContactTag.name)
        .join(Contact)
        .where(ContactTag.workspace_id == workspace_id, Contact.archived_at.is_(None))
        .group_by(ContactTag.name)
        .order_by(func.count().desc(), ContactTag.name)
    )
    return db.session.scalars(query.limit(limit)).all()


def messages_by_state(
    workspace_id: uuid.UUID, contact_id: uuid.UUID
) -> dict[str, tuple[int, datetime | None]]:
    """How many, and when the last one went out."""
    query = select(Delivery.state, func.count(), func.max(Delivery.sent_at))
    query = query.where(Delivery.contact_id == contact_id, Delivery.workspace_id == workspace_id)
    return {
        state: (many, at) for state, many, at in db.session.execute(query.group_by(Delivery.state))
    }


def last_messages(workspace_id: uuid.UUID, contact_id: uuid.UUID, limit: int) -> Sequence[Delivery]:
    query = select(Delivery).filter_by(contact_id=contact_id, workspace_id=workspace_id)
    query = query.order_by(Delivery.due_at.desc(), Delivery.id.desc())
    return db.session.scalars(query.limit(limit)).all()


def newest_attributes(workspace_id: uuid.UUID, limit: int) -> Sequence[dict[str, str] | None]:
    """Of so many contacts, whether they have some or not: names in JSON have no index."""
    newest = select(Contact.id).filter_by(workspace_id=workspace_id)
    newest = newest.order_by(Contact.id.desc()).limit(limit)
    some = newest.subquery()
    return db.session.scalars(select(Contact.attributes).join(some, Contact.id == some.c.id)).all()


def attributes(
    workspace_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> Sequence[tuple[uuid.UUID, dict[str, str] | None]]:
    """Of those that have some."""
    query = select(Contact.id, Contact.attributes).filter_by(workspace_id=workspace_id)
    query = query.where(Contact.attributes.is_not(None)).order_by(Contact.id).limit(limit)
    if after:
        query = query.where(Contact.id > after)
    return [(id, given) for id, given in db.session.execute(query)]
