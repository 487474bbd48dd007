"""Reads every revision and names what would hurt on a database that is in use."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic.script import ScriptDirectory

from reminder_app.database.migrations.recorder import Step, steps_of, tables_touched
from reminder_app.database.migrations.rules import BOTH, RULES, Rule

SHORTEST_REASON = 10
SCHEMA = ("add", "drop", "alter", "create index", "rename", "raw")


@dataclass(frozen=True)
class Finding:
    revision: str
    way: str
    rule: str
    what: str
    why: str
    instead: str

    def __str__(self) -> str:
        return (
            f"{self.revision} {self.way}: {self.rule} {self.what}\n"
            f"    {self.why}.\n    Instead: {self.instead}."
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_all(migrations: Path, only: Sequence[str] = ()) -> list[Finding]:
    """Of all revisions, or those whose number or name begins so. Raises LookupError for none."""
    scripts = list(ScriptDirectory(str(migrations)).walk_revisions())[::-1]
    chosen = [one for one in scripts if not only or one.revision.startswith(tuple(only))]
    if only and not chosen:
        raise LookupError(f"There is no revision {', '.join(only)}.")
    return [found for one in chosen for found in check(one.module)]


def check(module: ModuleType) -> list[Finding]:
    safe: dict[str, str] = getattr(module, "SAFE", {})
    used = set[str]()
    left = []
    for found in findings(module):
        known = {found.rule, f"{found.rule} {found.what}"} & safe.keys()
        used |= known
        if not known:
            left.append(found)
    return left + list(said_without_need(module, safe, used))


def findings(module: ModuleType) -> Iterator[Finding]:
    taken: dict[str, list[Step]] = {}
    for way in BOTH:
        try:
            taken[way] = steps_of(module, way)
        except Exception as error:
            yield unreadable(module, way, error)
            return
        yield from of_steps(module.revision, way, taken[way])
        yield from of_whole(module.revision, way, taken[way])
    if taken["upgrade"] and not taken["downgrade"]:
        yield Finding(
            module.revision,
            "downgrade",
            "has-no-way-back",
            "",
            "a deploy that goes wrong cannot be taken back",
            "undo each step, or say in SAFE why that cannot be",
        )


def of_steps(revision: str, way: str, steps: Sequence[Step]) -> Iterator[Finding]:
    created = set[str]()
    for step in steps:
        if is_creation(step):
            created.add(step.table)
        for rule in RULES:
            if way in rule.ways and applies(rule, step, step.table in created):
                yield Finding(revision, way, rule.name, str(step), rule.why, rule.instead)


def is_creation(step: Step) -> bool:
    return step.kind in ("create table", "create raw table")


def applies(rule: Rule, step: Step, is_new: bool) -> bool:
    if is_new and not rule.also_new:
        return False
    if rule.is_copy and step.marks.copies_because:
        return False
    return rule.found(step)


def of_whole(revision: str, way: str, steps: Sequence[Step]) -> Iterator[Finding]:
    there = set(tables_touched(list(steps)))
    changes = [step for step in steps if step.kind.startswith(SCHEMA) and not is_creation(step)]
    changes = [step for step in changes if step.table in there and step.kind != "drop table"]
    rows = [step for step in steps if step.kind == "rows" and step.table in there]
    if changes and rows:
        yield Finding(
            revision,
            way,
            "mixes-rows-and-schema",
            str(rows[0]),
            "a server commits each change of the schema at once: half of the rows may be done, or twice",
            "three revisions: expand, fill in chunks, contract",
        )
    yield from unguarded(revision, way, steps)


def unguarded(revision: str, way: str, steps: Sequence[Step]) -> Iterator[Finding]:
    """One step is done or not. Of two, the first must not stand in the way of the second."""
    bare = [step for step in steps if needs_guard(step) and not step.marks.is_guarded]
    if bare and len([step for step in steps if step.kind != "rows"]) > 1:
        yield Finding(
            revision,
            way,
            "stops-half-way",
            str(bare[0]),
            "MySQL commits each step: stopped after the first, the revision can neither go on nor back",
            "ddl.add_column() and its like, create_table(if_not_exists=True), drop_table(if_exists=True)",
        )


def needs_guard(step: Step) -> bool:
    """Whether a table's own index or step is passed over is seen on a database alone."""
    match step.kind:
        case "create table":
            return not step.item[1].get("if_not_exists")
        case "drop table":
            return not step.item
        case "rows" | "create raw table":
            return False
        case "raw":
            return False
    return True


def unreadable(module: ModuleType, way: str, error: Exception) -> Finding:
    return Finding(
        module.revision,
        way,
        "cannot-be-read",
        "",
        f"it does not run without a database ({type(error).__name__}: {error}): no --sql, no look at it",
        "ask the database inside chunks.each() alone, or after `if not ddl.is_written_out()`",
    )


def said_without_need(
    module: ModuleType, safe: dict[str, str], used: set[str]
) -> Iterator[Finding]:
    for name, reason in safe.items():
        if name not in used:
            why, instead = "nothing of that kind is found", "take it out of SAFE"
        elif len(reason) < SHORTEST_REASON:
            why, instead = "it gives no reason", "say in SAFE why it is no harm"
        else:
            continue
        yield Finding(module.revision, "SAFE", "says-safe-in-vain", name, why, instead)
