"""`bin/bench partitions`: a month with a million rows goes at once, and deleting it would not."""

import argparse
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, text

from bench.figures import Fault
from bench.paths import CACHE
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db
from reminder_app.database.audit import UNAUDITED
from reminder_app.database.audit.entries import LOG
from reminder_app.database.audit.ids import lowest_id
from reminder_app.database.partitions import ddl, rolling, the_partitions
from reminder_app.database.partitions.months import Month
from terminal import Progress
from tests.servers.chosen import KINDS
from tests.servers.process import PREFIX

LIMIT = 1.0  # seconds
BY_MONTH = "PARTITION BY RANGE COLUMNS(id) (PARTITION later VALUES LESS THAN (MAXVALUE))"
DIGITS = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(10))
AT_ONCE = 100_000
# One a second or so through the month, each with an id of its moment.
FILL = f"""
INSERT INTO audit_log SELECT
    UNHEX(CONCAT(LPAD(HEX(FLOOR(:begin + number * :step)), 12, '0'), '7', SUBSTR(SHA2(number, 256), 1, 3),
                 'a', SUBSTR(SHA2(number, 256), 4, 15))),
    FROM_UNIXTIME(FLOOR(:begin + number * :step) / 1000), CONCAT('person ', number % 500), 'Somebody',
    'POST /contacts', 'abcdef012345', 'update', 'contacts', LEFT(SHA2(number % 20000, 256), 36), LEFT(SHA2(number % 20000, 256), 36),
    CONCAT('workspace ', number % 200), 1, '{{"name": "Ann"}}', '{{"name": "Anna"}}', ''
FROM (SELECT :first + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS number FROM ({DIGITS}) a,
      ({DIGITS}) b, ({DIGITS}) c, ({DIGITS}) d, ({DIGITS}) e) numbers WHERE number < :many
"""  # noqa: S608 - numbers


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        KINDS[given.database]() as server,
    ):
        settings = {"APP_ENV": "testing", "INSTANCE_PATH": name, "DATABASE_URL": server.url}
        with create_app(load(settings)).app_context():
            return measured(given, progress, Path(name))


def measured(given: argparse.Namespace, progress: Progress, folder: Path) -> dict[str, Any]:
    month = Month.of(clock.now()).plus(-2)
    prepared(month)
    few = min(given.rows // 10, AT_ONCE)
    fill(month, given.rows + few, progress)
    deleting = deleted(month, few)
    parts = the_partitions()
    with ddl.connected(parts.settings) as connection:
        done = rolling.drop(connection, parts, parts.named("audit_log"), month)
    a_row = deleting / few
    progress.say(
        f"{given.database}: {done.rows:,} rows of {month.text} dropped in {done.seconds:.3f} s."
    )
    progress.say(f"Deleting them in chunks would take about {a_row * given.rows:.0f} s.")
    if done.seconds > LIMIT:
        raise Fault(f"Dropping a month took more than {LIMIT:.0f} s.")
    return {"rows": done.rows, "drop_seconds": done.seconds, "delete_seconds_a_row": a_row}


def prepared(month: Month) -> None:
    db.create_all()
    with db.engine.execution_options(**{UNAUDITED: True}).begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE audit_log {BY_MONTH}")
    clock.shift(month.begins + timedelta(days=1) - clock.now())
    rolling.roll(the_partitions(), 5)
    clock.reset()


def fill(month: Month, many: int, progress: Progress) -> None:
    began, length = time.monotonic(), month.ends - month.begins
    begin = int(month.begins.timestamp() * 1000)
    step = length.total_seconds() * 1000 / many
    for first in range(0, many, AT_ONCE):
        values = {"begin": begin, "step": step, "first": first, "many": many}
        with db.engine.execution_options(**{UNAUDITED: True}).begin() as connection:
            connection.execute(text(FILL), values)
    progress.say(f"{many:,} rows written in {time.monotonic() - began:.0f} s.")


def deleted(month: Month, many: int) -> float:
    """Seconds for the last of them, in chunks as where there are no partitions."""
    began, left = time.monotonic(), many
    upper = LOG.c.id < lowest_id(month.ends)
    while left > 0:
        with db.engine.execution_options(**{UNAUDITED: True}).begin() as connection:
            query = LOG.select().with_only_columns(LOG.c.id).where(upper).order_by(LOG.c.id.desc())
            ids = connection.scalars(query.limit(1000)).all()
            connection.execute(delete(LOG).where(LOG.c.id.in_(ids)))
        left -= 1000
    return time.monotonic() - began
