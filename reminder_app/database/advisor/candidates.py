"""Which index could serve what a query asks: equality first, then a range or the order.

A secondary index of InnoDB ends with the primary key by itself: it is never named at the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reminder_app.database.advisor.catalogue import LONGEST_KEY, Catalogue, Index, Table
from reminder_app.database.advisor.plan import FEW_ROWS

if TYPE_CHECKING:
    from reminder_app.database.advisor.shape import Need  # with the parser

MOST_COLUMNS, MOST_OF_TABLE = 4, 6
FINDS, IN_ORDER = "finds the rows", "finds the rows, and in the order wanted"


@dataclass(frozen=True)
class Candidate:
    table: str
    columns: tuple[str, ...]
    fixed: (
        int  # so many of the first are compared for equality: their order among themselves is free
    )
    why: str


def candidates(needs: Sequence["Need"], catalogue: Catalogue) -> list[Candidate]:
    """The fullest first. None for small tables, nor what there is already."""
    found: dict[tuple[str, tuple[str, ...]], Candidate] = {}
    for need in needs:
        table = catalogue[need.table]
        if table.rows < FEW_ROWS or is_found_by_key(need, table):
            continue
        for candidate in of_need(need, table):
            if not is_covered(candidate, table):
                found.setdefault((candidate.table, candidate.columns), candidate)
    return sorted(found.values(), key=lambda one: -len(one.columns))


def is_found_by_key(need: "Need", table: Table) -> bool:
    """One row at the most: nothing finds it faster."""
    return any(index.is_unique and set(index.columns) <= set(need.fixed) for index in table.indexes)


def of_need(need: "Need", table: Table) -> list[Candidate]:
    """By all that is fixed; and where tables are joined, by what is fixed before the join alone."""
    made: dict[tuple[str, ...], Candidate] = {}
    for names in (need.fixed, need.equal, need.joined):
        if names:
            for candidate in of_fixed(names, need, table):
                made.setdefault(candidate.columns, candidate)
    if not need.fixed:
        made |= {one.columns: one for one in of_fixed([], need, table)}
    return list(made.values())[:MOST_OF_TABLE]


def of_fixed(names: list[str], need: "Need", table: Table) -> Iterator[Candidate]:
    fixed = by_selectivity([name for name in names if is_indexable(table, name)], table)
    fixed = fixed[: MOST_COLUMNS - 1]
    ordered = [name for name in need.order if name not in fixed]
    ranges = [name for name in need.ranges if name not in fixed and is_indexable(table, name)]
    made = [of(table, fixed, [name], "finds the rows, and of them the range") for name in ranges]
    if ordered and all(is_indexable(table, name) for name in ordered):
        made.insert(0, of(table, fixed, ordered, IN_ORDER))
    made.append(of(table, fixed, [], FINDS))
    yield from (one for one in made if one is not None)


def of(table: Table, fixed: list[str], then: list[str], why: str) -> Candidate | None:
    columns = [*fixed, *then][:MOST_COLUMNS]
    while columns and tuple(columns[-len(table.primary) :]) == table.primary:
        columns = columns[: -len(table.primary)]
    if not columns or key_bytes(table, columns) > LONGEST_KEY:
        return None
    return Candidate(table.name, tuple(columns), min(len(fixed), len(columns)), why)


def by_selectivity(names: list[str], table: Table) -> list[str]:
    """What tells most rows apart comes first; of what nothing is known, as the query has it."""
    return sorted(names, key=lambda name: -(table.distinct(name) or 0))


def is_indexable(table: Table, name: str) -> bool:
    return table.columns[name].key_bytes is not None


def key_bytes(table: Table, columns: Sequence[str]) -> int:
    return sum(table.columns[name].key_bytes or 0 for name in columns)


def is_covered(candidate: Candidate, table: Table) -> bool:
    return any(serves(index, candidate, table) for index in table.indexes)


def serves(index: Index, candidate: Candidate, table: Table) -> bool:
    """An index that begins with the same ones, the fixed ones in whatever order."""
    own = index.columns if index.is_primary else (*index.columns, *table.primary)
    begin = own[: len(candidate.columns)]
    fixed = candidate.fixed
    return (
        set(begin[:fixed]) == set(candidate.columns[:fixed])
        and begin[fixed:] == (candidate.columns[fixed:])
    )


def replaces(candidate: Candidate, table: Table) -> list[str]:
    """Indexes that are its beginning: with it they would serve nothing of their own."""
    return [
        index.name
        for index in table.indexes
        if not index.is_unique and index.columns == candidate.columns[: len(index.columns)]
    ]
