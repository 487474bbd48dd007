import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from reminder_app.database import Page, db, keyset_page
from reminder_app.delivery.models import Attempt, Delivery

CHUNK = 1000


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
    found = query.order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(limit)
    return db.session.scalars(found).all()


def answers(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What the server said last, of each that was tried."""
    found: dict[uuid.UUID, str] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(Attempt.delivery_id, Attempt.answer).where(
            Attempt.delivery_id.in_(ids[start : start + CHUNK])
        )
        rows = db.session.execute(query.order_by(Attempt.delivery_id, Attempt.number))
        found.update((delivery_id, answer) for delivery_id, answer in rows)
    return found
