import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from reminder_app.database import Page, db, keyset_page
from reminder_app.delivery.models import Attempt, Delivery

LATEST = (Delivery.due_at.desc(), Delivery.id.desc())


def of_contact(
    workspace_id: uuid.UUID, contact_id: uuid.UUID, since: datetime | None, until: datetime | None
) -> Select[Delivery]:
    query = select(Delivery).filter_by(contact_id=contact_id, workspace_id=workspace_id)
    if since:
        query = query.where(Delivery.due_at >= since)
    return query.where(Delivery.due_at < until) if until else query


def page(query: Select[Delivery], cursor: str | None, limit: int) -> Page[Delivery]:
    columns = (Delivery.due_at, Delivery.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit, descending=True)


def latest(query: Select[Delivery], limit: int) -> Sequence[Delivery]:
    return db.session.scalars(query.order_by(*LATEST).limit(limit)).all()


def answers(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What the server said last, of each that was tried."""
    return last_of(select(Attempt).where(Attempt.delivery_id.in_(ids)))


def latest_answers(query: Select[Delivery], limit: int) -> dict[uuid.UUID, str]:
    """The same of all in latest(): one query that names none of them, however many they are."""
    those = query.with_only_columns(Delivery.id).order_by(*LATEST).limit(limit).subquery()
    return last_of(select(Attempt).join(those, those.c.id == Attempt.delivery_id))


def last_of(query: Select[Attempt]) -> dict[uuid.UUID, str]:
    columns = query.with_only_columns(
        Attempt.delivery_id, Attempt.answer, maintain_column_froms=True
    )
    rows = db.session.execute(columns.order_by(Attempt.delivery_id, Attempt.number))
    return {row.delivery_id: row.answer for row in rows}
