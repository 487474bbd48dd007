"""`bin/bench monitor`: what it costs a request that the database is watched."""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from bench.figures import Fault
from bench.paths import CACHE
from bench.product import settings
from bench.servers import DurableMariaDB, PostfixSink
from reminder_app.accounts import service as accounts
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from reminder_app.database.engine import settings_of
from reminder_app.database.monitor import part
from reminder_app.workspaces import service as workspaces
from terminal import Progress
from tests.people import Person
from tests.servers import Redis
from tests.servers.process import PREFIX
from tests.web.full_house import House

PAGES = ("/", "/reminders", "/contacts", "/deliveries", "/members", "/settings")
ROWS, WARM_UP, MOST_PERCENT = 200, 20, 5.0
FLUSH_EVERY = 10.0  # seconds
HTTP = "http://localhost"


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with both() as (off, on):
        times = measure(off, on, given.requests, progress)
        flush = flush_seconds(on)
    progress.say(f"{'':<14}{'not watched':>14}{'watched':>12}{'more':>9}")
    for page, (without, watched) in times.items():
        figures = f"{median(without) * 1000:>11.2f} ms{median(watched) * 1000:>9.2f} ms"
        progress.say(f"{page:<14}{figures}{more(without, watched):>7.1f} %")
    hooks = sum(more(*both) for both in times.values()) / len(times)
    writing = flush / FLUSH_EVERY * 100
    progress.say(
        f"The hooks cost {hooks:.1f} % of a request; a write every {FLUSH_EVERY:.0f} s takes "
        f"{flush * 1000:.1f} ms, {writing:.2f} % of a core. The limit is {MOST_PERCENT:.0f} %."
    )
    if hooks + writing > MOST_PERCENT:
        raise Fault("Watching costs more than it may.")
    return {
        "milliseconds": {
            page: [median(one) * 1000 for one in both] for page, both in times.items()
        },
        "hooks_percent": hooks,
        "flush_seconds": flush,
    }


def more(without: list[float], watched: list[float]) -> float:
    """Percent: the median over pairs that were asked one right after the other."""
    pairs = zip(without, watched, strict=True)
    return (median(late / early for early, late in pairs) - 1) * 100


@contextmanager
def both() -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """The same product on the same rows, in one process: only the one is watched."""
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        DurableMariaDB() as database,
        Redis() as broker,
    ):
        environ = settings(Path(name), database, broker, PostfixSink()) | {"PUBLIC_URL": HTTP}
        apps = [made(environ | {"DB_MONITOR": word}) for word in ("off", "on")]
        with apps[0].app_context():
            db.create_all()
            cookie = filled(apps[0])
        yield tuple(signed_in(app, cookie) for app in apps)  # type: ignore[misc]
        for app in apps:
            with app.app_context():
                db.engine.dispose()


def made(environ: dict[str, str]) -> Flask:
    return create_app(load(environ), RATELIMIT_ENABLED=False)


def filled(app: Flask) -> str:
    user = workspaces.sign_up("alice@example.org", "quiet rivers bend twice", name="Alice")
    person = Person(app, user.id, user.email, user.workspace_id)  # type: ignore[arg-type]
    House(person).fill(ROWS)
    return accounts.open_session(user.id, person.workspace_id)


def signed_in(app: Flask, cookie: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("sid", cookie)
    return client


def measure(
    off: FlaskClient, on: FlaskClient, requests: int, progress: Progress
) -> dict[str, tuple[list[float], list[float]]]:
    """By turns, each first as often as the other: the machine's mood meets both alike."""
    found: dict[str, tuple[list[float], list[float]]] = {page: ([], []) for page in PAGES}
    for number in range(WARM_UP + requests):
        progress.passing(f"request {number + 1} of {WARM_UP + requests}")
        for page, (without, with_it) in found.items():
            turns = [(off, without), (on, with_it)]
            for client, times in turns if number % 2 else turns[::-1]:
                took = asked(client, page)
                if number >= WARM_UP:
                    times.append(took)
    return found


def asked(client: FlaskClient, page: str) -> float:
    """Seconds of CPU, of the thread that answers: what else is at work here does not count."""
    began = time.thread_time()
    answer = client.get(page)
    took = time.thread_time() - began
    if answer.status_code != 200:
        raise Fault(f"{page} answers {answer.status_code}.")
    return took


def flush_seconds(on: FlaskClient) -> float:
    """CPU of one write of all that these pages have asked. Raises Fault where nothing was counted."""
    with on.application.app_context():
        recorder = part.recorder_of(settings_of())
        if not any(one.many for one in recorder.ledger):
            raise Fault("Nothing was counted.")
        began = time.process_time()
        recorder.flush()
        return time.process_time() - began
