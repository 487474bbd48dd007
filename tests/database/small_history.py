"""A history of two revisions of its own: a table, and a change of each of its rows in chunks."""

import multiprocessing
import os
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from reminder_app.database import db
from tests.database.migrating import MIGRATIONS, up

FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

def upgrade():
    op.create_table("counters", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("n", sa.Integer(), nullable=False))

def downgrade():
    op.drop_table("counters")
"""
SECOND = """
from alembic import op

from reminder_app.database.migrations import chunks

revision, down_revision = "0002", "0001"

def upgrade():
    chunks.update("counters", "n = n + 1")

def downgrade():
    chunks.update("counters", "n = n - 1")
"""


def written(folder: Path, second: str = SECOND) -> Path:
    made = folder / "history"
    (made / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako", "alembic.ini"):
        shutil.copy(MIGRATIONS / name, made)
    (made / "versions" / "0001.py").write_text(FIRST, encoding="utf-8")
    (made / "versions" / "0002.py").write_text(second, encoding="utf-8")
    return made


def with_rows(folder: Path, many: int, second: str = SECOND) -> Path:
    """Up to the first revision, and so many rows in its table."""
    history = written(folder, second)
    up("0001", history)
    rows = [{"id": number, "n": 0} for number in range(1, many + 1)]
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO counters VALUES (:id, :n)"), rows)
    return history


def counts() -> dict[int, int]:
    """How many rows were changed how often."""
    with db.engine.connect() as connection:
        query = text("SELECT n, COUNT(*) FROM counters GROUP BY n")
        return {row[0]: row[1] for row in connection.execute(query)}


def version() -> str:
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


@contextmanager
def other_process(task: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
    """A process of its own, with this one's application and none of its connections."""
    db.session.remove()
    db.engine.dispose()
    child = multiprocessing.get_context("fork").Process(target=run, args=(task, arguments))
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join(120)


def run(task: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Past everything that the tests do at their end."""
    code = 1
    try:
        task(*arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
