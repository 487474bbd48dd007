"""What is still to be told early, and how far it is."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update

from reminder_app.database import changed, db
from reminder_app.delivery.models import Delivery
from reminder_app.reminders.models import Occurrence
from reminder_app.reminders.telling_models import Telling


def add(row: Telling) -> None:
    db.session.add(row)
    db.session.flush()


def remove(row: Telling) -> None:
    db.session.delete(row)
    db.session.flush()


def of(occurrence_id: uuid.UUID) -> Telling | None:
    return db.session.scalar(select(Telling).filter_by(occurrence_id=occurrence_id))


def forget(occurrence_id: uuid.UUID) -> None:
    changed(delete(Telling).filter_by(occurrence_id=occurrence_id))


def next_id(at: datetime, tries: int) -> uuid.UUID | None:
    """Of those that were tried less often."""
    query = select(Telling.id).where(Telling.next_at <= at, Telling.tries < tries)
    query = query.order_by(Telling.next_at).limit(1)
    return db.session.scalar(query)


def lock(telling_id: uuid.UUID) -> Telling | None:
    """None where another worker has it."""
    query = select(Telling).filter_by(id=telling_id).with_for_update(skip_locked=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def workspace_of(telling: Telling) -> uuid.UUID:
    query = select(Occurrence.workspace_id).filter_by(id=telling.occurrence_id)
    return db.session.scalars(query).one()


def occurrence(telling: Telling) -> Occurrence:
    query = select(Occurrence).filter_by(id=telling.occurrence_id)
    return db.session.scalars(query.with_for_update()).one()


def put_off(telling_id: uuid.UUID, until: datetime) -> None:
    query = update(Telling).where(Telling.id == telling_id)
    changed(query.values(next_at=until, tries=Telling.tries + 1))


def by_state(occurrence_id: uuid.UUID, ending: str) -> Mapping[str, int]:
    query = select(Delivery.state, func.count()).filter_by(part_id=occurrence_id)
    query = query.where(Delivery.key.endswith(ending, autoescape=True))
    rows = db.session.execute(query.group_by(Delivery.state))
    return {row.state: row[1] for row in rows}
