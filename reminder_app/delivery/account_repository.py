"""What is known of the accounts that messages are sent through, and which have something to send."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Table,
    delete,
    false,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from reminder_app.database import changed, db, insert_missing, new_id
from reminder_app.delivery import states
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.models import BY_BULK, Delivery, SendingAccount

ACCOUNTS = cast(Table, SendingAccount.__table__)
LEDGER = cast(Table, Delivery.__table__)
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


def in_view(limit: int) -> Sequence[SendingAccount]:
    """The operator's: those that are nobody's, and of others those that are paused or broken."""
    bad = SendingAccount.paused_at.is_not(None), SendingAccount.broken_since.is_not(None)
    query = select(SendingAccount).where(or_(SendingAccount.owner_id.is_(None), *bad))
    is_others = SendingAccount.owner_id.is_not(None)
    return db.session.scalars(query.order_by(is_others, SendingAccount.id).limit(limit)).all()


def find(name: str) -> SendingAccount | None:
    return db.session.scalar(select(SendingAccount).filter_by(name=name))


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


def waiting(at: datetime, until: datetime, limit: int) -> list[tuple[str, datetime]]:
    """Accounts that may be sent through `at` and have something that may go by `until`, and since or
    from when: longest waiting first. One key is read for each account that has something pending, and
    none of the rows behind it."""
    first = firsts()
    since = func.min(first.c.since)
    query = select(first.c.account, since).outerjoin(ACCOUNTS, ACCOUNTS.c.name == first.c.account)
    is_free = ACCOUNTS.c.retry_at.is_(None) | (ACCOUNTS.c.retry_at <= at)
    query = query.where(first.c.account != EMAIL, ACCOUNTS.c.paused_at.is_(None), is_free)
    query = query.group_by(first.c.account).having(since <= until).order_by(since).limit(limit)
    return [(account, moment) for account, moment in db.session.execute(query)]


def firsts() -> Subquery:
    """(account, since): of each account the first of its few, and of its bulk."""
    if db.engine.dialect.name == "sqlite":
        return hopped()
    # With `state` in it, though it is one: else MariaDB goes through all the rows of a group.
    group = LEDGER.c.state, LEDGER.c.account, LEDGER.c.is_bulk
    query = select(LEDGER.c.account, func.min(LEDGER.c.not_before).label("since"))
    query = query.where(LEDGER.c.state == states.PENDING, LEDGER.c.account > "")
    return query.group_by(*group).with_hint(LEDGER, BY_BULK, "mysql").subquery()


def hopped() -> Subquery:
    """SQLite would go through all the rows of a group: it is led from one account to the next."""
    here = aliased(LEDGER)
    next_one = select(func.min(here.c.account)).where(here.c.state == states.PENDING)
    hops = select(next_one.scalar_subquery().label("account")).cte("hops", recursive=True)
    onward = next_one.where(here.c.account > hops.c.account).scalar_subquery()
    hops = hops.union_all(select(onward).where(hops.c.account.is_not(None)))
    of_account = here.c.state == states.PENDING, here.c.account == hops.c.account
    since = [
        select(func.min(here.c.not_before))
        .where(*of_account, here.c.is_bulk == is_bulk)
        .scalar_subquery()
        for is_bulk in (false(), true())
    ]
    parts = [select(hops.c.account, one.label("since")) for one in since]
    return union_all(*parts).subquery()


def oldest_waiting(account: str, since: datetime) -> Delivery | None:
    """Of the few and of the bulk the first, each by the index: much may wait for other accounts."""
    query = select(LEDGER.c.id, LEDGER.c.not_before).where(
        LEDGER.c.state == states.PENDING,
        LEDGER.c.account == account,
        LEDGER.c.tries == 0,
        LEDGER.c.not_before <= since,
    )
    firsts = [
        query.where(LEDGER.c.is_bulk == is_bulk)
        .with_hint(LEDGER, BY_BULK, "mysql")
        .order_by(LEDGER.c.not_before)
        .limit(1)
        .subquery()
        for is_bulk in (false(), true())
    ]
    found = union_all(*map(select, firsts)).subquery()
    oldest = select(found.c.id).order_by(found.c.not_before).limit(1).scalar_subquery()
    return db.session.scalar(select(Delivery).where(Delivery.id == oldest))
