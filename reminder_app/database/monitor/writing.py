"""The ledger of a process into the tables that all processes share."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from reminder_app.database import clock
from reminder_app.database.base import stored
from reminder_app.database.capabilities import of_name
from reminder_app.database.monitor.fingerprint import Fingerprint
from reminder_app.database.monitor.ledger import Figures, Finding
from reminder_app.database.monitor.moments import id_at
from reminder_app.database.monitor.tables import BUCKET_NAMES

SAID_AGAIN = timedelta(hours=1)  # that a fingerprint is still asked
MOST_ROWS = 100  # of one statement
SUMS = ("many", "seconds", "longest", "row_count", "errors", "place", *BUCKET_NAMES)
SAMPLE = ("id", "at", "grain", "fingerprint_id", "work", *SUMS)
FINGERPRINT = ("id", "text", "verb", "tables", "first_seen_at", "seen_at")
FINDING = (
    "id", "at", "kind", "fingerprint_id", "work", "place", "seconds", "times", "row_count",
)  # fmt: skip
PROCESS = ("id", "name", "seen_at", "figures")
Row = Sequence[Any]


def upsert(
    connection: Connection, table: str, names: Row, rows: Sequence[Row], again: Row, key: str = "id"
) -> None:
    """Written out, as the flush of each process is: some milliseconds instead of some dozens.

    `again`: the columns that a row which is there already takes from the new one.
    """
    if connection.dialect.name == "sqlite":
        update = ", ".join(f"{name} = excluded.{name}" for name in again)
        tail = f"ON CONFLICT ({key}) DO UPDATE SET {update}"
    else:
        # The one form that both know: MySQL's newer alias is unknown to MariaDB.
        tail = "ON DUPLICATE KEY UPDATE " + ", ".join(f"{n} = VALUES({n})" for n in again)
    mark = of_name(connection.dialect.name).placeholder
    one = f"({', '.join([mark] * len(names))})"
    for start in range(0, len(rows), MOST_ROWS):
        part = rows[start : start + MOST_ROWS]
        values = tuple(value for row in part for value in row)
        columns = ", ".join(
            f'"{n}"' if connection.dialect.name == "sqlite" else f"`{n}`" for n in names
        )
        head = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608 - names of our own
        connection.exec_driver_sql(f"{head}{', '.join([one] * len(part))} {tail}", values)


def write_fingerprints(connection: Connection, found: Iterable[Fingerprint], now: datetime) -> None:
    at = stored(now)
    rows = [
        (one.id.bytes, one.text, one.verb[:20], ",".join(one.tables)[:200], at, at) for one in found
    ]
    upsert(connection, "query_fingerprints", FINGERPRINT, rows, ("seen_at",))


def write_figures(connection: Connection, figures: Iterable[Figures], grain: int = 60) -> None:
    rows = [
        (
            *(one.id.bytes, stored(one.at), grain, one.fingerprint.id.bytes, one.work),
            *(one.many, one.seconds, one.longest, one.rows, one.errors, one.place[:200]),
            *one.buckets,
        )
        for one in figures
    ]
    upsert(connection, "query_samples", SAMPLE, rows, SUMS)


def write_findings(connection: Connection, findings: Iterable[Finding]) -> None:
    rows = [
        (
            *(one.id.bytes, stored(one.at), one.kind, one.fingerprint.id.bytes, one.work[:120]),
            *(one.place[:200], one.seconds, one.times, max(one.rows, 0)),
        )
        for one in findings
    ]
    upsert(connection, "query_findings", FINDING, rows, ("times",))


def write_process(connection: Connection, name: str, figures: dict[str, Any]) -> None:
    now = clock.now()
    row = (id_at(now).bytes, name[:120], stored(now), json.dumps(figures))
    upsert(connection, "database_processes", PROCESS, [row], ("seen_at", "figures"), key="name")
