"""MySQL commits each ALTER at once: what stopped half-way (a lock not had in time) is run again."""

import threading
from contextlib import contextmanager

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from reminder_app.database import db
from reminder_app.database.migrations.recorder import steps_of
from reminder_app.database.migrations.rules import BOTH
from tests.architecture.schema import facts
from tests.database.migrating import (
    KIND,
    MIGRATIONS,
    REVISIONS,
    down,
    empty_database,
    fill,
    lost,
    rows,
    standing,
    up,
    write_anew,
)

STEPS = ("ALTER", "CREATE", "DROP", "UPDATE", "INSERT", "DELETE")
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
RESUMABLE = REVISIONS[2:]  # the tables of the first two are out in the world
# SQLite has no partitions: there, only the number of the revision changes.
NOTHING_TO_DO = {"0011_months"} if KIND == "sqlite" else set()
NO_WAY_BACK = {"0021_messages_of_clients"}  # what it found out stays true


class InterruptedError(Exception):
    pass


@pytest.fixture(scope="module", autouse=True)
def database(tmp_path_factory):
    """One for all of them: from one revision to the next is a short way."""
    with empty_database(tmp_path_factory.mktemp("instance")):
        yield


def filled_at(revision):
    here = standing()
    (down if here and REVISIONS.index(here) > REVISIONS.index(revision) else up)(revision)
    fill()


@contextmanager
def interrupted_at(step):
    """The statement of this number is not run any more. Gives those that were on their way."""
    seen, ours = [], threading.get_ident()

    def count(_connection, _cursor, statement, *_rest):
        if threading.get_ident() == ours and statement.lstrip().startswith(STEPS):
            seen.append(statement)
            if len(seen) == step:
                raise InterruptedError

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield seen
    except InterruptedError:
        pass
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def interruptions(move, back, revision, other):
    """Interrupt the move at each of its steps in turn, and end it in a second run."""
    step = 0
    while True:
        step += 1
        with interrupted_at(step) as seen:
            move(revision)
        if len(seen) < step:
            return
        move(revision)
        yield step
        back(other)
        write_anew(touched_by(max(revision, other)))


def touched_by(revision):
    """What it leaves alone no interruption of it can change, and to look at all takes long."""
    module = SCRIPTS.get_revision(revision).module
    return {step.table for way in BOTH for step in steps_of(module, way) if step.table}


@pytest.mark.parametrize("revision", RESUMABLE)
def test_the_way_up_goes_on_where_it_stopped(revision):
    before = REVISIONS[REVISIONS.index(revision) - 1]
    filled_at(before)
    those = touched_by(revision)
    kept = rows(those)
    up(revision)
    whole = facts(db.engine, those)
    down(before)

    steps = [
        (facts(db.engine, those) == whole, lost(kept, rows(those)))
        for _ in interruptions(up, down, revision, before)
    ]

    assert len(steps) > (revision not in NOTHING_TO_DO)
    assert steps == [(True, [])] * len(steps)


@pytest.mark.parametrize("revision", RESUMABLE)
def test_so_does_the_way_down(revision):
    before = REVISIONS[REVISIONS.index(revision) - 1]
    filled_at(before)
    those = touched_by(revision)
    kept, whole = rows(those), facts(db.engine, those)
    up(revision)

    steps = [
        (facts(db.engine, those) == whole, lost(kept, rows(those)))
        for _ in interruptions(down, up, before, revision)
    ]

    assert len(steps) > (revision not in NOTHING_TO_DO | NO_WAY_BACK)
    assert steps == [(True, [])] * len(steps)
