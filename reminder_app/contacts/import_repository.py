"""Imports: the rows that say how far each was read."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, select

from reminder_app.contacts.models import Contact, ContactImport, ContactImportFailure
from reminder_app.database import Page, db, insert_all, keyset_page

FAILURES = cast(Table, ContactImportFailure.__table__)


def add(row: ContactImport) -> None:
    db.session.add(row)
    db.session.flush()


def get(workspace_id: uuid.UUID, import_id: uuid.UUID) -> ContactImport | None:
    query = select(ContactImport).filter_by(workspace_id=workspace_id, id=import_id)
    return db.session.scalar(query)


def lock(workspace_id: uuid.UUID, import_id: uuid.UUID) -> ContactImport | None:
    query = select(ContactImport).filter_by(workspace_id=workspace_id, id=import_id)
    return db.session.scalar(query.with_for_update())


def browse(workspace_id: uuid.UUID, cursor: str | None, limit: int) -> Page[ContactImport]:
    query = select(ContactImport).filter_by(workspace_id=workspace_id)
    columns = (ContactImport.id, ContactImport.id)
    return keyset_page(query, columns, descending=True, cursor=cursor, limit=limit)


def in_state(state: str, limit: int) -> Sequence[uuid.UUID]:
    """Whose turn was longest ago first."""
    query = select(ContactImport.id).filter_by(state=state)
    return db.session.scalars(query.order_by(ContactImport.updated_at).limit(limit)).all()


def take(import_id: uuid.UUID, state: str) -> ContactImport | None:
    """None while another worker is at it."""
    query = select(ContactImport).filter_by(id=import_id, state=state)
    return db.session.scalar(query.with_for_update(skip_locked=True))


def add_failures(rows: Sequence[Mapping[str, Any]]) -> None:
    insert_all(FAILURES, rows)


def failures(import_id: uuid.UUID, cursor: str | None, limit: int) -> Page[ContactImportFailure]:
    query = select(ContactImportFailure).filter_by(import_id=import_id)
    columns = (ContactImportFailure.line, ContactImportFailure.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit)


def failures_after(import_id: uuid.UUID, line: int, limit: int) -> Sequence[ContactImportFailure]:
    query = select(ContactImportFailure).filter_by(import_id=import_id)
    query = query.where(ContactImportFailure.line > line).order_by(ContactImportFailure.line)
    return db.session.scalars(query.limit(limit)).all()


def named_by(workspace_id: uuid.UUID, emails: Collection[str]) -> dict[str, str]:
    """The names of those who have these addresses."""
    query = select(Contact.email, Contact.name).filter_by(workspace_id=workspace_id)
    query = query.where(Contact.email.in_(emails))
    return {str(email): name for email, name in db.session.execute(query)} if emails else {}


def with_files(states: Collection[str]) -> set[uuid.UUID]:
    return set(db.session.scalars(select(ContactImport.id).where(ContactImport.state.in_(states))))


def forget(before: datetime, limit: int) -> int:
    """Imports that nobody has touched since, with what was not taken of them."""
    query = select(ContactImport.id).where(ContactImport.updated_at < before)
    ids = list(db.session.scalars(query.order_by(ContactImport.updated_at).limit(limit)))
    if ids:
        db.session.execute(delete(ContactImport).where(ContactImport.id.in_(ids)))
    return len(ids)
