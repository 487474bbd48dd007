"""The database's clock: the one that all workers share, whatever their hosts think."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, func, select

from reminder_app.database import capabilities, clock
from reminder_app.database.engine import db


def database_now() -> datetime:
    """One round trip; an embedded database shares the host's clock. Moves with clock.shift()."""
    if not capabilities.of(db.engine).is_server:
        return clock.now()
    told = db.session.scalars(select(func.utc_timestamp(6, type_=DateTime))).one()
    return told.replace(tzinfo=UTC) + clock.offset()
