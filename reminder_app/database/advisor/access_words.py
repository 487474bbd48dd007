"""One table's part of a plan, in words."""

from dataclasses import replace

from reminder_app.database.advisor.catalogue import Catalogue, Table
from reminder_app.database.advisor.plan import (
    FEW_ROWS,
    WHOLE_INDEX,
    WHOLE_TABLE,
    Step,
    number,
    said,
)

WORDS = {
    "system": "Take the only row of {table}",
    "const": "Take one row of {table} by {key}",
    "eq_ref": "Look up the one row of {table} by {key}",
    "ref": "Look up rows of {table} by {key}",
    "ref_or_null": "Look up rows of {table}, or those without a value, by {key}",
    "range": "Read a range of {table} through {key}",
    "index": "Read all of the index {key} of {table}",
    "ALL": "Read all of {table}",
    "index_merge": "Put together what several indexes of {table} say ({key})",
    "fulltext": "Look for words in {table} by {key}",
    "unique_subquery": "Look up one row of {table} by {key}",
    "index_subquery": "Look up rows of {table} by {key}",
}
# Below this share of an index's answer being of use, the rest of it wants columns of its own.
LITTLE = 30.0


def described(step: Step, catalogue: Catalogue) -> Step:
    """With its sentence, and what is to be said about it."""
    key = "its primary key" if step.key == "PRIMARY" else step.key
    words = WORDS.get(step.access, "Read {table} (" + step.access + ")")
    what = words.format(table=step.table, key=key or "no index")
    if step.key_parts:
        what += f" ({', '.join(step.key_parts)})"
    return warned(replace(step, what=what, kind="table"), catalogue.get(step.table))


def warned(step: Step, table: Table | None) -> Step:
    rows = step.rows if step.rows is not None else table.rows if table else 0
    if step.access == WHOLE_TABLE and rows >= FEW_ROWS:
        return said(step, f"Reads all {number(rows)} rows of {step.table}: no index serves this.")
    if step.access == WHOLE_INDEX and rows >= FEW_ROWS:
        return said(step, f"Reads all {number(rows)} entries of {step.key} of {step.table}.")
    return narrowed(step, table)


def narrowed(step: Step, table: Table | None) -> Step:
    """An index of which only the first columns are of use, while much is read and thrown away."""
    index = next((one for one in table.indexes if one.name == step.key), None) if table else None
    if index is None or not step.key_parts or (step.rows or 0) < FEW_ROWS:
        return step
    used, has = len(step.key_parts), len(index.columns)
    if used < has and (step.filtered or 100.0) < LITTLE:
        return said(
            step,
            f"Uses {used} of the {has} columns of {step.key}, and keeps {step.filtered:.0f} % of what it reads.",
        )
    return step
