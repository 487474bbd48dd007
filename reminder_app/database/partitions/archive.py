"""A month in a file: its rows as JSON lines, packed, and beside it the file's SHA-256."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from reminder_app.database.partitions import ddl
from reminder_app.database.partitions.months import NAME, Month
from reminder_app.database.partitions.tables import Partitioned, Partitions

CHUNK = 5000


def archive(connection: Connection, folder: Path, table: str, month: Month) -> Path:
    """Detach the month first: what is written out holds up nobody, and can be begun again."""
    return write_out(connection, folder, ddl.detach(connection, table, month), table, month)


def finish(connection: Connection, parts: Partitions, table: Partitioned) -> None:
    """What was detached and not written out, as the one who did it died."""
    if parts.archive:
        for name in inspect(connection).get_table_names():
            head, _, rest = name.rpartition("__")
            month = Month.named(rest) if NAME.fullmatch(rest) else None
            if head == table.name and month:
                write_out(connection, parts.archive, name, table.name, month)


def write_out(connection: Connection, folder: Path, name: str, table: str, month: Month) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{table}-{month.text}.jsonl.gz"
    draft = target.with_suffix(".part")
    with draft.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            for line in lines(connection, name):
                packed.write(line.encode() + b"\n")
        raw.flush()
        os.fsync(raw.fileno())
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    target.with_suffix(".gz.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    draft.replace(target)
    connection.exec_driver_sql(f"DROP TABLE `{name}`")
    return target


def lines(connection: Connection, name: str) -> Iterator[str]:
    last = b""
    while True:
        query = f"SELECT * FROM `{name}` WHERE id > :last ORDER BY id LIMIT {CHUNK}"  # noqa: S608
        rows = connection.execute(text(query), {"last": last}).mappings().all()
        yield from (json.dumps({key: plain(value) for key, value in row.items()}) for row in rows)
        if len(rows) < CHUNK:
            return
        last = bytes(rows[-1]["id"])


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, int | float | str | None) else str(value)
