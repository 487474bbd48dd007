"""Reading what waits to be read: a chunk of records and the place after it are one transaction.

Whoever dies leaves the place where the last chunk ended; whoever comes next goes on from there.
"""

import fcntl
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from reminder_app.accounts import service as accounts
from reminder_app.contacts import import_repository as repository
from reminder_app.contacts import importing
from reminder_app.contacts.importing import DONE, FAILED, NEW, RUNNING
from reminder_app.contacts.models import ContactImport
from reminder_app.contacts.records import Record
from reminder_app.contacts.taking import Taken, take
from reminder_app.database import after_commit, new_id, now, transaction
from reminder_app.database.audit import Actor, acting
from reminder_app.database.retry import PASSING
from reminder_app.errors import Conflict
from reminder_app.translations import lazy_gettext, speaking

log = logging.getLogger(__name__)
CHUNK = 500
MOST_ROWS = 200_000
SECONDS = 1.0  # at a time: a worker has more to do than this
TRIES = 3
BEING_WRITTEN = 3600  # seconds: its row comes after it
KEPT_FILES, KEPT_ROWS = timedelta(days=7), timedelta(days=90)
TOO_MANY = lazy_gettext(
    "Only the first 200,000 rows were read: put the others into a file of their own."
)
BROKEN = lazy_gettext(
    "Something went wrong on our side at line {}. What came before it is saved; try again."
)


def work(folder: Path, seconds: float = SECONDS) -> bool:
    """Read for so long what waits; whether there is more."""
    until = time.monotonic() + seconds
    for import_id in waiting():
        with alone(folder / import_id.hex) as is_mine:
            while is_mine and read_on(import_id, folder):
                if time.monotonic() > until:
                    return True
    return False


@transaction
def waiting() -> Sequence[uuid.UUID]:
    return repository.in_state(RUNNING, 10)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Not two processes of one machine at one file: the second is free for other work."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield True  # which says so in the import
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def read_on(import_id: uuid.UUID, folder: Path) -> bool:
    """A chunk more; whether there may be another."""
    for tried in range(1, TRIES + 1):
        try:
            return read_chunk(import_id, folder)
        except PASSING:
            raise
        except IntegrityError as error:
            # Somebody saved one of these contacts in between: now it is found.
            if tried == TRIES:
                return give_up(import_id, error)
        except Exception as error:
            return give_up(import_id, error)
    return False


def give_up(import_id: uuid.UUID, error: Exception) -> bool:
    if isinstance(error, Conflict):
        stop(import_id, error.message)
        return False
    log.exception("import %s stopped", import_id, exc_info=error)
    stop(import_id, BROKEN)
    return False


@transaction
def stop(import_id: uuid.UUID, reason: str) -> None:
    row = repository.take(import_id, RUNNING)
    if row is not None:
        with speaking(reader(row)):
            row.reason = reason.format(row.line)
        row.state, row.finished_at = FAILED, now()


@transaction
def read_chunk(import_id: uuid.UUID, folder: Path) -> bool:
    row = repository.take(import_id, RUNNING)
    if row is None:
        return False
    with speaking(reader(row)):
        is_over = take_chunk(row, folder)
    if is_over:
        finish(row, folder)
    row.updated_at = now()
    return not is_over


def take_chunk(row: ContactImport, folder: Path) -> bool:
    """Whether it is over with that."""
    names = importing.headings(row, folder) if row.has_header else []
    skipped = 1 if row.has_header and row.position == 0 else 0
    found = list(islice(importing.read(row, folder), CHUNK + skipped))
    with acting(who(row)):
        note(row, *taken(row, found[skipped:], names))
    if found:
        row.position, row.line = found[-1].position, found[-1].next_line
    if len(found) < CHUNK + skipped:
        return True
    if total(row) >= MOST_ROWS:
        row.reason = str(TOO_MANY)
        return True
    return False


def reader(row: ContactImport) -> str:
    """In whose language it is said what was not taken."""
    return accounts.get_user(row.created_by).locale if row.created_by else "en"


def who(row: ContactImport) -> Actor:
    if row.created_by is None:
        return Actor(name="somebody who has left (import)")
    user = accounts.get_user(row.created_by)
    return Actor(str(user.id), f"{user.name or user.email} (import)")


def taken(
    row: ContactImport, found: Sequence[Record], names: Sequence[str]
) -> tuple[Taken, list[tuple[Record, str]]]:
    given: list[dict[str, Any]] = []
    good: list[Record] = []
    failed: list[tuple[Record, str]] = []
    for record in found:
        try:
            if record.trouble:
                raise ValueError(record.trouble)
            given.append(importing.fields_of(row, record, names))
            good.append(record)
        except ValueError as error:
            failed.append((record, str(error)))
    result = take(row.workspace_id, given, row.existing)
    failed += [(good[number], why) for number, why in result.failed.items()]
    return result, failed


def note(row: ContactImport, result: Taken, failed: Sequence[tuple[Record, str]]) -> None:
    row.created_count += result.created
    row.updated_count += result.updated
    row.skipped_count += len(result.there)
    row.failed_count += len(failed)
    repository.add_failures(
        [
            {
                "id": new_id(),
                "import_id": row.id,
                "line": record.line,
                "reason": why[:255],
                "content": record.content,
            }
            for record, why in sorted(failed, key=lambda one: one[0].line)
        ]
    )


def total(row: ContactImport) -> int:
    return row.created_count + row.updated_count + row.skipped_count + row.failed_count


def finish(row: ContactImport, folder: Path) -> None:
    path = importing.path_of(row, folder)
    row.state, row.finished_at, row.position = DONE, now(), row.size
    after_commit(lambda: path.unlink(missing_ok=True))


def purge(folder: Path) -> None:
    """Files that nobody needs any more, and imports of long ago with their reports."""
    with_files = in_use()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # another worker does the same
            age = now().timestamp() - path.stat().st_mtime
            is_used = path.name in with_files and age < KEPT_FILES.total_seconds()
            if not is_used and age > BEING_WRITTEN:
                path.unlink()
    while forget():
        log.info("imports of long ago are forgotten")


@transaction
def in_use() -> set[str]:
    """By their names: a cancelled or failed one may be begun again."""
    return {id.hex for id in repository.with_files((NEW, RUNNING, importing.CANCELLED, FAILED))}


@transaction
def forget() -> bool:
    return repository.forget(now() - KEPT_ROWS, 50) == 50
