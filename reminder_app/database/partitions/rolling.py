"""Partitions are made ahead of time, and go when their time is over."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from reminder_app.database import capabilities, clock
from reminder_app.database.audit.ids import moment_of
from reminder_app.database.base import Uuid
from reminder_app.database.engine import db
from reminder_app.database.partitions import archive, ddl, months
from reminder_app.database.partitions.ddl import Partition
from reminder_app.database.partitions.months import Month
from reminder_app.database.partitions.tables import AHEAD, Partitioned, Partitions

log = logging.getLogger(__name__)
Work = Callable[[Connection, Partitioned], Iterator["Done"]]


@dataclass(frozen=True)
class State:
    """Of one table. `lacks` says why there are none."""

    table: Partitioned
    found: Sequence[Partition] = ()
    lacks: str = ""

    @property
    def months(self) -> list[Month]:
        return ddl.months_of(self.found)

    @property
    def ahead(self) -> int:
        """Months after the current one."""
        now = Month.of(clock.now())
        return sum(month > now for month in self.months)

    @property
    def is_well(self) -> bool:
        return bool(self.lacks) or self.ahead > 0


@dataclass(frozen=True)
class Done:
    table: str
    what: str  # made | dropped | archived
    month: Month
    rows: int = 0
    seconds: float = 0.0
    where: str = ""

    def __str__(self) -> str:
        told = f"{self.table} {self.month.text}: {self.what}"
        if self.what == "made":
            return told
        return f"{told}, {self.rows} rows in {self.seconds:.3f} s{f', kept in {self.where}' if self.where else ''}"


def lacking() -> str:
    """Why this database has no partitions; empty where it has."""
    can = capabilities.of(db.engine)
    return "" if can.partitions else can.lacks["partitions"]


def states(parts: Partitions) -> list[State]:
    if why := lacking():
        return [State(table, lacks=why) for table in parts.tables]
    with db.engine.connect() as connection:
        found = [(table, ddl.partitions(connection, table.name)) for table in parts.tables]
    none = "It was made without partitions: old rows are removed in chunks."
    return [State(table, some, "" if some else none) for table, some in found]


def told(state: State) -> dict[str, Any]:
    parts = [{"name": one.name, "rows": one.rows, "bytes": one.bytes} for one in state.found]
    return {
        "table": state.table.name,
        "kept_months": state.table.kept_months,
        "partitions": parts,
        "months_ahead": state.ahead,
        "lacks": state.lacks,
    }


def roll(parts: Partitions, ahead: int = AHEAD) -> list[Done]:
    """Make what is missing. Raises Busy."""
    return list(each(parts, lambda connection, table: make(connection, table, ahead)))


def expire(parts: Partitions) -> list[Done]:
    """Drop, or archive, what is older than its table keeps it. Raises Busy."""
    return list(each(parts, lambda connection, table: end(connection, parts, table)))


def each(parts: Partitions, work: Work) -> Iterator[Done]:
    if lacking():
        return
    with ddl.connected(parts.settings) as connection:
        for table in parts.tables:
            yield from work(connection, table)


def make(connection: Connection, table: Partitioned, ahead: int) -> Iterator[Done]:
    found = ddl.partitions(connection, table.name)
    if not found:
        return
    now = Month.of(clock.now())
    wanted = months.missing(ddl.months_of(found), oldest(connection, table.name, now), now, ahead)
    if wanted:
        ddl.split(connection, table.name, wanted)
    yield from (Done(table.name, "made", month) for month in wanted)


def oldest(connection: Connection, table: str, otherwise: Month) -> Month:
    raw = connection.scalar(text(f"SELECT MIN(id) FROM `{table}`"))  # noqa: S608 - names of our own
    found = Uuid().process_result_value(raw, connection.dialect)
    return Month.of(moment_of(found)) if found else otherwise


def end(connection: Connection, parts: Partitions, table: Partitioned) -> Iterator[Done]:
    if not table.kept_months:
        return
    there = ddl.months_of(ddl.partitions(connection, table.name))
    archive.finish(connection, parts, table)
    for month in months.over(there, Month.of(clock.now()), table.kept_months):
        yield drop(connection, parts, table, month)


def drop(connection: Connection, parts: Partitions, table: Partitioned, month: Month) -> Done:
    rows = ddl.exact_rows(connection, table.name, month)
    if table.leaving and rows:
        table.leaving(month.ends, rows)
    where = ""
    if parts.archive and rows:
        where = str(archive.archive(connection, parts.archive, table.name, month))
    seconds = ddl.drop(connection, table.name, [month])
    done = Done(table.name, "archived" if where else "dropped", month, rows, seconds, where)
    log.info("partitions: %s", done)
    return done
