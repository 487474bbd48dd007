"""`bin/bench import`: contacts from a file, against a bare executemany of the same rows."""

import argparse
import csv
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select

from bench.figures import Fault
from bench.paths import CACHE
from bench.product import settings
from bench.servers import DurableMariaDB, PostfixSink
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.contacts import import_work, importing
from reminder_app.contacts.models import Contact
from reminder_app.database import db, new_id, session_scope
from reminder_app.workspaces import service as workspaces
from terminal import Progress
from tests.servers import Redis
from tests.servers.process import PREFIX

PASSWORD = "quiet rivers bend twice"  # noqa: S105 - of a database that is thrown away
HEAD = ["Name", "Email", "Phone", "Street", "City", "Tags", "Notes"]
LIMIT = 60.0  # seconds for 100,000 rows


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        DurableMariaDB() as database,
        Redis() as redis,
    ):
        app = create_app(load(settings(Path(name), database, redis, PostfixSink())))
        with app.app_context():
            db.create_all()
            path = a_file(Path(name) / "contacts.csv", given.rows)
            bare = [bare_seconds(app, path, given.rows, 0)]
            before = peak_mb()
            seconds = imported(Path(name), path, given.rows)
            grown = peak_mb() - before
            bare.append(bare_seconds(app, path, given.rows, 1))
    bare_one = sum(bare) / len(bare)
    found = {
        "rows": given.rows,
        "seconds": seconds,
        "rows_a_second": given.rows / seconds,
        "bare_seconds": bare_one,
        "bare_rows_a_second": given.rows / bare_one,
        "ratio": bare_one / seconds,
        "peak_mb": peak_mb(),
        "peak_grew_mb": grown,
    }
    say(progress, found)
    if seconds > LIMIT * given.rows / 100_000:
        raise Fault(f"{given.rows:,} rows took {seconds:.1f} s.")
    return found


def a_file(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(a_row(number) for number in range(rows))
    return path


def a_row(n: int) -> list[str]:
    street, city = f"Main street {n % 300}", f"Town {n % 97}"
    return [
        f"Person Number {n}",
        f"person{n}@example.org",
        f"+49 30 {n:07}",
        street,
        city,
        "client",
        f"since {n}",
    ]


def bare_seconds(app: Flask, path: Path, rows: int, turn: int) -> float:
    """Read by csv, and put in by one executemany a thousand: no checks, no tags, no log, no report."""
    user = workspaces.sign_up(f"bare{turn}@example.org", PASSWORD)
    workspace_id = user.workspace_id
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file, db.engine.connect() as connection:
        connection = connection.execution_options(unaudited=True)
        some: list[dict[str, Any]] = []
        for row in csv.DictReader(file):
            some.append(
                {
                    "id": new_id(),
                    "workspace_id": workspace_id,
                    "name": row["Name"],
                    "email": row["Email"],
                    "phone": row["Phone"],
                    "postal_address": f"{row['Street']}\n{row['City']}",
                    "notes": row["Notes"],
                }
            )
            if len(some) == 1000:
                connection.execute(insert(Contact), some)
                connection.commit()
                some = []
        if some:
            connection.execute(insert(Contact), some)
            connection.commit()
    seconds = time.perf_counter() - began
    check(app, workspace_id, rows)
    return seconds


def imported(instance: Path, path: Path, rows: int) -> float:
    """From the upload to the last commit, in turns of a second as a worker has them."""
    user = workspaces.sign_up("alice@example.org", PASSWORD)
    began = time.perf_counter()
    folder = instance / importing.FOLDER
    with path.open("rb") as file:
        row = importing.upload(user.workspace_id, user.id, "contacts.csv", file, folder)
    importing.start(user.workspace_id, row.id, folder)
    while import_work.work(folder):
        continue
    seconds = time.perf_counter() - began
    db.session.rollback()
    row = importing.get(user.workspace_id, row.id)
    if (row.state, row.created_count, row.failed_count) != ("done", rows, 0):
        raise Fault(f"The import is {row.state} {row.reason} with {row.created_count:,} rows.")
    return seconds


def check(app: Flask, workspace_id: Any, rows: int) -> None:
    with session_scope("bench", app) as session:
        there = session.scalar(
            select(func.count()).select_from(Contact).where(Contact.workspace_id == workspace_id)
        )
    if there != rows:
        raise Fault(f"{there} of {rows} rows are there.")


def peak_mb() -> float:
    """Of this process, with the benchmark in it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(progress: Progress, found: dict[str, Any]) -> None:
    progress.say(f"{'import':<18}{found['rows_a_second']:>9,.0f} rows/s{found['seconds']:>8.1f} s")
    progress.say(
        f"{'bare executemany':<18}{found['bare_rows_a_second']:>9,.0f} rows/s"
        f"{found['bare_seconds']:>8.1f} s"
    )
    progress.say(f"import / bare: {found['ratio']:.2f} of its rows a second")
    progress.say(
        f"peak memory {found['peak_mb']:.0f} MB, of which the import took "
        f"{found['peak_grew_mb']:.0f} MB more than was used before it"
    )
