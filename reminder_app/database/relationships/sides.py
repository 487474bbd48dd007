"""Both sides of each relationship, and whether the ORM deletes as the database does."""

import warnings
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, registry

from reminder_app.database.relationships.faults import FAULT, NOTE, WARNING, Found

Relationship = RelationshipProperty[Any]
# For a side that is left out on purpose: relationship(info={"one_way": "accounts lie below"}).
ONE_WAY = "one_way"


def check(models: registry) -> Iterator[Found]:
    """A mapping that does not hold together is the one fault: nothing behind it can be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SAWarning)
            models.configure()
    except (SQLAlchemyError, SAWarning) as error:
        yield Found(FAULT, "configures", "the models", str(error).partition("\n")[0])
        return
    for mapper in sorted(models.mappers, key=lambda mapper: mapper.class_.__name__):
        for relationship in mapper.relationships:
            if not relationship.viewonly:
                yield from of(mapper, relationship)


def of(mapper: Mapper[Any], relationship: Relationship) -> Iterator[Found]:
    where = f"{mapper.class_.__name__}.{relationship.key}"
    yield from two_sided(where, relationship)
    match relationship.direction:
        case RelationshipDirection.ONETOMANY:
            yield from deletes(where, relationship)
        case RelationshipDirection.MANYTOMANY:
            yield from of_pairs(where, relationship)
        case _:
            yield from of_parent(where, relationship)


def two_sided(where: str, relationship: Relationship) -> Iterator[Found]:
    if relationship.back_populates or relationship.backref:
        return
    # The many's look at its parent may be one-way; a collection without the other side goes stale.
    is_collection = relationship.uselist
    reason = relationship.info.get(ONE_WAY)
    if is_collection and not reason:
        words = "has no back_populates: what is set on one side is not seen on the other"
        yield Found(FAULT, "both-sides", where, words)
    elif not is_collection and not reason and mirrored(relationship):
        words = "has no back_populates, though the other side has a collection of these rows"
        yield Found(FAULT, "both-sides", where, words)
    else:
        yield Found(NOTE, "both-sides", where, f"one-way ({reason or 'no collection over there'})")


def mirrored(relationship: Relationship) -> bool:
    """Whether the parent has a collection over the very same foreign key."""
    mine = set(relationship.local_columns)
    return any(
        other.mapper is relationship.parent
        and set(other.remote_side) == mine
        and not other.viewonly
        for other in relationship.mapper.relationships
    )


def deletes(where: str, relationship: Relationship) -> Iterator[Found]:
    """What becomes of the rows when their parent goes: the ORM's word against the database's."""
    keys = keys_of(relationship)
    if not keys:
        yield Found(WARNING, "has-a-key", where, "joins columns without a foreign key between them")
        return
    on_delete = {(key.ondelete or "").upper() for key in keys}
    yield from disagreement(where, relationship, on_delete, keys)


def disagreement(
    where: str, relationship: Relationship, on_delete: set[str], keys: list[ForeignKey]
) -> Iterator[Found]:
    orm_deletes, database_deletes = relationship.cascade.delete, "CASCADE" in on_delete
    rule = "cascades-agree"
    if orm_deletes and not database_deletes:
        words = "the ORM deletes these rows with their parent, and the database keeps or refuses"
        yield Found(FAULT, rule, where, f"{words}: say ON DELETE CASCADE on the foreign key")
    elif database_deletes and not orm_deletes and relationship.passive_deletes != "all":
        words = (
            "the database deletes these rows with their parent, and the ORM would set them to NULL"
        )
        yield Found(FAULT, rule, where, f"{words}: cascade='all, delete-orphan' or passive_deletes")
    elif database_deletes and not relationship.passive_deletes:
        words = "the ORM loads every row to delete what the database deletes by itself"
        yield Found(WARNING, rule, where, f"{words}: passive_deletes=True")
    elif not orm_deletes and not database_deletes and is_required(keys):
        words = "the ORM would set a column to NULL that may not be: the parent cannot be deleted"
        yield Found(FAULT, rule, where, words)


def is_required(keys: list[ForeignKey]) -> bool:
    return any(not key.parent.nullable for key in keys)


def of_parent(where: str, relationship: Relationship) -> Iterator[Found]:
    """Deleting one of many must not take its parent along."""
    if relationship.cascade.delete and not relationship.single_parent:
        yield Found(FAULT, "cascades-agree", where, "deleting one row would delete its parent too")


def of_pairs(where: str, relationship: Relationship) -> Iterator[Found]:
    table: Any = relationship.secondary
    pair = {column for column in table.columns if column.foreign_keys}
    kinds = UniqueConstraint | PrimaryKeyConstraint
    unique = [set(one.columns) for one in table.constraints if isinstance(one, kinds)]
    if not any(columns and columns <= pair for columns in unique):
        words = f"{table.name} may hold a pair twice: make its two columns the primary key"
        yield Found(FAULT, "pairs-once", where, words)


def keys_of(relationship: Relationship) -> list[ForeignKey]:
    columns: set[Column[Any]] = {
        column for column in relationship.remote_side if isinstance(column, Column)
    }
    parent = relationship.parent.local_table
    return [key for column in columns for key in column.foreign_keys if key.column.table is parent]
