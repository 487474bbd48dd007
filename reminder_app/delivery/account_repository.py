"""What is known of the accounts that messages are sent through."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, select, update

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


def accounts() -> Sequence[SendingAccount]:
    return db.session.scalars(select(SendingAccount)).all()


def know(name: str, at: datetime) -> None:
    """From now on it has a row."""
    blank = {"paused_by": "", "broken_words": "", "failures": 0}
    row = {"id": new_id(), "name": name, "created_at": at, "updated_at": at, **blank}
    insert_missing(ACCOUNTS, [row])


def change_if(name: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Compare and set: False when somebody else was first."""
    ours = update(SendingAccount).where(SendingAccount.name == name, *conditions)
    return changed(ours.values(values)) == 1
