"""What is known of the accounts that messages are sent through."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from reminder_app.database import changed, db, insert_missing, new_id
from reminder_app.delivery.models import SendingAccount

ACCOUNTS = cast(Table, SendingAccount.__table__)
STATE = ACCOUNTS.c["paused_at", "retry_at", "failures"]
KNOWN = select(*STATE)
# That the mail server has told nothing to complain of.
WORKS = {"broken_since": None, "broken_words": "", "retry_at": None, "failures": 0}


def state_of(name: str) -> Any | None:
    """The worker's look, before each claim: one row by its key, or none."""
    return db.session.execute(KNOWN.where(ACCOUNTS.c.name == name)).one_or_none()


def accounts(workspace_id: uuid.UUID | None) -> Sequence[SendingAccount]:
    """Those that are nobody's, and those of a workspace."""
    mine = SendingAccount.owner_id == workspace_id
    whose = or_(SendingAccount.owner_id.is_(None), mine)
    return db.session.scalars(select(SendingAccount).where(whose).order_by(SendingAccount.id)).all()


def in_trouble(limit: int) -> Sequence[SendingAccount]:
    bad = SendingAccount.paused_at.is_not(None), SendingAccount.broken_since.is_not(None)
    query = select(SendingAccount).where(SendingAccount.owner_id.is_not(None), or_(*bad))
    return db.session.scalars(query.limit(limit)).all()


def find(name: str) -> SendingAccount | None:
    return db.session.scalar(select(SendingAccount).filter_by(name=name))


def closed(names: Collection[str], at: datetime) -> set[str]:
    """Those of them that nobody sends through now."""
    is_closed = or_(ACCOUNTS.c.paused_at.is_not(None), ACCOUNTS.c.retry_at > at)
    query = select(ACCOUNTS.c.name).where(ACCOUNTS.c.name.in_(names), is_closed)
    return set(db.session.scalars(query))


def forget_of(workspace_id: uuid.UUID) -> None:
    changed(delete(SendingAccount).where(SendingAccount.owner_id == workspace_id))


def forget(name: str) -> None:
    changed(delete(SendingAccount).where(SendingAccount.name == name))


def know(name: str, at: datetime) -> None:
    """From now on it has a row."""
    blank = {"title": "", "paused_by": "", "broken_words": "", "failures": 0}
    row = {"id": new_id(), "name": name, "created_at": at, "updated_at": at, **blank}
    insert_missing(ACCOUNTS, [row])


def change_if(name: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Compare and set: False when somebody else was first."""
    ours = update(SendingAccount).where(SendingAccount.name == name, *conditions)
    return changed(ours.values(values)) == 1
