"""Contacts by the hundred."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select

from reminder_app.contacts.models import Contact
from reminder_app.database import db


def by_emails(workspace_id: uuid.UUID, emails: Collection[str]) -> dict[str, Contact]:
    """By an address that was merged: the one that stayed."""
    if not emails:
        return {}
    query = select(Contact).where(Contact.workspace_id == workspace_id, Contact.email.in_(emails))
    found = {str(one.email): one for one in db.session.scalars(query)}
    merged = {one.merged_into_id for one in found.values() if one.merged_into_id}
    if merged:
        query = select(Contact).where(Contact.workspace_id == workspace_id, Contact.id.in_(merged))
        kept = {one.id: one for one in db.session.scalars(query)}
        found = {email: kept.get(one.merged_into_id or one.id, one) for email, one in found.items()}
    return found


def by_names(workspace_id: uuid.UUID, names: Collection[str]) -> Sequence[Contact]:
    if not names:
        return []
    query = select(Contact).where(Contact.workspace_id == workspace_id, Contact.name.in_(names))
    return db.session.scalars(query.order_by(Contact.id)).all()


def flush() -> None:
    """Now, while it is known who does it."""
    db.session.flush()
