"""`bin/bench tick`: one planning tick, whatever waits for later: time, and rows examined."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask

from bench.figures import Fault
from bench.future import add_future
from bench.paths import CACHE
from bench.product import settings
from bench.reminders import Reminders
from bench.servers import DurableMariaDB, PostfixSink
from reminder_app.accounts.site import Site
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from reminder_app.reminders import planning
from terminal import Progress
from tests.servers import Redis
from tests.servers.process import PREFIX

DUE = 100
# A tick with something due is longer and has to be undone: fewer of them.
FEWER = 5


@dataclass
class Table:
    """So many future reminders, in a database of their own."""

    size: int
    app: Flask
    reminders: Reminders

    def tick(self, due: int) -> float:
        """Its milliseconds. Raises Fault unless it found so many."""
        with self.app.app_context():
            site = Site.of(self.app.config["SETTINGS"])
            began = time.perf_counter()
            found = planning.plan_due(site)
            took = time.perf_counter() - began
        if found != due:
            raise Fault(f"A tick planned {found} and not {due}.")
        return took * 1000

    def tick_with_due(self) -> float:
        self.make_due()
        took = self.tick(DUE)
        self.reminders.forget_past()
        return took

    def make_due(self) -> None:
        self.reminders.make_due(DUE)
        self.reminders.release()

    def rows_read(self, work: Callable[[], object]) -> int:
        """By whatever index or scan; asking costs some itself."""
        status = self.reminders.database.status
        first, second = status("Handler_read_%"), status("Handler_read_%")
        work()
        return (status("Handler_read_%") - second) - (second - first)


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with DurableMariaDB() as database, tables(database, given.sizes, progress) as found:
        idle, busy = measure(found, given.ticks, progress)
        rows = {table.size: rows_of(table) for table in found}
    progress.say(
        f"{'future reminders':>18}{'nothing due':>14}{'rows':>8}{f'{DUE} due':>14}{'rows':>8}"
    )
    for size in given.sizes:
        progress.say(
            f"{size:>18,}{idle[size]:>11.2f} ms{rows[size][0]:>8}"
            f"{busy[size]:>11.2f} ms{rows[size][1]:>8}"
        )
    growths = {"nothing_due": growth(idle), "due": growth(busy)}
    progress.say(f"largest / smallest: {growths['nothing_due']:.2f} and {growths['due']:.2f}")
    return {
        "milliseconds": {"nothing_due": idle, "due": busy},
        "rows_examined": {
            size: dict(zip(growths, found, strict=True)) for size, found in rows.items()
        },
        "largest_by_smallest": growths,
    }


def measure(
    found: list[Table], ticks: int, progress: Progress
) -> tuple[dict[int, float], dict[int, float]]:
    """Medians; by turns, so that the machine's mood meets all sizes alike."""
    idle: dict[int, list[float]] = {table.size: [] for table in found}
    busy: dict[int, list[float]] = {table.size: [] for table in found}
    for number in range(ticks):
        progress.passing(f"tick {number + 1} of {ticks}")
        for table in found:
            idle[table.size].append(table.tick(0))
            if number % FEWER == 0:
                busy[table.size].append(table.tick_with_due())
    return middle(idle), middle(busy)


def middle(times: dict[int, list[float]]) -> dict[int, float]:
    return {size: median(found) for size, found in times.items()}


def growth(times: dict[int, float]) -> float:
    """The largest table's time by the smallest one's."""
    return times[max(times)] / times[min(times)]


def rows_of(table: Table) -> tuple[int, int]:
    idle = table.rows_read(lambda: table.tick(0))
    table.make_due()
    return idle, table.rows_read(lambda: table.tick(DUE))


@contextmanager
def tables(database: DurableMariaDB, sizes: list[int], progress: Progress) -> Iterator[list[Table]]:
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name:
        yield [table(database, Path(name), size, progress) for size in sizes]


def table(database: DurableMariaDB, folder: Path, size: int, progress: Progress) -> Table:
    schema, began = f"future_{size}", time.monotonic()
    # Nothing is sent here, so neither of the two is started.
    environ = settings(folder, database, Redis(), PostfixSink())
    app = create_app(load(environ | {"DATABASE_URL": database.fresh_database(schema)}))
    with app.app_context():
        db.create_all()
        reminders = Reminders.seeded(database, DUE, schema)
    add_future(reminders, size, progress)
    progress.say(f"{size:,} future reminders are there ({time.monotonic() - began:.0f} s)")
    return Table(size, app, reminders)
