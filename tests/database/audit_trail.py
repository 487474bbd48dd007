"""Reads the log as tests want it, and makes a chain that can be tampered with."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from reminder_app.database import db
from reminder_app.database.audit import the_trail
from reminder_app.database.audit.models import AuditEntry
from reminder_app.database.audit.sealing import NOTHING
from reminder_app.database.audit.watching import UNAUDITED, Trail


def entries(table: str = "contacts", **where: Any) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.id > NOTHING).order_by(AuditEntry.id)
    query = query.filter_by(table_name=table, **where)
    return list(db.session.scalars(query))


def told(table: str = "contacts") -> list[tuple[str, Any, Any]]:
    return [(one.action, one.before, one.after) for one in entries(table)]


def trail_with(**changes: Any) -> Trail:
    return replace(the_trail(), **changes)


def behind_its_back(statement: str, **values: Any) -> int:
    """As somebody does who has the database and not the application."""
    engine = db.engine.execution_options(**{UNAUDITED: True})
    with engine.begin() as connection:
        return connection.execute(text(statement), values).rowcount
