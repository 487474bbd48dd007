"""A move of the schema, from the lock to the last row: what a project's migrations/env.py calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, text

from reminder_app.database import capabilities
from reminder_app.database.engine import WRITES, connect_to, db, settings_of
from reminder_app.database.migrations import online, progress
from reminder_app.database.migrations.refusals import Refused

# Two deploys that migrate at once wait for each other; an ALTER waits for nobody longer than this,
# as all others wait behind it. How often it tries again: online.TRIES.
LOCK_SECONDS, DDL_SECONDS = 60, 5
LONGEST_LOCK_NAME = 64
# Nobody waits for an answer as long as one does for an index on a large table.
PATIENT: dict[str, Any] = {"read_timeout": None, "write_timeout": None}
# Imported for what it does: Alembic takes its way of changing tables from there.
CAREFUL = (online.CarefulMySQL, online.CarefulMariaDB)


def move(context: Any) -> None:
    """`context` is alembic.context; over the direct URL, as a proxy would not keep the lock."""
    settings = settings_of()
    if context.is_offline_mode():
        write_out(context, settings.migrations_url, db.metadata)
        return
    engine = connect_to(settings.migrations_url, settings, "migrations", connect_args=PATIENT)
    try:
        run(context, engine, db.metadata)
    finally:
        engine.dispose()


def write_out(context: Any, url: str, metadata: MetaData) -> None:
    """`flask db upgrade --sql`: for whoever runs it by hand."""
    context.configure(url=url, literal_binds=True, **options(metadata))
    with context.begin_transaction():
        context.run_migrations()


def run(context: Any, engine: Engine, metadata: MetaData) -> None:
    with engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with alone(connection), references_off(connection):
            context.configure(
                connection=connection, on_version_apply=on_version, **options(metadata)
            )
            progress.forget_others(connection, heads_of(context))
            with context.begin_transaction():
                context.run_migrations()
            progress.clear_away(connection)
            connection.commit()


def options(metadata: MetaData) -> dict[str, Any]:
    return {
        "target_metadata": metadata,
        "compare_type": True,
        "compare_server_default": True,
        "render_as_batch": True,
        "user_module_prefix": "columns.",
        "transaction_per_migration": True,
        "include_name": is_ours,
    }


def heads_of(context: Any) -> str:
    return ",".join(context.get_context().get_current_heads())


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name != progress.TABLE


def on_version(*, ctx: Any, step: Any, **_: Any) -> None:
    """The number of the revision and what was done of it: in one transaction."""
    check_references(ctx, step)
    progress.forget(ctx.connection)
    if not capabilities.of(ctx.connection).transactional_ddl:
        ctx.connection.commit()  # or a crash before the next revision's first step would repeat this


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """One migration at a time. SQLite has its file's lock for that, taken at the first statement."""
    if not capabilities.of(connection).is_server:
        yield
        return
    connection.execute(text(f"SET lock_wait_timeout = {DDL_SECONDS}"))
    name = lock_name(connection)
    got = connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), name | {"wait": LOCK_SECONDS})
    connection.commit()
    if got != 1:
        raise Refused("Another migration is running: try again when it has ended.")
    try:
        yield
    finally:
        release(connection, name)


def lock_name(connection: Connection) -> dict[str, str]:
    """A server's locks are one for all its databases: each has its own."""
    database = connection.scalar(text("SELECT DATABASE()"))
    return {"name": f"migrations.{database}"[:LONGEST_LOCK_NAME]}


def release(connection: Connection, name: dict[str, str]) -> None:
    if connection.invalidated:
        return  # the server let go of it with the connection
    connection.rollback()
    connection.execute(text("SELECT RELEASE_LOCK(:name)"), name)
    connection.commit()


@contextmanager
def references_off(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by making it anew, and to drop the old one deletes all that points at it."""
    if capabilities.of(connection).is_server:
        yield
        return
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
    sqlite.execute("PRAGMA foreign_keys=OFF")  # without a word of no effect inside a transaction
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.rollback()
            sqlite.execute("PRAGMA foreign_keys=ON")


def check_references(ctx: Any, step: Any) -> None:
    """Before the revision is committed: one that fails here has changed nothing."""
    if ctx.dialect.name != "sqlite":
        return
    lost = {row[0] for row in ctx.connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if lost:
        raise SystemExit(
            f"{step.up_revision_id} was undone: rows of {', '.join(sorted(lost))} would point at rows "
            "that are not there. `PRAGMA foreign_key_check` shows those that do so already."
        )
