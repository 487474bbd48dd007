"""How much waits, and how much went wrong: counted up to a limit, in the order of an index.

Of a workspace by (workspace_id, state, due_at), of all of them by (state, not_before).
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, literal, select, union_all

from reminder_app.database import db
from reminder_app.delivery import states
from reminder_app.delivery.models import Delivery

# Further than that nobody counts, neither a person nor the database.
MOST = 10_000
COLUMNS = (Delivery.channel, Delivery.due_at, Delivery.not_before, Delivery.tries)
Wait = tuple[str, int, int, datetime | None]


def waiting(workspace_id: uuid.UUID | None, at: datetime) -> list[Wait]:
    """(channel, how many are due, how many of another kind were refused and are tried again later,
    what the oldest of the due was promised for)"""
    query: Any = select(*COLUMNS).where(Delivery.state == states.PENDING)
    if workspace_id:
        mine = query.where(Delivery.workspace_id == workspace_id, Delivery.due_at <= at)
        parts = [mine.order_by(Delivery.due_at)]
    else:
        query = query.order_by(Delivery.not_before)
        parts = [query.where(Delivery.not_before <= at), query.where(Delivery.not_before > at)]
    found = union_all(*(first(part) for part in parts)).subquery()
    is_later = (found.c.tries > 0) & (found.c.not_before > at)
    due = case((is_later, None), else_=found.c.due_at)
    figures = func.count(due), func.count(case((is_later, 1))), func.min(due)
    query = select(found.c.channel, *figures).where(found.c.due_at <= at)
    return [(*row,) for row in db.session.execute(query.group_by(found.c.channel))]


def counts(
    workspace_id: uuid.UUID | None,
    of: Iterable[str],
    channels: Sequence[str] = (),
    since: datetime | None = None,
) -> list[tuple[str, str, int]]:
    """(state, channel, how many, MOST + 1 at the most); `since`: of those whose time was then.

    No row is read: the index of all of them has the account, whose first part is the channel; and a
    workspace that has one of `channels` alone is not asked which.
    """
    channel: Any = Delivery.channel if workspace_id else kind().label("channel")
    if workspace_id and len(channels) == 1:
        channel = literal(channels[0]).label("channel")
    parts = []
    for state in of:
        part: Any = select(literal(state).label("state"), channel)
        part = part.where(Delivery.state == state)
        if workspace_id:
            part = part.where(Delivery.workspace_id == workspace_id)
        if since:
            part = part.where((Delivery.due_at if workspace_id else Delivery.not_before) >= since)
        parts.append(first(part))
    found = union_all(*parts).subquery()
    what = (found.c.state, found.c.channel)
    query = select(*what, func.count()).group_by(*what)
    return [(*row,) for row in db.session.execute(query)]


def kind() -> ColumnElement[str]:
    """account_names.kind_of()"""
    end = func.instr(Delivery.account + ".", ".") - 1
    return func.substr(Delivery.account, 1, end, type_=String)


def first(part: Any) -> Select[Any]:
    """One within another, as SQLite wants no LIMIT in a part of a UNION."""
    return select(part.limit(MOST + 1).subquery())
