"""Steps taken on the test run's own database by themselves, as a revision would take them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, event

from reminder_app.database.migrations import running


@contextmanager
def steps_on(connection: Connection) -> Iterator[Operations]:
    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    context._ensure_version_table()
    connection.commit()
    with running.alone(connection), Operations.context(context) as op:
        yield op
        connection.commit()


@contextmanager
def seen_by(engine: Engine, words: str = "") -> Iterator[list[str]]:
    """The statements with these words that went to the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
