"""`bin/bench footprint`: what a mail costs beside time: bytes in tables and logs, commits, flushes."""

import argparse
from collections.abc import Mapping
from typing import Any

from bench.engine import send_all
from bench.processes import family, written_bytes
from bench.product import Product, product
from terminal import Progress

# Of the server since its start, and what each is called here.
COUNTERS = {
    "Com_select": "SELECT",
    "Com_insert": "INSERT",
    "Com_update": "UPDATE",
    "Com_rollback": "rollbacks",
    "Com_set_option": "SET",
    "Com_commit": "commits",
    "Innodb_data_fsyncs": "flushes of tables and redo log",
    "Binlog_group_commits": "flushes of the binary log",
    "Innodb_os_log_written": "bytes of redo log",
    "Binlog_bytes_written": "bytes of binary log",
    "Innodb_data_written": "bytes of pages flushed meanwhile",
    "Bytes_sent": "bytes from the database",
    "Bytes_received": "bytes to the database",
}
LEFT_BEHIND = ("deliver", "occurrences")
LARGE = 10  # bytes for each mail
SIZES = (
    "SELECT table_name, data_length, index_length FROM information_schema.tables "
    "WHERE table_schema = 'app'"
)


class Footprint:
    """Counts between two moments of one run; `parts` of the product tell what the worker wrote."""

    def __init__(self, ours: Product) -> None:
        self.ours = ours
        self.before: dict[str, float] = {}
        self.spent: dict[str, float] = {}

    def begin(self) -> None:
        self.before = self._now()

    def end(self) -> None:
        self.spent = {name: value - self.before[name] for name, value in self._now().items()}

    def _now(self) -> dict[str, float]:
        ours = self.ours
        found: dict[str, float] = {
            said: ours.database.status(name) for name, said in COUNTERS.items()
        }
        (worker, *_) = ours.parts
        children = [pid for pid in family(worker.pid) if pid != worker.pid]
        found["bytes of journal"] = written_bytes(children)
        with ours.broker.client() as broker:
            found["commands to Redis"] = broker.info()["total_commands_processed"]
        return found


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with product(given.messages, given.letter) as ours:
        footprint = Footprint(ours)
        figures = send_all(ours, given.messages, before=footprint.begin, after=footprint.end)
        words = payload(ours)
        tables = {name: bytes_ / given.messages for name, bytes_ in left_behind(ours).items()}
    each = {name: many / given.messages for name, many in footprint.spent.items()}
    each["statements"], each["bytes to the mail server"] = (
        figures.statements,
        figures.bytes_on_the_wire,
    )
    show("for each mail", each, progress)
    large = {name: value for name, value in tables.items() if value >= LARGE}
    show("bytes that stay, for each mail", large, progress)
    progress.say(f"  {'all of it, and the smaller tables':38}{sum(tables.values()):>12,.0f}")
    progress.say(f"  {'of that: words, forgotten when old':38}{words:>12,.0f}")
    return {
        "messages": given.messages,
        "each_mail": each,
        "bytes_that_stay": tables,
        "payload_bytes": words,
    }


def payload(ours: Product) -> float:
    ((length,),) = ours.database.ask("SELECT AVG(LENGTH(payload)) FROM app.deliveries")
    return float(length)


def left_behind(ours: Product) -> dict[str, int]:
    """Rows and indexes, by table."""
    names = [name for name, *_ in ours.database.ask(SIZES) if name.startswith(LEFT_BEHIND)]
    ours.database.ask(*(f"ANALYZE TABLE app.{name}" for name in names))
    found: dict[str, int] = {}
    for name, data, index in ours.database.ask(SIZES):
        if name in names:
            found |= {f"{name}, rows": int(data), f"{name}, indexes": int(index)}
    return found


def show(heading: str, figures: Mapping[str, float], progress: Progress) -> None:
    progress.say(heading)
    for name, value in figures.items():
        progress.say(f"  {name:38}{value:>12,.{0 if value >= 10 else 3}f}")
