"""Sessions outside a request: scripts, tasks, threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from reminder_app.database import work
from reminder_app.database.engine import db
from reminder_app.database.transaction import commit
from reminder_app.database.unit import begin, end, roll_back, run_all


@contextmanager
def session_scope(name: str, app: Flask | None = None) -> Iterator[scoped_session[Session]]:
    """Commit at the end, roll back on an error, close in any case. `name` says who is at work.

    A `with` block cannot be run again: what may meet a deadlock is a service call (transaction).
    """
    application = app or current_app._get_current_object()  # type: ignore[attr-defined]
    with application.app_context(), work.named(f"scope:{name}"):
        unit = begin(name)
        try:
            yield db.session
            commit(unit)
        except BaseException:
            roll_back(unit)
            raise
        finally:
            end()
            db.session.remove()
        run_all(unit, unit.after_commit)
