"""How large each table is, how fast it grows, and when the disk is full."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from reminder_app.database import capabilities, clock
from reminder_app.database.base import new_id
from reminder_app.database.bulk import insert_all
from reminder_app.database.capabilities import Capabilities
from reminder_app.database.engine import db, settings_of
from reminder_app.database.maintenance import growth, runs
from reminder_app.database.maintenance.models import TableSize
from reminder_app.database.maintenance.runs import Tell, nobody
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.transaction import transaction

WINDOW = timedelta(days=30)  # growth is of the last month
ON_SERVER = (
    "SELECT table_name, table_rows, data_length, index_length, data_free "
    "FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
)
USED_ON_SERVER = "SELECT SUM(data_length + index_length) FROM information_schema.tables"
PAGES = (
    "SELECT m.tbl_name, m.type, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name "
    "WHERE s.aggregate = TRUE GROUP BY m.tbl_name, m.type"
)
NAMES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
)


@dataclass(frozen=True)
class Size:
    table: str
    rows: int
    data: int
    index: int
    free: int

    @property
    def bytes(self) -> int:
        return self.data + self.index


@dataclass(frozen=True)
class Grown:
    """A table now, and what it gains a day; None where it is not known for two days yet."""

    size: Size
    a_day: float | None


@dataclass(frozen=True)
class Overview:
    measured_at: datetime | None
    tables: Sequence[Grown]
    total: Sequence[tuple[datetime, int]]  # of each measurement
    a_day: float | None
    disk_free: int | None
    no_disk: str  # why it is not known

    @property
    def days_to_full(self) -> float | None:
        """None where nothing grows, or where the disk is not known."""
        if self.disk_free is None or not self.a_day or self.a_day <= 0:
            return None
        return self.disk_free / self.a_day


def measure(tell: Tell = nobody) -> list[Size]:
    """Look, and write it down."""
    with runs.noted("sizes") as run:
        tell("looking at the tables")
        found = look()
        keep(found)
        run.words = f"{len(found)} tables, {sum(one.bytes for one in found) / 2**20:,.1f} MB"
    return found


@transaction
def keep(found: Sequence[Size]) -> None:
    at = clock.now()
    insert_all(TableSize.metadata.tables[TableSize.__tablename__], [row(one, at) for one in found])


def row(one: Size, at: datetime) -> dict[str, object]:
    return {
        "id": new_id(), "at": at, "table_name": one.table, "row_count": one.rows,
        "data_bytes": one.data, "index_bytes": one.index, "free_bytes": one.free,
    }  # fmt: skip


def look() -> list[Size]:
    with db.engine.connect() as connection:
        server = capabilities.of(connection)
        return on_server(connection, server) if server.is_server else in_file(connection)


def on_server(connection: Connection, server: Capabilities) -> list[Size]:
    if server.fresh_table_statistics:  # else they are a day old
        connection.exec_driver_sql(server.fresh_table_statistics)
    rows = connection.exec_driver_sql(ON_SERVER).all()
    return [Size(str(name), *(int(part or 0) for part in parts)) for name, *parts in rows]


def in_file(connection: Connection) -> list[Size]:
    """By the pages each table and its indexes take. Where this SQLite has no dbstat, by nothing."""
    taken: dict[tuple[str, str], int] = {}
    if connection.exec_driver_sql(
        "SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')"
    ).scalar():
        taken = {(str(t), str(k)): int(b) for t, k, b in connection.exec_driver_sql(PAGES)}
    found = []
    for (name,) in connection.exec_driver_sql(NAMES).all():
        rows = connection.exec_driver_sql(f'SELECT COUNT(*) FROM "{name}"').scalar()  # noqa: S608
        found.append(
            Size(
                name,
                int(rows or 0),
                taken.get((name, "table"), 0),
                taken.get((name, "index"), 0),
                0,
            )
        )
    return found


def overview() -> Overview:
    """Three queries on our own tables, and where the disk has to be asked of the server, one more."""
    since = clock.now() - WINDOW
    daily = db.session.execute(
        select(TableSize.at, func.sum(TableSize.data_bytes + TableSize.index_bytes))
        .where(TableSize.at >= since)
        .group_by(TableSize.at)
        .order_by(TableSize.at)
    ).all()
    total = [(at, int(size)) for at, size in daily]
    free, why = disk_free(settings_of())
    if not total:
        return Overview(None, [], [], None, free, why)
    last = total[-1][0]
    return Overview(last, grown(since, last), total, growth.a_day(total), free, why)


def watched_for() -> timedelta:
    """How long sizes have been measured: about as long as somebody runs this."""
    first = db.session.scalar(select(func.min(TableSize.at)))
    return clock.now() - first if first else timedelta()


def grown(since: datetime, last: datetime) -> list[Grown]:
    """The largest first."""
    rows = db.session.scalars(select(TableSize).where(TableSize.at >= since).order_by(TableSize.at))
    by_table: dict[str, list[TableSize]] = {}
    for one in rows:
        by_table.setdefault(one.table_name, []).append(one)
    found = [
        Grown(
            Size(name, now.row_count, now.data_bytes, now.index_bytes, now.free_bytes),
            growth.a_day([(one.at, one.data_bytes + one.index_bytes) for one in all_]),
        )
        for name, all_ in by_table.items()
        if (now := all_[-1]).at == last
    ]
    return sorted(found, key=lambda one: one.size.bytes, reverse=True)


def disk_free(settings: DatabaseSettings) -> tuple[int | None, str]:
    """What is left for the database, or why nobody knows."""
    server = capabilities.of(db.engine)
    if not server.is_server:
        return shutil.disk_usage(Path(db.engine.url.database or ".").parent).free, ""
    with db.engine.connect() as connection:
        if settings.disk_bytes:
            used = int(connection.exec_driver_sql(USED_ON_SERVER).scalar() or 0)
            return max(settings.disk_bytes - used, 0), ""
        folder = Path(str(connection.exec_driver_sql("SELECT @@datadir").scalar()))
    if db.engine.url.host in ("localhost", "127.0.0.1", "::1") and folder.is_dir():
        return shutil.disk_usage(folder).free, ""
    return None, "The server's disk is on another machine: say in DB_DISK how large it is."
