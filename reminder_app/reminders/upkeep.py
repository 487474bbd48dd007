"""What nobody can take back any more is forgotten; the ledger keeps its proof."""

import logging
from datetime import timedelta

from reminder_app.database import now, transaction
from reminder_app.reminders import planning_repository as repository

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)
CHUNK = 500  # in one transaction


def purge() -> int:
    """Forget reminders that were deleted long ago, with their occurrences; returns how many."""
    gone = 0
    while some := forget_some():
        gone += some
    log.info("forgot %d deleted reminders", gone)
    return gone


@transaction
def forget_some() -> int:
    return repository.forget_deleted(now() - KEPT, CHUNK)
