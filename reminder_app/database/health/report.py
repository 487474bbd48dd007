"""All looks together: each for itself, so that one that fails hides no other."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from reminder_app.database import capabilities, clock
from reminder_app.database.engine import db, settings_of
from reminder_app.database.errors import number, said
from reminder_app.database.health import kept, schema, server, upkeep
from reminder_app.database.health.findings import BAD, EXIT_CODES, GOOD, Check, Finding, Look, worst

log = logging.getLogger(__name__)
# What costs a few round trips; the rest is for who has a minute.
QUICK: Sequence[Check] = (
    server.latency,
    server.version,
    server.clock,
    server.session,
    server.writable,
    server.connections,
    schema.migrations,
    upkeep.replicas,
    upkeep.write_lock,
    kept.redis,
)
DEEP: Sequence[Check] = (
    server.tls,
    server.long_transactions,
    server.binary_log,
    schema.collation,
    schema.differences,
    upkeep.room,
    upkeep.backups,
    kept.audit,
    kept.months,
)
AWAY = (
    "It cannot be reached ({}). Is the server running, and are DATABASE_URL and its password right?"
)
NEW = " On a new server `flask setup` with DATABASE_ADMIN_URL makes the database and its accounts."
REFUSED = frozenset({1044, 1045, 1049})
BROKE = "This could not be looked at: {}."


@dataclass(frozen=True)
class Report:
    at: datetime
    server: str
    findings: Sequence[Finding]

    @property
    def level(self) -> str:
        return worst(self.findings)

    @property
    def exit_code(self) -> int:
        """0: all is well; 1: something wants a look; 2: something is broken."""
        return EXIT_CODES[self.level]

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "level": self.level,
            "server": self.server,
            "checks": [one.as_json() for one in self.findings],
        }


def quick() -> Report:
    return made(QUICK)


def whole() -> Report:
    return made((*QUICK, *DEEP))


def made(checks: Sequence[Check]) -> Report:
    """Raises nothing: what is away or broken is a finding."""
    at = clock.now()
    try:
        with db.engine.connect() as connection:
            connection.rollback()
            found = capabilities.of(connection)
            look = Look(connection, found, settings_of())
            findings = [one for check in checks for one in looked(check, look)]
    except SQLAlchemyError as error:
        more = NEW if number(error) in REFUSED else ""
        return Report(at, "", [Finding("reachable", BAD, AWAY.format(said(error)) + more)])
    name = f"{found.name} {found.version_text()}"
    return Report(at, name, [Finding("reachable", GOOD, "It answers."), *findings])


def looked(check: Check, look: Look) -> Iterator[Finding]:
    try:
        yield from list(check(look))
    except Exception as error:
        is_ours = not isinstance(
            error, SQLAlchemyError
        )  # the database's words are told as they are
        log.warning("health: %s: %s", check.__name__, said(error), exc_info=is_ours)
        yield Finding(check.__name__.replace("_", " "), BAD, BROKE.format(said(error)))
    finally:
        db.session.rollback()
        if not look.connection.invalidated:
            look.connection.rollback()
