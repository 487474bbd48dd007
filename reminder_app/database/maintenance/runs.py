"""Each piece of maintenance is written down: when, how long, and what it did."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import clock
from reminder_app.database.engine import db
from reminder_app.database.maintenance.models import WORDS, MaintenanceRun
from reminder_app.database.retry import AWAY, said
from reminder_app.database.transaction import transaction

log = logging.getLogger(__name__)
Tell = Callable[[str], object]


def nobody(_text: str) -> None:
    """Who runs it from a schedule watches nothing."""


@dataclass
class Run:
    words: str = ""


@contextmanager
def noted(task: str) -> Iterator[Run]:
    """Its outcome is written down, also when it fails; the error goes on."""
    run, at, began = Run(), clock.now(), time.monotonic()
    is_good = True
    try:
        yield run
    except BaseException as error:
        run.words, is_good = in_words(error), False
        raise
    finally:
        row = MaintenanceRun(
            task=task,
            started_at=at,
            seconds=round(time.monotonic() - began, 3),
            is_good=is_good,
            words=run.words[:WORDS],
        )
        keep(row)


def in_words(error: BaseException) -> str:
    """Of the database its own words; another error's may hold what was in a row."""
    if isinstance(error, SQLAlchemyError):
        return said(error)
    return f"It failed: {type(error).__name__}; the log has more."


def keep(row: MaintenanceRun) -> None:
    try:
        write(row)
    except AWAY as error:
        db.session.rollback()
        log.warning("%s: not written down: %s", row.task, said(error))


@transaction
def write(row: MaintenanceRun) -> None:
    db.session.add(row)


def latest(limit: int = 40) -> Sequence[MaintenanceRun]:
    newest = select(MaintenanceRun).order_by(MaintenanceRun.started_at.desc()).limit(limit)
    return db.session.scalars(newest).all()
