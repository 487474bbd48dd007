"""The product on servers of its own, in pieces that can be killed: two workers of two processes each, and beat."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymysql
from flask import Flask

from drill.link import Link
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from tests.faults.product import Beat, Part, Worker
from tests.servers import MariaDB, Redis, SmtpSink
from tests.servers.process import temporary_folder

PROCESSES = 2  # of each worker
USER = "reminders"
# root may write while the server is read-only; the product is nobody special.
GRANTS = (
    f"CREATE USER IF NOT EXISTS '{USER}'@'127.0.0.1'",
    f"GRANT ALL ON app.* TO '{USER}'@'127.0.0.1'",
)
READY_WITHIN = 60
# A mail takes the server up to so long: a kill should find something on the wire.
PACE_SECONDS = 0.01


class DrilledWorker(Worker):
    """From the drill's own entry, which may carry a bug."""

    celery_app = "drill.worker"


@dataclass
class World:
    random: random.Random
    folder: Path
    database: MariaDB
    broker: Redis
    mail: SmtpSink
    link: Link
    app: Flask
    environ: dict[str, str]
    worker_kind: type[Worker] = Worker
    patience: float = 1  # times as long as promised is quick enough
    workers: list[Worker] = field(default_factory=list)
    beat: Beat = field(init=False)
    retired: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.beat = Beat(self.environ)

    def start(self, workers: int = 2) -> None:
        for _ in range(workers):
            self.start_worker()
        self.beat.start()
        wait_until(lambda: len(self.children()) == workers * PROCESSES, READY_WITHIN)

    def start_worker(self) -> Worker:
        worker = self.worker_kind(self.environ, PROCESSES)
        self.workers.append(worker.start())
        return worker

    @property
    def parts(self) -> list[Part]:
        return [*self.workers, self.beat]

    def children(self) -> list[int]:
        """Every worker process that sends."""
        running = [worker.pid for worker in self.workers if worker.is_running]
        return [child for pid in running for child in children_of(pid)]

    def close(self) -> None:
        for part in [*self.parts, *self.retired]:
            part.close()

    def renew(self, **environ: str) -> None:
        """Other workers, with these settings, on an empty database."""
        self.close()
        self.workers, self.retired = [], []
        self.database.fresh_database("app")
        self.database.execute(*GRANTS)
        with self.app.app_context():
            db.engine.dispose()
            db.create_all()
        self.mail.empty()
        self.pace()
        self.folder = temporary_folder("instance")
        self.environ = self.environ | environ | {"INSTANCE_PATH": str(self.folder)}
        self.beat = Beat(self.environ)

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As root, past the link."""
        with (
            self.database.connect("app") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    def states(self) -> dict[str, int]:
        rows = self.ask("SELECT state, COUNT(*) FROM deliveries GROUP BY state")
        return {state: int(many) for state, many in rows}

    def held_by(self, pids: list[int]) -> int:
        """Rows in the hands of these processes, living or dead."""
        rows = self.ask(
            "SELECT worker, COUNT(*) FROM deliveries WHERE state = 'handing_over' GROUP BY worker"
        )
        return sum(int(many) for worker, many in rows if pid_of(worker) in pids)

    def pace(self, **rule: Any) -> None:
        """The mail server misbehaves as `rule` says, and is otherwise a little slow."""
        self.mail.rules = [rule] if rule else []
        self.mail.delay(PACE_SECONDS)


@contextmanager
def running(
    seed: int,
    *,
    worker_kind: type[Worker] = Worker,
    workers: int = 2,
    patience: float = 1,
    **environ: str,
) -> Iterator[World]:
    with MariaDB() as database, Redis() as broker, SmtpSink(keeps_content=False) as mail:
        database.execute(*GRANTS)
        link = Link(database.port)
        link.start()
        folder = temporary_folder("instance")
        settings = settings_of(folder, link, broker, mail) | environ
        app = create_app(load(settings))
        with app.app_context():
            db.create_all()
        parts = database, broker, mail, link, app, settings, worker_kind, patience
        world = World(random.Random(seed), folder, *parts)
        world.pace()
        try:
            if workers:
                world.start(workers)
            yield world
        finally:
            world.close()
            link.close()
            with app.app_context():
                db.engine.dispose()


def settings_of(folder: Path, link: Link, broker: Redis, mail: SmtpSink) -> dict[str, str]:
    return {
        "APP_ENV": "chaos",
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"mysql+pymysql://{USER}@127.0.0.1:{link.port}/app?charset=utf8mb4",
        "REDIS_URL": broker.url,
        "MAIL_FROM": "Reminder App <reminders@example.net>",
        "UNKNOWN_RESEND_AFTER": "15",
        "LOG_LEVEL": "WARNING",
        **mail.settings,
    }


def pid_of(worker: str | None) -> int:
    """A worker calls itself host:pid:chance."""
    return int((worker or ":0:").split(":")[-2])


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    return []


def is_alive(pid: int) -> bool:
    """A zombie is not."""
    return state_of(pid) not in ("", "Z")


def is_stopped(pid: int) -> bool:
    return state_of(pid) == "T"


def state_of(pid: int) -> str:
    """One letter; none where there is no such process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def send_signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(is_so: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """What cannot be told while the database is away is not so yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(pymysql.err.Error, OSError):
            if is_so():
                return True
        time.sleep(every)
    return False
