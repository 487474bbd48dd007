"""The product as the Procfile runs it, on servers of its own, in production's settings."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from bench.figures import Fault, wait_until
from bench.parts import BEAT, PROCESSES, CeleryPart, product_part, worker
from bench.paths import CACHE
from bench.reminders import Reminders
from bench.servers import DurableMariaDB, PostfixSink
from bench.tree import product_tree
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from tests.servers import Redis
from tests.servers.process import PREFIX, tail

WARM_UP = 500
WARM_WITHIN = 60


@dataclass
class Product:
    app: Flask
    database: DurableMariaDB
    broker: Redis
    sink: PostfixSink
    environ: dict[str, str]
    tree: Path
    reminders: Reminders
    parts: list[CeleryPart] = field(default_factory=list)

    @contextmanager
    def running(
        self, *, workers: int = 1, processes: int = PROCESSES, more: Sequence[str] = ()
    ) -> Iterator[list[int]]:
        """Workers and beat, warm; gives their pids, beat's last. Each worker has a machine's own journal."""
        self.parts = [
            product_part(self.tree, self.machine(number), *worker(processes, *more))
            for number in range(workers)
        ]
        self.parts.append(product_part(self.tree, self.environ, *BEAT))
        try:
            for part in self.parts:
                part.start()
            self.send_now(WARM_UP, WARM_WITHIN)
            self.reminders.forget_past()
            yield [part.pid for part in self.parts]
        finally:
            for part in self.parts:
                part.close()

    def machine(self, number: int) -> dict[str, str]:
        """The settings of a worker on a machine of its own: another folder, another journal."""
        return self.environ | {"INSTANCE_PATH": f"{self.environ['INSTANCE_PATH']}/machine-{number}"}

    def send_now(self, count: int, seconds: float) -> None:
        """So many become due at once; back when the ledger says that all are sent."""
        had = self.sink.count
        self.reminders.make_due(count)
        self.reminders.release()
        self.wait_until_sent(had, count, seconds)

    def wait_until_sent(self, had: int, count: int, seconds: float) -> None:
        """Raises Fault."""
        every = min(0.02, count / 100_000)
        what = f"{count} mails in the sink"
        try:
            wait_until(
                lambda: self.is_stuck() or self.sink.count >= had + count, seconds, what, every
            )
            wait_until(lambda: self.sent() >= count, seconds, f"{count} sent in the ledger")
        except Fault as fault:
            said = "\n".join(tail(part.log) for part in self.parts)
            raise Fault(f"{fault}; {self.states()} in the ledger\n{said}") from fault

    def is_stuck(self) -> bool:
        """Raises Fault: what died sends no more."""
        if not all(part.is_running for part in self.parts):
            raise Fault("The worker or beat has died")
        return False

    def sent(self) -> int:
        return self.states()["sent"]

    def states(self) -> Counter[str]:
        rows = self.database.ask("SELECT state, COUNT(*) FROM app.deliveries GROUP BY state")
        return Counter(dict(rows))

    def check(self, count: int) -> None:
        """Raises Fault unless all are sent and the books balance."""
        if self.states() != {"sent": count}:
            raise Fault(f"The ledger has {dict(self.states())} and not {count} sent.")
        done = self.app.test_cli_runner().invoke(args=["delivery", "balance", "--json"])
        books: dict[str, Any] = json.loads(done.output)
        if not books["balanced"] or books["audience"] != count:
            raise Fault(f"The books do not balance: {done.output}")


def settings(
    folder: Path, database: DurableMariaDB, broker: Redis, sink: PostfixSink
) -> dict[str, str]:
    return {
        "APP_ENV": "production",
        "SECRET_KEY": "a benchmark signs nothing that anybody believes",
        "PUBLIC_URL": "https://reminders.example.net",
        "MAIL_FROM": "Reminder App <reminders@example.net>",
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": database.url,
        "REDIS_URL": broker.url,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sink.port),
        "SMTP_SECURITY": "none",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def product(count: int, letter: str = "small") -> Iterator[Product]:
    """With so many reminders that are not due, one recipient each."""
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        DurableMariaDB() as database,
        Redis() as broker,
        PostfixSink() as sink,
    ):
        folder = Path(name)
        environ = settings(folder, database, broker, sink)
        app = create_app(load(environ))
        with app.app_context():
            db.create_all()
            reminders = Reminders.seeded(database, count)
        tree = product_tree(folder, letter)
        yield Product(app, database, broker, sink, environ, tree, reminders)
        with app.app_context():
            db.engine.dispose()
