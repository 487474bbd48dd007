"""What is dangerous on a database that is in use: each rule with its reason and the way around it.

After strong_migrations, for MySQL and MariaDB. A revision that knows better says so, by rule or by
rule and name, and why: SAFE = {"drops-column users.nickname": "no release since 0.3 reads it"}.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from reminder_app.database.migrations import columns
from reminder_app.database.migrations.recorder import Step

MOST_INDEX_COLUMNS = 3
BOTH, UP = ("upgrade", "downgrade"), ("upgrade",)
COPYING = re.compile(r"ALGORITHM\s*=\s*COPY|LOCK\s*=\s*(SHARED|EXCLUSIVE)", re.I)
CHARSET = re.compile(r"CONVERT\s+TO\s+CHARACTER\s+SET|CHARACTER\s+SET\s*=|CHARSET\s*=", re.I)
VALUES = re.compile(r"\s*(INSERT|REPLACE)\b(?!.*\bSELECT\b)", re.I | re.S)


@dataclass(frozen=True)
class Rule:
    name: str
    why: str
    instead: str
    found: Callable[[Step], bool]
    ways: tuple[str, ...] = BOTH
    # Of a table that the same revision makes nobody holds a row, and nobody waits for it.
    also_new: bool = False
    is_copy: bool = False  # `with ddl.may_copy(why)` is the answer to it


def adds(step: Step, kind: type) -> bool:
    return step.kind == "add constraint" and isinstance(step.item, kind)


def alters(step: Step, argument: str) -> bool:
    return step.kind == "alter column" and step.item.get(argument) is not None


def adds_column(step: Step, has: Callable[..., bool]) -> bool:
    return step.kind == "add column" and has(step.item)


def is_unique(step: Step) -> bool:
    unique_index = step.kind == "create index" and bool(step.item.unique)
    return (unique_index or adds(step, UniqueConstraint)) and not step.marks.is_checked


def is_long_index(step: Step) -> bool:
    return (
        step.kind == "create index"
        and not step.item.unique
        and len(step.item.expressions) > MOST_INDEX_COLUMNS
    )


def is_full_text(step: Step) -> bool:
    prefix = step.kind == "create index" and step.item.dialect_options["mysql"].get("prefix")
    return str(prefix or "").upper() in ("FULLTEXT", "SPATIAL")


def sets_not_null(step: Step) -> bool:
    return (
        step.kind == "alter column"
        and step.item.get("nullable") is False
        and step.item.get("existing_nullable") is not False
        and not step.marks.is_checked
    )


def forgets(step: Step) -> bool:
    """MySQL's MODIFY says the whole column anew: what is not named is gone."""
    if step.kind != "alter column":
        return False
    named = step.item
    is_modified = any(named.get(word) is not None for word in ("type_", "name", "nullable"))
    has_type = named.get("existing_type") is not None or named.get("type_") is not None
    has_null = named.get("existing_nullable") is not None or named.get("nullable") is not None
    return is_modified and not (has_type and has_null)


def changes_rows_at_once(step: Step) -> bool:
    if step.kind != "rows" or step.marks.is_chunked:
        return False
    return not VALUES.match(step.item)


def changes_primary_key(step: Step) -> bool:
    constraint = step.kind in ("add constraint", "drop constraint")
    return constraint and isinstance(step.item, PrimaryKeyConstraint)


def plain_datetimes(step: Step) -> bool:
    return any(columns.loses_microseconds(type_) for type_ in types_of(step))


def types_of(step: Step) -> Iterator[object]:
    if step.kind == "create table":
        yield from (column.type for column in step.item[0].columns)
    elif step.kind == "add column":
        yield step.item.type
    elif step.kind == "alter column" and step.item.get("type_") is not None:
        yield step.item["type_"]


def has_no_key(step: Step) -> bool:
    return step.kind == "create table" and not step.item[0].primary_key.columns


def has_no_collation(step: Step) -> bool:
    if step.kind != "create table":
        return False
    options = step.item[0].dialect_options["mysql"]
    return not (options.get("collate") and options.get("engine"))


def is_raw(step: Step) -> bool:
    return step.kind == "raw" and not (COPYING.search(step.item) or CHARSET.search(step.item))


LOOK_UP_TWICE = "while a deploy rolls, code of before works on tables of after"
RULES = [
    Rule(
        "drops-column",
        f"code that still names it fails: {LOOK_UP_TWICE}",
        "first a release that does not know it, then this; say which in SAFE",
        lambda step: step.kind == "drop column",
        UP,
    ),
    Rule(
        "drops-table",
        f"code that still names it fails: {LOOK_UP_TWICE}",
        "first a release that does not know it, then this; say which in SAFE",
        lambda step: step.kind == "drop table",
        UP,
    ),
    Rule(
        "renames-column",
        f"one of two releases does not find it: {LOOK_UP_TWICE}",
        "add the new one, write both, fill it in chunks, read it, then drop the old one",
        lambda step: alters(step, "name"),
    ),
    Rule(
        "renames-table",
        f"one of two releases does not find it: {LOOK_UP_TWICE}",
        "make the new one, write both, fill it in chunks, read it, then drop the old one",
        lambda step: step.kind == "rename table",
    ),
    Rule(
        "changes-type",
        "the table is copied while nobody may write; a VARCHAR grows in place only on one side of "
        "255 bytes, 63 characters, and with existing_type named",
        "add a column of the new type and fill it in chunks; or ddl.may_copy(why) for a small table",
        lambda step: step.kind == "alter column" and columns.changes_type(step),
        is_copy=True,
    ),
    Rule(
        "adds-required-column",
        f"whoever does not know it cannot add a row, and rows there are have no value: {LOOK_UP_TWICE}",
        "give it a server_default, or let it be NULL at first",
        lambda step: adds_column(step, columns.is_required),
    ),
    Rule(
        "sets-not-null",
        "rows without a value stop it after all the work, and code of before may still add some",
        "fill them in an earlier revision, then ddl.set_not_null()",
        sets_not_null,
    ),
    Rule(
        "forgets-definition",
        "MySQL's MODIFY says the whole column anew: type and NOT NULL that are not named are lost",
        "name existing_type and existing_nullable (and existing_server_default where it has one)",
        forgets,
        also_new=True,
    ),
    Rule(
        "adds-auto-increment",
        "the table is copied while nobody may write",
        "use ids that the application makes",
        lambda step: adds_column(step, columns.counts_up) or alters(step, "autoincrement"),
        is_copy=True,
    ),
    Rule(
        "adds-stored-column",
        "a stored generated column is worked out for every row while nobody may write",
        "make it virtual (persisted=False), with an index if it is looked for",
        lambda step: adds_column(step, columns.is_stored),
        is_copy=True,
    ),
    Rule(
        "adds-expression-default",
        "a default that is worked out for each row copies the table, and replicas may work out others",
        "add it without, fill rows in chunks, then set the default",
        lambda step: adds_column(step, columns.has_expression),
        is_copy=True,
    ),
    Rule(
        "adds-foreign-key",
        "a server checks it by copying the table while nobody may write",
        "ddl.create_foreign_key(): in place, with the rows looked at before and after",
        lambda step: adds(step, ForeignKeyConstraint) and not step.marks.is_checked,
        is_copy=True,
    ),
    Rule(
        "adds-check",
        "a check is tried on every row by copying the table",
        "check it in the application; or ddl.may_copy(why) for a small table",
        lambda step: adds(step, CheckConstraint),
        is_copy=True,
    ),
    Rule(
        "adds-unique",
        "two rows with one value stop it after all the work",
        "ddl.create_unique_constraint(): it looks for them first",
        is_unique,
    ),
    Rule(
        "changes-primary-key",
        "every row and every index is written anew",
        "make a new table and move the rows in chunks",
        changes_primary_key,
        is_copy=True,
    ),
    Rule(
        "indexes-many-columns",
        f"an index of more than {MOST_INDEX_COLUMNS} columns is seldom used beyond the first ones, and "
        "every write pays for it",
        "start with the columns of equality and one range or order; say in SAFE what needs more",
        is_long_index,
        also_new=True,
    ),
    Rule(
        "indexes-text",
        "a FULLTEXT or SPATIAL index keeps everybody from writing while it is built",
        "build it on a new table, or ddl.may_copy(why) for a small one",
        is_full_text,
        is_copy=True,
    ),
    Rule(
        "states-copy",
        "it asks for a copy, or for a lock that others' writes wait for",
        "ALGORITHM=INSTANT, or INPLACE with LOCK=NONE",
        lambda step: step.kind == "raw" and COPYING.search(step.item) is not None,
        is_copy=True,
    ),
    Rule(
        "changes-charset",
        "every text is written anew, in a copy, while nobody may write; indexes can become too long",
        "one column at a time, by a new column filled in chunks",
        lambda step: step.kind == "raw" and CHARSET.search(step.item) is not None,
        is_copy=True,
    ),
    Rule(
        "is-raw",
        "what a written-out statement does nobody can check",
        "say it with op or ddl; where they have no word for it, say in SAFE why it is no harm",
        is_raw,
    ),
    Rule(
        "rows-at-once",
        "one statement over many rows holds their locks until it ends, and replicas wait as long",
        "chunks.update() or chunks.delete()",
        changes_rows_at_once,
    ),
    Rule(
        "keeps-no-microseconds",
        "a DATETIME of whole seconds rounds, MySQL up and MariaDB down: what is due becomes early or late",
        "columns.UtcDateTime()",
        plain_datetimes,
        also_new=True,
    ),
    Rule(
        "has-no-key",
        "without a primary key replicas look through the whole table for each row",
        "an id",
        has_no_key,
        also_new=True,
    ),
    Rule(
        "has-no-collation",
        "each server has another default, and columns of two collations cannot be joined by an index",
        "the options of the other tables: mysql_engine, mysql_default_charset, mysql_collate",
        has_no_collation,
        also_new=True,
    ),
]
