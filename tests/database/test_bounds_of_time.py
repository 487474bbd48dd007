"""A query of what is kept by the month says from when on, or until when."""

import pytest
from sqlalchemy import func, select, text

from reminder_app.database import db, now, transaction
from reminder_app.database.audit.ids import lowest_id
from reminder_app.database.audit.models import AuditEntry
from reminder_app.database.partitions.bounds import Unbounded

ID = AuditEntry.id


@pytest.mark.parametrize(
    "query",
    [
        select(AuditEntry).where(AuditEntry.table_name == "users"),
        select(func.count()).select_from(AuditEntry),
        select(AuditEntry.actor).order_by(ID),
        text("SELECT COUNT(*) FROM audit_log"),
        text("SELECT s.many FROM query_samples s WHERE s.fingerprint_id = 'x'"),
    ],
)
def test_one_that_reads_every_month_is_refused(app, query):
    with pytest.raises(Unbounded, match="kept by the month"):
        transaction(db.session.execute)(query)


@pytest.mark.parametrize(
    "condition", [lowest_id(now()) <= ID, ID.in_([lowest_id(now())]), lowest_id(now()) == ID]
)
def test_one_with_a_bound_is_not(app, condition):
    assert transaction(db.session.scalars)(select(AuditEntry).where(condition)).all() == []
