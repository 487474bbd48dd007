"""Old figures become fewer: minutes of each process are added up to hours of all, and hours end."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, delete, func, select

from reminder_app.database import clock
from reminder_app.database.engine import changed, db
from reminder_app.database.monitor.moments import first_at, id_at
from reminder_app.database.monitor.reading import S, sums, within
from reminder_app.database.monitor.tables import (
    BUCKET_NAMES,
    SAMPLES,
    DatabaseProcess,
    QueryFinding,
    QueryFingerprint,
    ServerDigest,
)
from reminder_app.database.transaction import transaction

MINUTE, HOUR = 60, 3600
BY_MINUTE = timedelta(hours=3)  # so long a page sees each minute
SAMPLES_KEPT, FINDINGS_KEPT = timedelta(days=60), timedelta(days=14)
DIGESTS_KEPT, PROCESSES_KEPT = timedelta(days=7), timedelta(hours=1)
MOST_HOURS = 48  # added up in one go
CHUNK = 5_000
NAMES = ("many", "seconds", "longest", "row_count", "errors", *BUCKET_NAMES)


def keep_up() -> None:
    """What the job calls: nothing it does is lost when it stops in between."""
    for _ in range(MOST_HOURS):
        if not add_up_an_hour():
            break
    purge()


@transaction
def add_up_an_hour() -> bool:
    """The oldest hour that has minutes and is over for long; False where there is none."""
    before = hour_of(clock.now() - BY_MINUTE)
    oldest = db.session.scalar(
        select(func.min(S.id)).where(S.grain == MINUTE, S.id < first_at(before))
    )
    if oldest is None:
        return False
    at = hour_of(db.session.scalars(select(S.at).where(S.id == oldest)).one())
    if at >= before:
        return False
    # Not only of this hour: minutes that came late, after their hour was added up, are one more row of it.
    bounds = [*within(at, at + timedelta(hours=1)), S.grain == MINUTE]
    pairs = select(S.fingerprint_id, S.work, func.max(S.place), *sums()).where(*bounds)
    rows = [
        an_hour(at, *found)
        for found in db.session.execute(pairs.group_by(S.fingerprint_id, S.work))
    ]
    if rows:
        db.session.execute(SAMPLES.insert(), rows)
    changed(delete(SAMPLES).where(*bounds))
    return True


def an_hour(
    at: datetime, fingerprint_id: Any, work: str, place: str, *values: Any
) -> dict[str, Any]:
    return {
        "id": id_at(at),
        "at": at,
        "grain": HOUR,
        "fingerprint_id": fingerprint_id,
        "work": work,
        "place": place,
        **dict(zip(NAMES, values, strict=True)),
    }


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def purge() -> None:
    """Rows behind their time; a month's partition goes as a whole where there are partitions."""
    now = clock.now()
    samples = first_at(now - SAMPLES_KEPT)
    in_chunks(SAMPLES, S.id, S.id < samples)
    for model, kept in ((QueryFinding, FINDINGS_KEPT), (ServerDigest, DIGESTS_KEPT)):
        table = model.__table__
        in_chunks(table, table.c.id, table.c.id < first_at(now - kept))
    forget(delete(DatabaseProcess).where(DatabaseProcess.seen_at < now - PROCESSES_KEPT))
    forget(delete(QueryFingerprint).where(QueryFingerprint.seen_at < now - SAMPLES_KEPT))


def in_chunks(table: Any, key: Any, is_old: Any) -> None:
    while True:
        last = edge(table, key, is_old)
        if last is None:
            break
        forget(delete(table).where(key <= last))


@transaction
def edge(table: Any, key: Any, is_old: Any) -> Any:
    """The last of the next rows to go."""
    some = select(key).select_from(table).where(is_old).order_by(key).limit(CHUNK).subquery()
    return db.session.scalar(select(func.max(some.c[0])))


@transaction
def forget(statement: Delete) -> None:
    changed(statement)
