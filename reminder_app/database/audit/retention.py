"""What is old goes, and the chain says so: otherwise its absence would look like damage."""

from datetime import datetime

from sqlalchemy import delete, func, select

from reminder_app.database import clock
from reminder_app.database.audit.entries import LOG
from reminder_app.database.audit.ids import lowest_id
from reminder_app.database.audit.sealing import retire
from reminder_app.database.audit.watching import UNAUDITED, Trail
from reminder_app.database.engine import db
from reminder_app.database.transaction import transaction

CHUNK = 1000


def kept_since(trail: Trail, at: datetime | None = None) -> datetime:
    """The beginning of the oldest month that is kept whole."""
    today = at or clock.now()
    months = today.year * 12 + today.month - 1 - trail.kept_months
    return today.replace(
        year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


def forget(trail: Trail) -> int:
    """Remove in chunks what is older than it is kept: where there are no partitions to drop."""
    before = kept_since(trail)
    many = older_than(before)
    if many:
        retire(trail, before, many, f"older than {trail.kept_months} months")
        while remove_some(before):
            continue
    return many


def older_than(before: datetime) -> int:
    query = select(func.count()).select_from(LOG).where(LOG.c.id < lowest_id(before))
    return db.session.scalar(query) or 0


@transaction
def remove_some(before: datetime) -> int:
    some = select(LOG.c.id).where(LOG.c.id < lowest_id(before)).order_by(LOG.c.id).limit(CHUNK)
    ids = db.session.scalars(some).all()
    if ids:
        gone = delete(LOG).where(LOG.c.id.in_(ids))
        db.session.execute(gone, execution_options={UNAUDITED: True})
    return len(ids)
