"""Reading the log: always within bounds of time, which are bounds on the id."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from reminder_app.database.audit.ids import lowest_id
from reminder_app.database.audit.models import AuditCheck, AuditEntry, AuditSeal
from reminder_app.database.clock import now
from reminder_app.database.engine import db
from reminder_app.database.pagination import Page, keyset_page

A_YEAR = timedelta(days=366)
SHOWN = timedelta(days=30)  # where nobody says since when
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
ACTIONS = ("create", "update", "delete", "statement", "event")


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty: anything."""

    table: str = ""
    action: str = ""
    actor_key: str = ""
    object_key: str = ""
    scope_key: str = ""
    since: datetime | None = None
    until: datetime | None = None


def browse(asked: Asked, *, cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
    """Newest first; one query."""
    columns = (AuditEntry.id, AuditEntry.id)
    return keyset_page(query(asked), columns, cursor=cursor, limit=limit, descending=True)


def query(asked: Asked) -> Select[Any]:
    since = asked.since or now() - SHOWN
    found = select(AuditEntry).where(AuditEntry.id >= lowest_id(max(since, EARLIEST)))
    if asked.until:
        found = found.where(AuditEntry.id < lowest_id(max(asked.until, EARLIEST)))
    exact = {
        AuditEntry.table_name: asked.table,
        AuditEntry.action: asked.action,
        AuditEntry.actor_key: asked.actor_key,
        AuditEntry.object_key: asked.object_key,
        AuditEntry.scope_key: asked.scope_key,
    }
    return found.where(*(column == value for column, value in exact.items() if value))


def of_object(
    object_key: str, scope_key: str, tables: Sequence[str], *, cursor: str | None, limit: int
) -> Page[AuditEntry] | None:
    """Of a year, for the tenant whose it is: None where nothing of it is theirs.

    What is part of it may not say whose it is; the object does.
    """
    found = query(Asked(object_key=object_key, since=now() - A_YEAR))
    found = found.where(AuditEntry.table_name.in_(tables))
    theirs = found.where(AuditEntry.scope_key == scope_key).with_only_columns(AuditEntry.id)
    if db.session.scalar(theirs.limit(1)) is None:
        return None
    found = found.where(AuditEntry.scope_key.in_(["", scope_key]))
    columns = (AuditEntry.id, AuditEntry.id)
    return keyset_page(found, columns, cursor=cursor, limit=limit, descending=True)


def get(entry_id: uuid.UUID) -> AuditEntry | None:
    return db.session.get(AuditEntry, entry_id)


def last_seal() -> AuditSeal | None:
    return db.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def last_checks(limit: int = 10) -> Sequence[AuditCheck]:
    return db.session.scalars(select(AuditCheck).order_by(AuditCheck.at.desc()).limit(limit)).all()


def in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def as_json(entry: AuditEntry) -> dict[str, Any]:
    names = ("actor_key", "actor", "source", "request_id", "action", "table_name", "row_key")
    more = ("object_key", "scope_key", "many", "before", "after", "note")
    told = {"id": str(entry.id), "at": entry.at.isoformat()}
    return told | {name: getattr(entry, name) for name in (*names, *more)}


def line(entry: AuditEntry) -> str:
    many = f" ({entry.many} rows)" if entry.many != 1 else ""
    what = f"{entry.action} {entry.table_name} {entry.row_key}".rstrip()
    by = f"by {entry.actor}, {entry.source}"
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {what}{many}  {by}  {words(entry)}".rstrip()


def words(entry: AuditEntry) -> str:
    """What changed, short: for a line."""
    if entry.action != "update":
        return entry.note[:200]
    before, after = entry.before or {}, entry.after or {}
    return ", ".join(f"{name}: {before.get(name)!r} -> {after[name]!r}" for name in after)[:200]
