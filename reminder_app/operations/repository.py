from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text, update

from reminder_app.database import changed, db, insert_missing, new_id
from reminder_app.operations.models import Heartbeat, WorkerSighting


def beat(name: str, at: datetime) -> None:
    if changed(update(Heartbeat).where(Heartbeat.name == name).values(seen_at=at)) == 0:
        insert_missing(Heartbeat.metadata.tables["heartbeats"], [row(name, at)])


def row(name: str, at: datetime) -> dict[str, object]:
    return {"id": new_id(), "name": name, "seen_at": at}


def heartbeats() -> dict[str, datetime]:
    rows: Sequence[Heartbeat] = db.session.scalars(select(Heartbeat)).all()
    return {heartbeat.name: heartbeat.seen_at for heartbeat in rows}


def answers() -> bool:
    return bool(db.session.scalar(text("SELECT 1")))


def revision() -> str | None:
    """Where the schema stands. Raises ProgrammingError or OperationalError where there is none."""
    told: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return told


def sight(name: str, at: datetime, journals: int, journal_bytes: int) -> None:
    values = {"seen_at": at, "journals": journals, "journal_bytes": journal_bytes}
    known = update(WorkerSighting).where(WorkerSighting.name == name).values(values)
    if changed(known) == 0:
        table = WorkerSighting.metadata.tables["worker_sightings"]
        insert_missing(table, [values | {"id": new_id(), "name": name}])


def sighted(since: datetime) -> Sequence[WorkerSighting]:
    query = select(WorkerSighting).where(WorkerSighting.seen_at >= since)
    return db.session.scalars(query.order_by(WorkerSighting.name)).all()


def forget_workers(before: datetime) -> None:
    changed(delete(WorkerSighting).where(WorkerSighting.seen_at < before))
