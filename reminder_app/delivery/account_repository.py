"""What is known of the accounts that messages are sent through, and which have something to send."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, false, func, literal, or_, select, true, update
from sqlalchemy.orm import aliased

from reminder_app.database import changed, db, insert_missing, new_id
from reminder_app.delivery import states
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


def accounts_after(name: str, until: datetime, limit: int) -> list[tuple[str, datetime | None]]:
    """The `limit` accounts by name that have something pending, and when the first of it may go, if
    that is by `until`: from each to the next by the index, past all the rows between them."""
    if db.engine.dialect.name == "sqlite":
        return hop(name, until, limit)
    first = func.min(LEDGER.c.not_before)
    query = select(LEDGER.c.account, LEDGER.c.is_bulk, first)
    query = query.where(LEDGER.c.state == states.PENDING, LEDGER.c.account > name)
    query = query.group_by(LEDGER.c.account, LEDGER.c.is_bulk).order_by(LEDGER.c.account)
    query = query.limit(2 * limit).with_hint(LEDGER, BY_BULK, "mysql")
    found: dict[str, datetime | None] = {}
    for account, _, at in db.session.execute(query):
        earlier = min(at, found.get(account) or at)
        found[account] = earlier if earlier <= until else None
    return list(found.items())[:limit]


def hop(name: str, until: datetime, limit: int) -> list[tuple[str, datetime | None]]:
    """SQLite would go through every row between two groups."""
    here = aliased(LEDGER)
    after = select(func.min(here.c.account)).where(here.c.state == states.PENDING)
    hops = select(
        after.where(here.c.account > name).scalar_subquery().label("account"),
        literal(1).label("place"),
    ).cte("hops", recursive=True)
    onward = after.where(here.c.account > hops.c.account).scalar_subquery()
    is_on = hops.c.account.is_not(None), hops.c.place < limit
    hops = hops.union_all(select(onward, hops.c.place + 1).where(*is_on))
    firsts = [
        select(func.min(here.c.not_before))
        .where(
            here.c.state == states.PENDING,
            here.c.account == hops.c.account,
            here.c.is_bulk == (true() if is_bulk else false()),
            here.c.not_before <= until,
        )
        .scalar_subquery()
        for is_bulk in (False, True)
    ]
    query = select(hops.c.account, *firsts).where(hops.c.account.is_not(None))
    return [
        (account, min((at for at in firsts if at), default=None))
        for account, *firsts in db.session.execute(query)
    ]
