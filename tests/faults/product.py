"""The product as it runs in production, each part a process that can be killed: real servers below it."""

import os
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import redis
from flask import Flask
from sqlalchemy import func, select

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db, insert_missing, new_id, now, transaction
from reminder_app.delivery import books
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Recipient, Reminder
from reminder_app.workspaces import service as workspaces
from tests.servers import MariaDB, Redis, Server, SmtpSink

ROOT = Path(__file__).parents[2]
REMINDERS, RECIPIENTS = Reminder.__table__, Recipient.__table__
RESEND_AFTER = 3600  # a doubt stays one for as long as a test looks


def one_to_copy() -> Reminder:
    """A reminder of somebody new, due tomorrow."""
    person = workspaces.sign_up(
        f"{new_id()}@example.org", "correct horse battery", name="Alice", time_zone="UTC"
    )
    return reminders.create_reminder(
        person.workspace_id,
        person.id,
        title="Pay the rent",
        starts_at=(now() + timedelta(days=1)).replace(tzinfo=None, microsecond=0),
        time_zone="UTC",
    )


class Part(Server):
    """One process of the Procfile. kill() ends its children too, as a machine that goes down does."""

    celery_app = "celery_worker"

    def __init__(self, environ: dict[str, str], *arguments: str) -> None:
        super().__init__(port=1)  # it listens to nobody
        self._environ, self._arguments = environ, arguments

    def environ(self) -> dict[str, str]:
        return {**os.environ, **self._environ, "PYTHONPATH": str(ROOT)}

    def command(self) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", self.celery_app, *self._arguments]

    def is_ready(self) -> bool:
        return True

    def kill(self) -> None:
        if self.is_running:
            os.killpg(self.pid, signal.SIGKILL)
        super().kill()


class Worker(Part):
    name = "worker"

    def __init__(self, environ: dict[str, str], concurrency: int = 1) -> None:
        options = ("--without-gossip", "--without-mingle", "--pool", "prefork")
        super().__init__(environ, "worker", *options, "--concurrency", str(concurrency))


class Beat(Part):
    name = "beat"

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__(environ, "beat")


@dataclass
class Product:
    app: Flask
    database: MariaDB
    broker: Redis
    mail: SmtpSink
    environ: dict[str, str]
    parts: list[Part] = field(default_factory=list)

    def worker(self, concurrency: int = 1, **environ: str) -> Worker:
        return self._run(Worker({**self.environ, **environ}, concurrency))

    def beat(self) -> Beat:
        return self._run(Beat(self.environ))

    def _run(self, part):
        self.parts.append(part)
        return part.start()

    def due(self, count: int, seconds: float) -> datetime:
        """So many reminders for the same whole second, `seconds` ahead or a little more."""
        with self.app.app_context():
            first = one_to_copy()
            due_at = (now() + timedelta(seconds=seconds + 1)).replace(microsecond=0)
            copy(first.id, [new_id() for _ in range(count)], due_at)
        return due_at

    def states(self) -> Counter[str]:
        with self.app.app_context():
            query = select(Delivery.state, func.count()).group_by(Delivery.state)
            return Counter(dict(db.session.execute(query).all()))

    def deliveries(self) -> list[Delivery]:
        with self.app.app_context():
            return list(db.session.scalars(select(Delivery)))

    def is_balanced(self) -> bool:
        with self.app.app_context():
            return all(account.is_balanced for account in books.balance())

    def wait_until(self, is_so: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
        deadline = time.monotonic() + seconds
        while not is_so() and time.monotonic() < deadline:
            time.sleep(every)
        return is_so()


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[Product]:
    with MariaDB() as database, Redis() as broker, SmtpSink() as mail:
        settings = {
            "APP_ENV": "chaos",
            "INSTANCE_PATH": str(folder),
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url,
            "MAIL_FROM": "Reminder App <reminders@example.net>",
            "UNKNOWN_RESEND_AFTER": str(RESEND_AFTER),
            "LOG_LEVEL": "INFO",
            **mail.settings,
            **environ,
        }
        app = create_app(load(settings))
        with app.app_context():
            db.create_all()
        product = Product(app, database, broker, mail, settings)
        try:
            yield product
        finally:
            for part in product.parts:
                part.close()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@transaction
def copy(reminder_id: uuid.UUID, ids: Sequence[uuid.UUID], due_at: datetime) -> None:
    """The reminder once for each id, due at another time; a thousand calls would take long."""
    (reminder,) = db.session.execute(select(REMINDERS).where(REMINDERS.c.id == reminder_id))
    recipients = select(RECIPIENTS).where(RECIPIENTS.c.reminder_id == reminder_id)
    (recipient,) = db.session.execute(recipients)
    times = {"starts_at": due_at.replace(tzinfo=None), "next_at": due_at, "plan_at": due_at}
    insert_missing(REMINDERS, [{**reminder._mapping, **times, "id": id} for id in ids])
    # An id that follows from the reminder's: copied twice is copied once.
    copies = [
        {**recipient._mapping, "id": uuid.uuid5(id, "recipient"), "reminder_id": id} for id in ids
    ]
    insert_missing(RECIPIENTS, copies)


def flush(broker: Redis) -> None:
    client: redis.Redis = broker.client()
    with client:
        client.flushall()
