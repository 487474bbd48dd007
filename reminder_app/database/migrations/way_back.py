"""Where a downgrade leads, and what goes with it."""

from collections.abc import Iterator, Sequence

from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from reminder_app.database.migrations.preflight import read

BEGINNING = "the beginning"


def undone(scripts: ScriptDirectory, current: str, wanted: str) -> list[Script]:
    """The revisions that are taken back, newest first. Raises LookupError."""
    try:
        found = scripts.iterate_revisions(
            current, wanted, select_for_downgrade=True, assert_relative_length=True
        )
        return list(found)
    except (CommandError, RevisionError) as error:
        raise LookupError(f"{wanted} is no revision below {current}: {error}") from error


def target(revisions: Sequence[Script], current: str) -> str:
    if not revisions:
        return current
    below = revisions[-1].down_revision
    return str(below) if below else BEGINNING


def in_words(revisions: Sequence[Script]) -> Iterator[str]:
    for script in revisions:
        yield f"{script.revision} is taken back: {script.doc}."
        steps = read(script.module, "downgrade")
        lost = [f"the table {one}" for one in steps if one.kind == "drop table"]
        lost += [f"the column {one}" for one in steps if one.kind == "drop column"]
        if lost:
            yield f"  Lost with all that is in it: {', '.join(lost)}."
