"""A look through the chain that is remembered, for the page and for health."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from reminder_app.database import clock
from reminder_app.database.audit.models import AuditCheck, AuditSeal
from reminder_app.database.audit.verifying import Found, first_words, verify
from reminder_app.database.audit.watching import Trail
from reminder_app.database.engine import changed, db
from reminder_app.database.transaction import transaction

log = logging.getLogger(__name__)
KEPT = timedelta(days=400)


def check(trail: Trail, since: datetime | None = None) -> Found:
    began = time.monotonic()
    db.session.rollback()  # see what is there now
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


def compare(found: Found, number: int, digest: str) -> None:
    """With an end of the chain that somebody has kept."""
    here = db.session.scalar(select(AuditSeal.digest).where(AuditSeal.number == number))
    if here is None or bytes(here).hex() != digest:
        found.add("truncated", f"seal {number} is not in the chain as it was told elsewhere")


def summary(found: Found) -> dict[str, Any]:
    return {
        "intact": found.is_intact,
        "seals": found.seals,
        "entries": found.entries,
        "waiting": found.waiting,
        "retired": found.retired,
        "head": f"{found.head[0]}:{found.head[1].hex()}",
        "restored": [str(one) for one in found.restored],
        "problems": [
            {"kind": one.kind, "what": one.what, "at": one.when.isoformat() if one.when else None}
            for one in found.problems
        ],
    }


@transaction
def purge() -> None:
    changed(delete(AuditCheck).where(AuditCheck.at < clock.now() - KEPT))
