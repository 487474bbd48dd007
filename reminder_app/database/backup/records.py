"""What was backed up, and which restores were tried: written down for pages and health."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from sqlalchemy import case, delete, func, select, update

from reminder_app.database import clock
from reminder_app.database.backup.manifest import Manifest
from reminder_app.database.backup.models import DONE, FAILED, RUNNING, WORDS, Backup, RestoreTest
from reminder_app.database.engine import changed, db
from reminder_app.database.retry import AWAY, said
from reminder_app.database.transaction import transaction

log = logging.getLogger(__name__)
P = ParamSpec("P")
KEPT = timedelta(days=400)
STOPPED = {"state": FAILED, "words": "It was stopped before its end."}
LOST = timedelta(days=1)  # by then nothing runs any more


def if_it_can(note: Callable[P, None]) -> Callable[P, None]:
    """A backup that was made is one, also when the database cannot be told of it."""

    @wraps(note)
    def noted(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            note(*args, **kwargs)
        except AWAY as error:
            db.session.rollback()
            log.warning("backup: not written down: %s", said(error))

    return noted


@if_it_can
@transaction
def began(name: str, at: datetime) -> None:
    """Called by who is alone in the folder: another that seems to be at work was killed."""
    changed(update(Backup).where(Backup.state == RUNNING).values(STOPPED))
    db.session.add(Backup(name=name, state=RUNNING, started_at=at))


@if_it_can
@transaction
def failed(name: str, words: str, seconds: float) -> None:
    told = {"state": FAILED, "words": words[:WORDS], "seconds": seconds}
    changed(update(Backup).where(Backup.name == name).values(told))


@if_it_can
@transaction
def found(manifests: Sequence[Manifest], stays: dict[str, tuple[str, ...]]) -> None:
    """All that is in the folder, and nothing else: also what was made before a restore."""
    known = {row.name: row for row in db.session.scalars(select(Backup))}
    for manifest in manifests:
        row = known.pop(manifest.name, None)
        if row is None:
            row = Backup(name=manifest.name, started_at=manifest.made_at)
            db.session.add(row)
        tell(row, manifest)
        row.stays = ", ".join(stays.get(manifest.name, ()))
    for row in known.values():
        if row.state == DONE and row.removed_at is None:
            row.removed_at = clock.now()


def tell(row: Backup, manifest: Manifest) -> None:
    row.state, row.seconds, row.removed_at = DONE, manifest.seconds, None
    row.bytes, row.plain_bytes, row.row_count = manifest.bytes, manifest.plain_bytes, manifest.rows
    row.server, row.revision = f"{manifest.kind} {manifest.server}", manifest.revision
    row.log_position = f"{manifest.log.file}:{manifest.log.position}" if manifest.log else ""
    row.words = manifest.no_log[:WORDS]
    if with_it := manifest.files:
        row.file_count, row.file_bytes = with_it.count, with_it.bytes
        row.files_damaged = with_it.damaged


@if_it_can
@transaction
def logs_kept(name: str, until: datetime) -> None:
    changed(update(Backup).where(Backup.name == name).values(logs_until=until))


@if_it_can
@transaction
def tried(test: RestoreTest) -> None:
    db.session.add(test)


def backups(limit: int = 40) -> Sequence[Backup]:
    """Those there are, and those that failed lately: newest first."""
    there = select(Backup).where(Backup.removed_at.is_(None))
    return db.session.scalars(there.order_by(Backup.started_at.desc()).limit(limit)).all()


def restore_tests(limit: int = 60) -> Sequence[RestoreTest]:
    """Newest first."""
    newest = select(RestoreTest).order_by(RestoreTest.started_at.desc()).limit(limit)
    return db.session.scalars(newest).all()


@dataclass(frozen=True)
class Standing:
    """What health asks: how old is the newest backup, and was one ever restored?"""

    newest: datetime | None
    logs_until: datetime | None
    failed_since: datetime | None  # the last try that failed, after the newest that did not
    tested: datetime | None  # the last restore that went well
    recovery_seconds: float | None  # of that one
    test_failed_since: datetime | None


def standing() -> Standing:
    """Two queries."""
    newest, logs_until, failure = db.session.execute(
        select(
            func.max(case((Backup.state == DONE, Backup.started_at))),
            func.max(Backup.logs_until),
            func.max(case((Backup.state == FAILED, Backup.started_at))),
        ).where(Backup.removed_at.is_(None))
    ).one()
    tests = restore_tests(limit=20)
    good = next((test for test in tests if test.is_good), None)
    bad = next((test.started_at for test in tests if not test.is_good), None)
    return Standing(
        newest=newest,
        logs_until=logs_until,
        failed_since=failure if failure and (newest is None or failure > newest) else None,
        tested=good.started_at if good else None,
        recovery_seconds=good.seconds if good else None,
        test_failed_since=bad if bad and (good is None or bad > good.started_at) else None,
    )


@transaction
def purge() -> int:
    """Forget what is long gone; gives how many rows."""
    before = clock.now() - KEPT
    lost = Backup.state == RUNNING, Backup.started_at < clock.now() - LOST
    changed(update(Backup).where(*lost).values(STOPPED))
    gone = changed(delete(Backup).where(Backup.state == FAILED, Backup.started_at < before))
    gone += changed(delete(Backup).where(Backup.removed_at < before))
    return gone + changed(delete(RestoreTest).where(RestoreTest.started_at < before))
