"""Which tables are written down, and which of their columns never are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Column, MetaData, Table

from reminder_app.database.audit.who import Who, nobody

LOOKS_SECRET = re.compile(r"password|secret|token|hash|_key$|^key$")
# On a connection or a statement: nothing of it is written down, and the log itself may be thinned out.
# For retention and for emptying a test's tables, never for a service.
UNAUDITED = "unaudited"


@dataclass(frozen=True)
class Watched:
    """A table of the product by its name. Columns by theirs."""

    table: str
    secret: frozenset[str] = frozenset()  # that it changed is noted, never what it is
    quiet: frozenset[str] = frozenset()  # bookkeeping: no event, and not shown in one
    part_of: str = ""  # holds the key of the object whose history this belongs to
    scope: str = ""  # holds the key of the tenant


@dataclass(frozen=True)
class Watch:
    """A Watched with its table."""

    table: Table
    secret: frozenset[str]
    quiet: frozenset[str]
    part_of: str
    scope: str

    @cached_property
    def keys(self) -> list[Column[Any]]:
        return list(self.table.primary_key.columns)

    @cached_property
    def columns(self) -> list[Column[Any]]:
        """What is written down; the secrets among them only as having changed."""
        keys = {column.name for column in self.keys}
        return [one for one in self.table.columns if one.name not in self.quiet | keys]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)

    @cached_property
    def read(self) -> list[Column[Any]]:
        """What has to be looked up to write it down."""
        return [*self.keys, *self.columns]


@dataclass(frozen=True)
class Trail:
    """All that a running application's audit consists of."""

    tables: Mapping[str, Watch]
    who: Who = nobody
    keys: Sequence[bytes] = ()  # the first one signs; all of them verify
    anchor: str = ""  # a file that the chain's head is appended to
    cascades: Mapping[str, Sequence[tuple[Table, Column[Any]]]] = field(default_factory=dict)
    is_flushing: Callable[[], bool] = bool
    kept_months: int = 13


def watches(watched: Sequence[Watched], metadata: MetaData) -> dict[str, Watch]:
    """Raises ValueError for a table or column that there is not, and for a secret that is not named."""
    return {one.table: watch(one, metadata) for one in watched}


def watch(watched: Watched, metadata: MetaData) -> Watch:
    table = metadata.tables.get(watched.table)
    if table is None:
        raise ValueError(f"audit: there is no table {watched.table}")
    named = watched.secret | watched.quiet | {watched.part_of, watched.scope} - {""}
    if unknown := named - set(table.columns.keys()):
        raise ValueError(f"audit: {watched.table} has no {', '.join(sorted(unknown))}")
    open_secrets = [
        column.name
        for column in table.columns
        if LOOKS_SECRET.search(column.name) and column.name not in watched.secret | watched.quiet
    ]
    if open_secrets:
        raise ValueError(
            f"audit: {watched.table}.{open_secrets[0]} looks like a secret: name it in secret="
        )
    return Watch(table, watched.secret, watched.quiet, watched.part_of, watched.scope)
