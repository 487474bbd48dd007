"""Rows changed by a migration, some at a time: others write in between, and a run that stops goes on.

Each chunk is a transaction of its own, together with how far it has come. On SQLite a move is one
transaction as a whole: what stops there has changed nothing.
"""

import hashlib
import time
from collections.abc import Callable

import click
from alembic import op
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities
from reminder_app.database.errors import Action, action_on
from reminder_app.database.migrations import marks, progress
from reminder_app.database.stretches import Stretch, following

FIRST_ROWS, MOST_ROWS, FEWEST_ROWS = 500, 20_000, 50
AIM_SECONDS = 0.25  # of a chunk: its row locks are held for so long
REST = 0.5  # of what the last chunk took: replicas and others get the machine in between
TOLD_EVERY = 5.0
TRIES, PAUSE_SECONDS = 5, 0.5  # for a chunk whose rows others hold

Work = Callable[[Connection, Stretch], int]


def update(table: str, assign: str, where: str = "1 = 1", *, key: str = "id") -> None:
    """UPDATE `table` SET `assign` WHERE `where`, each row once, also over interruptions."""
    statement = f"UPDATE {quoted(table)} SET {assign} WHERE ({where})"  # noqa: S608 - a revision's
    run(table, statement, key)


def delete(table: str, where: str, *, key: str = "id") -> None:
    run(table, f"DELETE FROM {quoted(table)} WHERE ({where})", key)  # noqa: S608


def run(table: str, statement: str, key: str) -> None:
    if op.get_context().as_sql:
        with marks.marked(is_chunked=True):
            op.execute(statement)
        return

    def work(connection: Connection, stretch: Stretch) -> int:
        some = text(f"{statement} AND {stretch.within(connection)}")
        return connection.execute(some, stretch.bounds).rowcount

    each(table, work, name=f"{table} {digest(statement)}", key=key)


def each(table: str, work: Work, *, name: str, key: str = "id") -> None:
    """Call `work(connection, stretch)` for each stretch of the key, in order.

    It gives how many rows it changed, and must not commit. `name` says which step of the revision
    this is.
    """
    connection = op.get_bind()
    heads = ",".join(op.get_context().get_current_heads())
    state = progress.begin(connection, f"{heads} {name}"[:160])
    can_commit = not capabilities.of(connection).transactional_ddl
    if can_commit:
        connection.commit()
    if not state.is_finished:
        Walk(connection, table, key, state, heads, can_commit).go(work)


class Walk:
    def __init__(
        self,
        connection: Connection,
        table: str,
        key: str,
        state: progress.Progress,
        heads: str,
        can_commit: bool,
    ) -> None:
        self.connection, self.table, self.key = connection, table, key
        self.state, self.heads, self.can_commit = state, heads, can_commit
        self.rows = FIRST_ROWS
        self.began = self.told_at = time.monotonic()

    def go(self, work: Work) -> None:
        if self.state.done:
            self.say(f"goes on after {self.state.done} rows")
        while stretch := self.next():
            started = time.monotonic()
            self.state.done += self.change(work, stretch)
            self.state.at = stretch.end
            self.keep()
            self.pace(time.monotonic() - started)
        self.state.is_finished = True
        self.keep()
        self.say(f"{self.state.done} rows, done")

    def change(self, work: Work, stretch: Stretch) -> int:
        """Again where others hold its rows: nothing of a chunk stays that was not committed."""
        for tried in range(1, TRIES + 1):
            try:
                return work(self.connection, stretch)
            except DBAPIError as error:
                if not self.can_commit or tried == TRIES or action_on(error) is not Action.AGAIN:
                    raise
                self.connection.rollback()
                self.say(f"others hold some of the rows; tried again ({tried} of {TRIES})")
                time.sleep(PAUSE_SECONDS * tried)
        return 0

    def next(self) -> Stretch | None:
        return following(self.connection, self.table, self.key, self.state.at, self.rows)

    def keep(self) -> None:
        self.state.save(self.connection, self.heads)
        if self.can_commit:
            self.connection.commit()

    def pace(self, took: float) -> None:
        grown = round(self.rows * min(2.0, AIM_SECONDS / max(took, 0.001)))
        self.rows = max(FEWEST_ROWS, min(MOST_ROWS, grown))
        if self.can_commit:
            time.sleep(took * REST)
        if time.monotonic() - self.told_at > TOLD_EVERY:
            self.told_at = time.monotonic()
            self.say(f"{self.state.done} rows in {self.told_at - self.began:.0f} s")

    def say(self, what: str) -> None:
        click.echo(f"  {self.table}: {what}", err=True)


def digest(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()[:16]


def quoted(name: str) -> str:
    return str(op.get_context().dialect.identifier_preparer.quote(name))
