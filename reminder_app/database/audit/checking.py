"""A look through the chain that is remembered, for the page and for health."""

import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import delete

from reminder_app.database import clock
from reminder_app.database.audit.models import AuditCheck
from reminder_app.database.audit.verifying import Found, first_words, verify
from reminder_app.database.audit.watching import Trail
from reminder_app.database.engine import changed, db
from reminder_app.database.transaction import transaction

log = logging.getLogger(__name__)
KEPT = timedelta(days=400)


def check(trail: Trail, since: datetime | None = None) -> Found:
    began = time.monotonic()
    found = verify(trail, since)
    db.session.rollback()
    note(found, time.monotonic() - began)
    for words in first_words(found.problems):
        log.error("audit: %s", words)
    return found


@transaction
def note(found: Found, seconds: float) -> None:
    told = first_words(found.problems)
    made = AuditCheck(at=clock.now(), seals=found.seals, entries=found.entries, told=told)
    made.problems, made.seconds = len(found.problems), seconds
    db.session.add(made)


@transaction
def purge() -> None:
    changed(delete(AuditCheck).where(AuditCheck.at < clock.now() - KEPT))
