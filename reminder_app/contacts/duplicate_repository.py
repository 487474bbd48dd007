"""Contacts that may be one: by keys that the database works out itself."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, literal, or_, select, union_all, update

from reminder_app.contacts.models import Contact
from reminder_app.contacts.repository import PHONES, digits
from reminder_app.database import changed, db
from reminder_app.delivery.models import Delivery

NO_DOTS = ("@gmail.com", "@googlemail.com")  # one mailbox, however many dots; known of these alone
FEWEST_DIGITS = 6


def mailbox() -> ColumnElement[str]:
    """What is left of an address without dots and +tags."""
    at, plus = literal("@"), literal("+")
    local = func.substr(Contact.email, 1, func.instr(Contact.email, at) - 1, type_=String)
    bare = func.substr(local, 1, func.instr(local + plus, plus) - 1)
    return func.replace(bare, literal("."), literal(""))


def keys(workspace_id: uuid.UUID, by: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
    """Those that several share, in order."""
    key: Any
    if by == "phone":
        each = union_all(*(numbers(workspace_id, phone) for phone in PHONES)).subquery()
        key, query = each.c.number, select(each.c.number, func.count(each.c.id.distinct()))
        query = query.where(func.length(each.c.number) >= FEWEST_DIGITS)
        many: Any = func.count(each.c.id.distinct())
    else:
        key, many = (mailbox() if by == "email" else Contact.name), func.count()
        query = active(workspace_id, key, many)
        query = query.where(at_google()) if by == "email" else query
    query = query.where(key > after) if after else query
    query = query.group_by(key).having(many > 1).order_by(key).limit(limit)
    return [(str(value), int(count)) for value, count in db.session.execute(query)]


def numbers(workspace_id: uuid.UUID, phone: Any) -> Select[Any]:
    return active(workspace_id, Contact.id, digits(phone).label("number")).where(phone != "")


def at_google() -> ColumnElement[bool]:
    return or_(*(Contact.email.endswith(domain, autoescape=True) for domain in NO_DOTS))


def active(workspace_id: uuid.UUID, *what: Any) -> Select[Any]:
    return select(*what).where(Contact.workspace_id == workspace_id, Contact.archived_at.is_(None))


def with_keys(
    workspace_id: uuid.UUID, by: str, wanted: Collection[str], limit: int
) -> Sequence[Contact]:
    query = active(workspace_id, Contact)
    if by == "phone":
        query = query.where(or_(*(digits(phone).in_(wanted) for phone in PHONES)))
    elif by == "email":
        query = query.where(at_google(), mailbox().in_(wanted))
    else:
        query = query.where(Contact.name.in_(wanted))
    return db.session.scalars(query.order_by(Contact.name, Contact.id).limit(limit)).all()


def lock(workspace_id: uuid.UUID, ids: Collection[uuid.UUID]) -> Sequence[Contact]:
    query = select(Contact).where(Contact.workspace_id == workspace_id, Contact.id.in_(ids))
    return db.session.scalars(query.order_by(Contact.id).with_for_update()).all()


def flush() -> None:
    """An address is free before another takes it."""
    db.session.flush()


def point_to(kept: uuid.UUID, gone: Collection[uuid.UUID]) -> None:
    """What was merged into those that go now, and what was sent to them."""
    again = update(Contact).where(Contact.merged_into_id.in_(gone))
    changed(again.values(merged_into_id=kept))
    sent = update(Delivery).where(Delivery.contact_id.in_(gone))
    changed(sent.values(contact_id=kept, updated_at=Delivery.updated_at))
