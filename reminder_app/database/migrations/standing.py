"""Where the database stands among the revisions. For commands, health and setup."""

from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine

from reminder_app.database.engine import db, settings_of
from reminder_app.database.migrations.quietly import quietly


class UnknownRevision(LookupError):
    """Newer code has moved the database on."""


@dataclass(frozen=True)
class Standing:
    current: str | None
    head: str | None
    pending: list[Script]

    @property
    def is_at_head(self) -> bool:
        return not self.pending

    def as_json(self) -> dict[str, Any]:
        ahead = [script.revision for script in self.pending]
        return {"current": self.current, "head": self.head, "pending": ahead}


def standing(engine: Engine | None = None) -> Standing:
    """As the application sees it, or `engine`. Raises LookupError for a database that newer code has
    moved on."""
    scripts = ScriptDirectory(str(settings_of().migrations))
    with (engine or db.engine).connect() as connection, quietly():
        current = MigrationContext.configure(connection).get_current_revision()
    return between(scripts, current)


def between(scripts: ScriptDirectory, current: str | None) -> Standing:
    every = list(scripts.walk_revisions())[::-1]
    names = [script.revision for script in every]
    if current is not None and current not in names:
        raise UnknownRevision(f"The database is at {current}, which this release does not know.")
    start = names.index(current) + 1 if current else 0
    return Standing(current, names[-1] if names else None, every[start:])
