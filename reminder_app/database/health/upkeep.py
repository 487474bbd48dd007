"""Copies of the data and the room for it: replicas, backups, restore tests, the disk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from reminder_app.database import clock
from reminder_app.database.backup import records
from reminder_app.database.backup.models import LATE, LOST
from reminder_app.database.engine import TAKE_THE_LOCK, db
from reminder_app.database.health.findings import BAD, GOOD, WARN, Finding, Look, level
from reminder_app.database.maintenance import sizes
from reminder_app.database.monitor import fingerprint, reading
from reminder_app.database.routing import units

TEST_LATE, TEST_LOST = timedelta(days=8), timedelta(days=35)
DAYS_LEFT, NO_DAYS_LEFT = 30, 7
HOUR = 3600.0
WATCHED, WAITS_MS, WAITS_LONG_MS = timedelta(hours=1), 200, 1000


def replicas(look: Look) -> Iterator[Finding]:
    router = units.current()
    if router is None:
        return
    router.watch.start()
    for reader in router.figures()["readers"]:
        name = f"replica {reader['name']}"
        if not reader["is_reachable"]:
            yield Finding(name, BAD, f"It cannot be reached: {reader['reason']}.")
        elif not reader["is_fit"]:
            says = f"It is left out: {reader['reason']}. Reads go to the writer."
            yield Finding(name, WARN, says, reader["lag_seconds"], "s")
        else:
            yield Finding(name, GOOD, "It is read.", reader["lag_seconds"], "s")


def write_lock(look: Look) -> Iterator[Finding]:
    """SQLite has one lock for all that write; where there is a server, each row has its own."""
    if look.server.is_server:
        return
    waits = reading.of_one(fingerprint.of(TAKE_THE_LOCK).id, clock.now() - WATCHED)
    db.session.rollback()
    ms = waits.p95 * 1000
    says = f"Within an hour, 95 of 100 that write waited {ms:.1f} ms or less for the others, the longest {waits.longest * 1000:.0f} ms."
    found = level(ms, WAITS_MS, WAITS_LONG_MS)
    if found != GOOD:
        says += " For many who write at once, a server is better: see DATABASE_URL."
    yield Finding("write lock", found, says, round(ms, 1), "ms")


def backups(look: Look) -> Iterator[Finding]:
    if look.settings.backup_path is None:
        yield Finding("backup", WARN, "Nothing is backed up: set BACKUP_PATH and BACKUP_KEY.")
        return
    found, watched = records.standing(), sizes.watched_for()
    db.session.rollback()
    yield aged("backup", found.newest, (LATE, LOST, watched), "flask backup", "backup")
    if found.failed_since:
        yield Finding("last backup", WARN, "The last try failed: see Backups for its words.")
    limits = TEST_LATE, TEST_LOST, watched
    yield aged("restore test", found.tested, limits, "flask backup test", "restore")
    if found.test_failed_since:
        yield Finding("last restore test", BAD, "The last one failed: no backup is proven by it.")
    if found.recovery_seconds is not None:
        says = f"A restore takes {found.recovery_seconds:.0f} s, as last tried."
        yield Finding("recovery time", GOOD, says, round(found.recovery_seconds, 1), "s")


def aged(
    name: str,
    at: datetime | None,
    limits: tuple[timedelta, timedelta, timedelta],
    command: str,
    what: str,
) -> Finding:
    """`limits`: when it is late, when it is lost, and how long we have been here at all."""
    late, lost, watched = limits
    if at is None:
        says = f"There has been no {what} yet: {command}."
        return Finding(name, WARN if watched < late else BAD, says)
    age = clock.now() - at
    hours = age.total_seconds() / HOUR
    says = f"The last good {what} is {hours:.0f} hours old."
    if age >= late:
        says += f" Does the scheduler run? By hand: {command}."
    found = level(hours, late.total_seconds() / HOUR, lost.total_seconds() / HOUR)
    return Finding(name, found, says, round(hours, 1), "hours")


def room(look: Look) -> Iterator[Finding]:
    found = sizes.overview()
    db.session.rollback()
    total = found.total[-1][1] if found.total else 0
    yield Finding("size", GOOD, f"{total / 1e6:,.0f} MB in all tables.", total, "bytes")
    if found.disk_free is None:
        yield Finding("disk", GOOD, found.no_disk)
    elif found.days_to_full is None:
        says = f"{found.disk_free / 1e9:,.1f} GB are free."
        yield Finding("disk", GOOD, says, found.disk_free, "bytes")
    else:
        days = found.days_to_full
        says = f"Full in about {days:,.0f} days, as it grows now."
        worse = BAD if days <= NO_DAYS_LEFT else WARN if days <= DAYS_LEFT else GOOD
        yield Finding("disk", worse, says, round(days), "days")
