"""How often each index was read, where the server counts that."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from reminder_app.database import capabilities

NOT_COUNTED = (
    "This server does not count how often an index is read: performance_schema is off "
    "(performance_schema=ON in its configuration, and a restart)."
)
NO_RIGHT = "The account may not read performance_schema: name one that may in MONITOR_URL (`flask setup` makes it)."
OF_SQLITE = "SQLite does not count how often an index is read."
READS = """
    SELECT object_name AS of_table, index_name AS name, count_read AS many
    FROM performance_schema.table_io_waits_summary_by_index_usage
    WHERE object_schema = DATABASE() AND index_name IS NOT NULL
"""
STATUS = "SHOW GLOBAL STATUS LIKE 'Uptime'"


@dataclass(frozen=True)
class IndexUse:
    """`why_none`: in words, where nothing is known. Counted since the server was started."""

    reads: Mapping[tuple[str, str], int] = field(default_factory=dict)
    seconds: int = 0
    why_none: str = ""

    def is_unused(self, table: str, index: str) -> bool:
        return not self.why_none and self.reads.get((table, index), 0) == 0


def read(connection: Connection) -> IndexUse:
    if not capabilities.of(connection).is_server:
        return IndexUse(why_none=OF_SQLITE)
    if not connection.scalar(text("SELECT @@performance_schema")):
        return IndexUse(why_none=NOT_COUNTED)
    try:
        rows = connection.execute(text(READS)).all()
        uptime = connection.execute(text(STATUS)).one()
    except DBAPIError:
        return IndexUse(why_none=NO_RIGHT)
    return IndexUse({(row.of_table, row.name): int(row.many) for row in rows}, int(uptime[1]))
