"""Migrations run through the application's settings, over DIRECT_URL (never through a proxy)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from reminder_app.database import db
from reminder_app.database.engine import connect_to, settings_of

# Two deploys that migrate at once wait for each other; MySQL's DDL waits for nobody longer than this.
LOCK, LOCK_SECONDS, DDL_SECONDS = "reminder_app.migrations", 60, 10
# Nobody waits for an answer as long as one does for an index on a large table.
PATIENT: dict[str, Any] = {"read_timeout": None, "write_timeout": None}


def run() -> None:
    settings = settings_of()
    if context.is_offline_mode():
        context.configure(url=settings.migrations_url, literal_binds=True, **options())
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = connect_to(settings.migrations_url, settings, "migrations", connect_args=PATIENT)
    with engine.connect() as connection, alone(connection), references_off(connection):
        context.configure(connection=connection, on_version_apply=check_references, **options())
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


def options() -> dict[str, Any]:
    return {
        "target_metadata": db.metadata,
        "compare_type": True,
        "render_as_batch": True,
        "user_module_prefix": "columns.",
        "transaction_per_migration": True,
    }


class alone:  # noqa: N801  reads as a word in `with`
    """One migration at a time. SQLite has its file lock for that."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_server = connection.dialect.name != "sqlite"

    def __enter__(self) -> None:
        if not self.is_server:
            return
        self.connection.execute(text(f"SET lock_wait_timeout = {DDL_SECONDS}"))
        got = self.connection.scalar(text(f"SELECT GET_LOCK('{LOCK}', {LOCK_SECONDS})"))
        self.connection.commit()
        if got != 1:
            raise SystemExit("Another migration is running: try again when it has ended.")

    def __exit__(self, *_: object) -> None:
        if self.is_server:
            self.connection.execute(text(f"SELECT RELEASE_LOCK('{LOCK}')"))
            self.connection.commit()


@contextmanager
def references_off(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by making it anew, and to drop the old one deletes all that points at it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA foreign_keys=OFF")  # without a word of no effect inside a transaction
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def check_references(*, ctx: Any, step: Any, **_: object) -> None:
    """Before the revision is committed: one that fails here has changed nothing."""
    if ctx.dialect.name != "sqlite":
        return
    lost = {row[0] for row in ctx.connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if lost:
        raise SystemExit(
            f"{step.up_revision_id} was undone: rows of {', '.join(sorted(lost))} would point at rows "
            "that are not there. `PRAGMA foreign_key_check` shows those that do so already."
        )


run()
