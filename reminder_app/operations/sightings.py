"""Which processes send, as they tell themselves; and the journals beside them."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from reminder_app.database import now, transaction
from reminder_app.operations import repository
from reminder_app.operations.models import WorkerSighting
from reminder_app.operations.service import SILENCE

WRITE_EVERY = 10.0  # seconds
KEPT = timedelta(hours=1)
JOURNALS = "*.journal"
_written: dict[str, float] = {}


def saw(worker: str, journals: Path) -> None:
    """At most a write every few seconds."""
    if time.monotonic() - _written.get(worker, -WRITE_EVERY) >= WRITE_EVERY:
        _written[worker] = time.monotonic()
        note(worker, *measured(journals))


def measured(folder: Path) -> tuple[int, int]:
    """How many journals lie there, and their bytes. Each is gone when its worker ends well."""
    sizes = []
    for path in folder.glob(JOURNALS):
        try:
            sizes.append(path.stat().st_size)
        except OSError:  # taken away meanwhile
            continue
    return len(sizes), sum(sizes)


@transaction
def note(worker: str, journals: int, size: int) -> None:
    repository.sight(worker, now(), journals, size)


def workers() -> Sequence[WorkerSighting]:
    """Those that were seen within the last half minute, by name."""
    return repository.sighted(now() - SILENCE)


@transaction
def purge() -> None:
    repository.forget_workers(now() - KEPT)
