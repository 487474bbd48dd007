"""Wires the audit into an application."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flask import Flask, current_app, has_app_context
from sqlalchemy import Engine, event

from reminder_app.database.audit import cascades
from reminder_app.database.audit.flushes import Flushes
from reminder_app.database.audit.statements import Statements
from reminder_app.database.audit.watching import Trail, Watched, watches
from reminder_app.database.audit.who import Who, nobody
from reminder_app.database.engine import UnitSession, db

EXTENSION = "database_audit"


def init_app(
    app: Flask,
    watched: Sequence[Watched],
    *,
    who: Who = nobody,
    keys: Sequence[bytes],
    anchor: str = "",
    kept_months: int = 13,
) -> Trail:
    """Once the models are known. `keys`: the first one seals, all of them verify.

    Raises ValueError where what is watched is not there, or a secret of it is not named.
    """
    if not keys or not keys[0]:
        raise ValueError(
            "audit: a key is needed, or whoever has the database can write a chain that fits"
        )
    tables = watches(watched, db.metadata)
    trail = Trail(tables, who, keys, anchor, is_flushing=is_flushing, kept_months=kept_months)
    trail = replace(trail, cascades=cascades.edges(db.metadata, tables))
    app.extensions[EXTENSION] = trail
    with app.app_context():
        listen(db.engine, trail)
    return trail


def listen(engine: Engine, trail: Trail) -> None:
    """To every engine that writes."""
    statements = Statements(trail)
    event.listen(engine, "before_execute", statements.before_execute)
    event.listen(engine, "after_execute", statements.after_execute)
    event.listen(engine, "before_cursor_execute", statements.before_cursor)
    event.listen(engine, "after_cursor_execute", statements.after_cursor)


def trail_of() -> Trail | None:
    if not has_app_context():
        return None
    return cast(Trail | None, current_app.extensions.get(EXTENSION))


def the_trail() -> Trail:
    """Raises RuntimeError where nothing is watched."""
    trail = trail_of()
    if trail is None:
        raise RuntimeError("the audit is switched off: DB_AUDIT says so")
    return trail


def is_flushing() -> bool:
    """Whether the session is writing its objects just now: those are told by flushes.py."""
    if not has_app_context() or not db.session.registry.has():
        return False
    return bool(getattr(db.session(), "_flushing", False))


flushes = Flushes(trail_of)
event.listen(UnitSession, "before_flush", flushes.before)
event.listen(UnitSession, "after_flush", flushes.after)
