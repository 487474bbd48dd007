"""What is written down and kept: is the log of changes whole, and is the next month ready?"""

from collections.abc import Iterator
from datetime import timedelta

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from reminder_app.database import audit as log
from reminder_app.database.audit import history
from reminder_app.database.clock import now
from reminder_app.database.health.findings import BAD, GOOD, WARN, Finding, Look
from reminder_app.database.partitions import part, rolling

LOOKED_AT = timedelta(days=2)  # each night, and one may have been missed
OFF = "Changes are not written down: DB_AUDIT is off."
NEVER = (
    "The log of changes was not looked through yet: it is each night, or by `flask audit verify`."
)
LATE = "The log of changes was looked through {:%Y-%m-%d} last: does the schedule run?"
WHOLE = "The log of changes is as it was written: {} entries, {} seals."
DAMAGED = "{} entries of the log of changes are not as they were written: `flask audit verify` names them."
NO_REDIS = (
    "Redis cannot be used ({}): is REDIS_URL right, with its password? Nothing is sent without it."
)
SECONDS = 2.0
NO_MONTH = "No month is ready after this one in {}: run `flask partitions roll`."
READY = "{} months are ready ahead in {}."


def audit(_look: Look) -> Iterator[Finding]:
    if log.trail_of() is None:
        yield Finding("audit", GOOD, OFF)
        return
    last = next(iter(history.last_checks(1)), None)
    if last is None:
        yield Finding("audit", GOOD, NEVER)
    elif last.problems:
        yield Finding("audit", BAD, DAMAGED.format(last.problems), last.problems)
    elif last.at < now() - LOOKED_AT:
        yield Finding("audit", WARN, LATE.format(last.at))
    else:
        yield Finding("audit", GOOD, WHOLE.format(last.entries, last.seals), last.entries)


def redis(look: Look) -> Iterator[Finding]:
    """Ticks, limits and what is kept of heavy queries: not the database, and yet nothing goes out without."""
    if not look.settings.redis_url:
        return
    try:
        with Redis.from_url(
            look.settings.redis_url,
            protocol=2,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()
    except (RedisError, OSError) as error:
        yield Finding("redis", WARN, NO_REDIS.format(error))
    else:
        yield Finding("redis", GOOD, "Redis answers.")


def months(_look: Look) -> Iterator[Finding]:
    parts = part.partitions_or_none()
    for state in rolling.states(parts) if parts else ():
        name = state.table.name
        if state.lacks:
            yield Finding(f"months of {name}", GOOD, state.lacks)
        elif not state.ahead:
            yield Finding(f"months of {name}", WARN, NO_MONTH.format(name), 0)
        else:
            says = READY.format(state.ahead, name)
            yield Finding(f"months of {name}", GOOD, says, state.ahead)
