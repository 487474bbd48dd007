"""Is everything there that brings a reminder out in time?"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import redis
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import clock, db, now, transaction
from reminder_app.delivery import books, sending_accounts
from reminder_app.operations import repository
from reminder_app.translations import gettext as _

log = logging.getLogger(__name__)
WRITE_EVERY = 5.0  # seconds between two heartbeats of one process
SILENCE = timedelta(seconds=30)  # after that a part counts as gone
OVERDUE = timedelta(minutes=2)  # a message that waits longer past its time is a sign
BROKER_SECONDS = 2
PARTS = {
    "beat": "The scheduler (beat) pokes the workers every second.",
    "worker": "A worker plans and sends what is due.",
}
_written: dict[str, float] = {}
_told: dict[str, bool] = {}  # what the log last said of each part


@dataclass(frozen=True)
class Check:
    name: str
    is_good: bool
    detail: str


def saw(name: str) -> None:
    """Note that beat or a worker is alive; a write at most every few seconds per process."""
    if time.monotonic() - _written.get(name, -WRITE_EVERY) < WRITE_EVERY:
        return
    _written[name] = (
        time.monotonic()
    )  # before the try: a database that is away is not asked at each tick
    beat(name)


@transaction
def beat(name: str) -> None:
    repository.beat(name, now())


def trouble() -> str | None:
    """Why reminders cannot go out right now, in words for the banner; two queries."""
    silent = [name for name, seen in last_seen().items() if not is_fresh(seen)]
    if "worker" in silent:
        return _("no worker is at work. Nothing is lost: they go out as soon as one is.")
    if "beat" in silent:
        return _("the scheduler is not running. Nothing is lost: they go out as soon as it is.")
    return waiting() if books.overdue(OVERDUE) else None


def waiting() -> str:
    for account in sending_accounts.status():
        if account.is_paused:
            return _("the operator has paused sending. Nothing is lost: they go out afterwards.")
    return _("messages are waiting past their time. The mail server may be away: see Deliveries.")


def last_seen() -> dict[str, datetime | None]:
    seen = heartbeats()
    return {name: seen.get(name) for name in PARTS}


def heartbeats() -> dict[str, datetime]:
    """beat; worker, at the beginning of each round; pump, at its end."""
    return repository.heartbeats()


def is_fresh(seen: datetime | None) -> bool:
    return seen is not None and clock.now() - seen < SILENCE


def readiness(redis_url: str, migrations: Path) -> list[Check]:
    """Every check, each on its own feet: one that fails does not hide the others."""
    checks = [
        checked("database", database),
        checked("migrations", lambda: at_head(migrations)),
        checked("broker", lambda: broker(redis_url)),
    ]
    try:
        seen = last_seen()
    except SQLAlchemyError:
        db.session.rollback()
        seen = dict.fromkeys(PARTS)
    return checks + [part(name, when) for name, when in seen.items()]


def checked(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except (SQLAlchemyError, redis.RedisError, Unready) as error:
        db.session.rollback()
        told = str(error) if isinstance(error, Unready) else type(error).__name__
        return Check(name, False, told)


class Unready(Exception):
    pass


def database() -> str:
    started = time.monotonic()
    repository.answers()
    ms = f"{(time.monotonic() - started) * 1000:.0f}"
    return _("answers in %(ms)s ms", ms=ms)


def at_head(migrations: Path) -> str:
    here, head = repository.revision(), newest(migrations)
    if here != head:
        told = _(
            "the schema is at %(here)s, the code at %(head)s: run `flask db upgrade`",
            here=here,
            head=head,
        )
        raise Unready(told)
    return _("at %(head)s", head=head)


@cache
def newest(migrations: Path) -> str | None:
    return ScriptDirectory(str(migrations)).get_current_head()


def broker(redis_url: str) -> str:
    if not redis_url:
        raise Unready(_("REDIS_URL is not set: the workers hear nothing"))
    client = redis.Redis.from_url(
        redis_url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    with client:
        client.ping()
    return _("answers")


def tell(found: Sequence[Check]) -> None:
    """A line when a part goes away or comes back, not one for each question. What has not been
    there yet is only starting."""
    for check in found:
        before = _told.get(check.name)
        if check.is_good != before:
            level = logging.WARNING if before else logging.INFO
            log.log(level, "%s: %s", check.name, check.detail)
        _told[check.name] = check.is_good


def part(name: str, seen: datetime | None) -> Check:
    if seen is None:
        return Check(name, False, _("never seen"))
    seconds = (clock.now() - seen).total_seconds()
    return Check(name, is_fresh(seen), _("seen %(seconds)s s ago", seconds=f"{seconds:.0f}"))
