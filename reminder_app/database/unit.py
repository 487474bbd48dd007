"""What is at work in a session, from its begin to its end."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from reminder_app.database.engine import ENGINE, WRITES, db

log = logging.getLogger(__name__)
Hook = Callable[[], object]
# In `session.info`, and in the options of the connection, where the engine's events find it.
UNIT = "unit"


@dataclass(eq=False)
class Unit:
    name: str
    after_commit: list[Hook] = field(default_factory=list)
    after_rollback: list[Hook] = field(default_factory=list)
    connection: Connection | None = None
    commit_was_sent: bool = False
    # Set by connections.py: the server has rolled back some or all of it, whatever the code made of
    # the error. Nothing of the rest may be committed.
    spoilt: Exception | None = None


def unit_at_work() -> Unit | None:
    found: Unit | None = db.session().info.get(UNIT)
    return found


def working() -> Unit:
    unit = unit_at_work()
    if unit is None:
        raise RuntimeError("outside of a transaction: there is no commit to wait for")
    return unit


def unit_of(connection: Connection | None) -> Unit | None:
    found: Unit | None = connection.get_execution_options().get(UNIT) if connection else None
    return found


def begin(name: str) -> Unit:
    """A new session, which knows nothing of before; take the write lock first (SQLite)."""
    db.session.remove()
    session = db.session()
    unit = session.info[UNIT] = Unit(name)
    session.info.pop(ENGINE, None)
    try:
        unit.connection = session.connection(execution_options={WRITES: True, UNIT: unit})
    except BaseException:
        end()
        raise
    return unit


def end() -> None:
    db.session().info.pop(UNIT, None)


def roll_back(unit: Unit) -> None:
    # The connection's own transaction first: after a deadlock there is no savepoint left, and a session
    # that is inside one would ask for it, fail, and leave the rest open.
    root = unit.connection.get_transaction() if unit.connection is not None else None
    try:
        if root is not None and root.is_active and unit.spoilt is not None:
            root.rollback()
    finally:
        db.session.rollback() if unit.spoilt is None else db.session.close()
    run_all(unit, unit.after_rollback)


def run_all(unit: Unit, hooks: Iterable[Hook]) -> None:
    """What is committed, or rolled back, is so whatever a hook makes of it: an error is logged."""
    for hook in hooks:
        try:
            hook()
        except Exception:
            log.exception("%s has ended, and what was to follow failed: %s", unit.name, hook)
