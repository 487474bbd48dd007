"""How many mails a second, from rows that are due to the sink, and against whom."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from bench.drivers import Driver, together
from bench.engine import patience, send_all
from bench.figures import Fault, Figures, measured, wait_until
from bench.parts import peer_worker
from bench.product import Product
from reminder_app.database import db
from reminder_app.delivery.models import Delivery

ENGINE, BARE_LOOP, CELERY = "engine", "bare_loop", "celery_per_mail"
POST_OFFICE, POST_OFFICE_BEST = "django_post_office", "django_post_office_best"
SENDERS = 2
# The same mail, built by two libraries, differs by so much at most.
MOST_UNLIKE = 0.35


class Contest:
    """The same mails through each contestant, on the same servers."""

    def __init__(self, product: Product, count: int) -> None:
        self.product, self.count = product, count
        self.database, self.sink = product.database, product.sink
        self.letters = Path(product.environ["INSTANCE_PATH"]) / "letters.jsonl"

    @property
    def contestants(self) -> dict[str, Callable[[], Figures]]:
        """The limit right after the engine, as that ratio is the finest. The engine goes first: its ledger
        names the letters that the others send."""
        return {
            ENGINE: self.engine,
            BARE_LOOP: self.bare_loop,
            CELERY: self.celery_per_mail,
            POST_OFFICE: lambda: self.post_office(processes=1, queued=0),
            # The best of what its manual offers: a large batch, several processes, no log rows.
            # The queue is filled a thousand at a time, as the database takes no larger packet.
            POST_OFFICE_BEST: lambda: self.post_office(
                processes=3, queued=1000, BATCH_SIZE=5000, LOG_LEVEL=0
            ),
        }

    def engine(self) -> Figures:
        figures = send_all(self.product, self.count)
        if not self.letters.exists():
            write_letters(self.product, self.letters)
        return figures

    def bare_loop(self) -> Figures:
        environ = self.environ("unused")
        with ExitStack() as stack:
            loops = [
                stack.enter_context(self.driver("bare_loop", environ, number, SENDERS))
                for number in range(SENDERS)
            ]
            pids = [loop.pid for loop in loops]
            with measured(self.count, pids, self.database, self.sink) as figures:
                together(loops)
        return figures

    def celery_per_mail(self) -> Figures:
        environ = self.environ("celery_peer")
        with (
            self.product.broker.client() as broker,
            peer_worker(environ) as worker,
            self.driver("celery_queue", environ) as queue,
        ):
            senders = [worker.pid, queue.pid]
            with measured(self.count, senders, self.database, self.sink) as figures:
                together([queue])
                self.wait_for_rows("celery_peer.mails WHERE state = 'sent'")
            broker.flushdb()
        return figures

    def post_office(self, *, processes: int, queued: int, **settings: int) -> Figures:
        environ = self.environ("post_office") | {"BENCH_POST_OFFICE": json.dumps(settings)}
        with (
            self.driver("post_office", environ, processes, queued) as office,
            measured(self.count, [office.pid], self.database, self.sink) as figures,
        ):
            together([office])
            self.wait_for_rows("post_office.post_office_email WHERE status = 0")
        return figures

    def driver(self, name: str, environ: dict[str, str], *arguments: int) -> Driver:
        log = self.letters.with_name(f"{name}.log")
        return Driver(f"bench.peers.{name}", *map(str, arguments), environ=environ, log=log)

    def environ(self, database: str) -> dict[str, str]:
        """What the peers are told; each finds an empty database."""
        return {
            "BENCH_DATABASE_URL": self.database.fresh_database(database),
            "BENCH_REDIS_URL": self.product.broker.url.replace("/0", "/1"),
            "BENCH_SMTP_PORT": str(self.sink.port),
            "BENCH_LETTERS": str(self.letters),
            "BENCH_TEMPLATES": str(self.product.tree / "reminder_app" / "templates"),
        }

    def wait_for_rows(self, sent: str) -> None:
        query = f"SELECT COUNT(*) FROM {sent}"  # noqa: S608 - ours
        wait_until(
            lambda: self.database.ask(query) == [(self.count,)],
            patience(self.count),
            f"{self.count} {sent}",
            every=0.05,
        )


def write_letters(product: Product, path: Path) -> None:
    """What the ledger holds of each mail, for those who send the same ones without it."""
    context = {"public_url": product.environ["PUBLIC_URL"]}
    names = ("name", "address", "subject", "is_late", "reply_to", "key")
    with product.app.app_context(), path.open("w", encoding="utf-8") as file:
        for row in db.session.scalars(select(Delivery).options(undefer(Delivery.payload))):
            said: dict[str, Any] = {name: getattr(row, name) for name in names}
            said |= {"id": str(row.id), "workspace_id": str(row.workspace_id)}
            said["context"] = {**(row.payload or {}), **said, **context, "delivery_id": said["id"]}
            file.write(json.dumps(said) + "\n")


def compare_mails(ours: Figures, theirs: Figures) -> None:
    """Raises Fault where the engine sent another mail than the others."""
    unlike = abs(ours.bytes_on_the_wire / theirs.bytes_on_the_wire - 1)
    if unlike > MOST_UNLIKE:
        raise Fault(
            f"The engine sent {ours.bytes_on_the_wire:.0f} bytes a mail, "
            f"the bare loop {theirs.bytes_on_the_wire:.0f}: these are not the same mails."
        )
