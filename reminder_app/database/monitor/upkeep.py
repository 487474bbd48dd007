"""Old figures become fewer: minutes of each process are added up to hours of all, and hours end."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, delete, func, select

from reminder_app.database import clock
from reminder_app.database.engine import changed, db
from reminder_app.database.monitor.moments import first_at, id_at, moment_of
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

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# So long a page sees each minute, and each hour.
BY_MINUTE, BY_HOUR = timedelta(hours=3), timedelta(days=3)
SAMPLES_KEPT, FINDINGS_KEPT = timedelta(days=60), timedelta(days=14)
DIGESTS_KEPT, PROCESSES_KEPT = timedelta(days=7), timedelta(hours=1)
MOST_AT_ONCE = 48  # hours or days that are added up in one go
LOOKED_BACK = timedelta(days=10)  # for those that are not added up yet
CHUNK = 5_000
NAMES = ("many", "seconds", "longest", "row_count", "errors", *BUCKET_NAMES)


def keep_up() -> None:
    """What the job calls: nothing it does is lost when it stops in between."""
    for fine, coarse, kept in ((MINUTE, HOUR, BY_MINUTE), (HOUR, DAY, BY_HOUR)):
        for _ in range(MOST_AT_ONCE):
            if not add_up_one(fine, coarse, kept):
                break
    purge()


@transaction
def add_up_one(fine: int, coarse: int, kept: timedelta) -> bool:
    """The oldest hour (or day) whose minutes (or hours) nobody looks at; False where there is none.

    Those that came late, after their hour was added up, are one more row of it.
    """
    before = beginning(clock.now() - kept, coarse)
    bounds = [*within(before - LOOKED_BACK, before), S.grain == fine]
    oldest = db.session.scalar(select(func.min(S.id)).where(*bounds))
    if oldest is None:
        return False
    at = beginning(moment_of(oldest), coarse)
    bounds = [*within(at, at + timedelta(seconds=coarse)), S.grain == fine]
    pairs = select(S.fingerprint_id, S.work, func.max(S.place), *sums()).where(*bounds)
    found = db.session.execute(pairs.group_by(S.fingerprint_id, S.work))
    db.session.execute(SAMPLES.insert(), [added_up(at, coarse, *row) for row in found])
    changed(delete(SAMPLES).where(*bounds))
    return True


def added_up(
    at: datetime, grain: int, fingerprint_id: Any, work: str, place: str, *values: Any
) -> dict[str, Any]:
    return {
        "id": id_at(at),
        "at": at,
        "grain": grain,
        "fingerprint_id": fingerprint_id,
        "work": work,
        "place": place,
        **dict(zip(NAMES, values, strict=True)),
    }


def beginning(at: datetime, grain: int) -> datetime:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if grain == HOUR else hour.replace(hour=0)


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
