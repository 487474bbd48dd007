"""What the server itself has counted of each statement: also of those that did not come through us.

MySQL counts from its start on, MariaDB when performance_schema is switched on, SQLite never. Kept are
its sums, as they stood; what happened in between is their difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities, clock
from reminder_app.database.engine import db
from reminder_app.database.monitor.fingerprint import normal
from reminder_app.database.monitor.moments import first_at, id_at
from reminder_app.database.monitor.tables import ServerDigest
from reminder_app.database.onlooker import onlooker
from reminder_app.database.retry import said
from reminder_app.database.transaction import transaction

MOST = 50  # by their time; the others together are less
COUNTED = ("many", "seconds", "rows_examined", "rows_sent", "without_index", "disk_tables")
IS_ON = "SELECT @@performance_schema"
MAY_READ = text("SELECT 1 FROM performance_schema.events_statements_summary_by_digest LIMIT 1")
PICOSECONDS = 1e12
DIGESTS = text(
    """
    SELECT DIGEST, DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT, SUM_ROWS_EXAMINED, SUM_ROWS_SENT,
        SUM_NO_INDEX_USED + SUM_NO_GOOD_INDEX_USED, SUM_CREATED_TMP_DISK_TABLES
    FROM performance_schema.events_statements_summary_by_digest
    WHERE SCHEMA_NAME = DATABASE() AND DIGEST IS NOT NULL
    ORDER BY SUM_TIMER_WAIT DESC LIMIT :most
    """
)
OFF = (
    "performance_schema is off on this server: the figures are what the application saw. Switch it on "
    "in its configuration (it takes a restart) to see what others ask, too."
)
REFUSED = (
    "The account may not read performance_schema ({}): name one that may in MONITOR_URL (`flask setup` "
    "makes it), or grant SELECT there to this one, to see what the server has counted."
)


@dataclass(frozen=True)
class Digest:
    """Between two looks. Times are seconds."""

    digest: str
    text: str
    many: int
    seconds: float
    rows_examined: int
    rows_sent: int
    without_index: int
    disk_tables: int

    @property
    def examined_per_sent(self) -> float:
        """Far above ten: most of what is read is thrown away, which an index may spare."""
        return self.rows_examined / max(self.rows_sent, 1)


def why_none() -> str:
    """Why this server tells nothing, in words for the page; empty where it does."""
    lacks = capabilities.of(db.engine).lacks
    if "server statistics" in lacks:
        return lacks["server statistics"]
    try:
        with onlooker("digests") as looking:
            if not looking.scalar(text(IS_ON)):
                return OFF
            looking.execute(MAY_READ)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return REFUSED.format(said(error))
    return ""


def note() -> None:
    """What the job calls."""
    if why_none():
        return
    with onlooker("digests") as looking:
        found = looking.execute(DIGESTS, {"most": MOST}).all()
    keep(found)


@transaction
def keep(found: Sequence[Any]) -> None:
    now = clock.now()
    for digest, words, many, waited, examined, sent, without, disk in found:
        db.session.add(
            ServerDigest(
                id=id_at(now),
                at=now,
                digest=digest,
                text=normal(words or ""),
                many=many,
                seconds=float(waited) / PICOSECONDS,
                rows_examined=examined,
                rows_sent=sent,
                without_index=without,
                disk_tables=disk,
            )
        )


def between(since: datetime) -> tuple[datetime | None, list[Digest]]:
    """From the first look after `since` to the last one: when that was, and what took the most.

    Of each from its own first look on: what is not among the first at one look may be so at the next,
    with all it has counted ever. A server that was started anew counts from nothing, and what it had
    counted since the last look before is not known.
    """
    newer = ServerDigest.id >= first_at(since)
    first, last = db.session.execute(
        select(func.min(ServerDigest.at), func.max(ServerDigest.at)).where(newer)
    ).one()
    if first == last:
        return None, []
    columns = [getattr(ServerDigest, name) for name in COUNTED]
    differences = [func.max(column) - func.min(column) for column in columns]
    rows = db.session.execute(
        select(ServerDigest.digest, func.max(ServerDigest.text), *differences)
        .where(newer)
        .group_by(ServerDigest.digest)
    )
    found = [
        Digest(digest, words, int(many), float(seconds), *map(int, others))
        for digest, words, many, seconds, *others in rows
    ]
    asked = [one for one in found if one.many]
    return first, sorted(asked, key=lambda one: one.seconds, reverse=True)
