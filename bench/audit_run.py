"""`bin/bench audit`: what it costs a change that it is written down."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import update

from bench.figures import Fault
from bench.paths import CACHE
from bench.product import settings
from bench.servers import DurableMariaDB, PostfixSink
from reminder_app.accounts import service as accounts
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.contacts.models import Contact
from reminder_app.database import changed, db, transaction
from reminder_app.workspaces import service as workspaces
from terminal import Progress
from tests.people import Person
from tests.servers import Redis
from tests.servers.process import PREFIX
from tests.web.full_house import House

ROWS, WARM_UP = 200, 10
Way = Callable[["Side", int], None]


class Side:
    """The product with its audit, or without."""

    def __init__(self, environ: dict[str, str], word: str) -> None:
        given = environ | {"DB_AUDIT": word, "PUBLIC_URL": "http://localhost"}
        self.app = create_app(load(given), RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
        self.client = self.app.test_client()

    def fill(self, others: list["Side"]) -> None:
        with self.app.app_context():
            db.create_all()
            user = workspaces.sign_up("alice@example.org", "quiet rivers bend twice", name="Alice")
            house = House(Person(self.app, user.id, user.email, user.workspace_id))  # type: ignore[arg-type]
            house.fill(ROWS)
            cookie = accounts.open_session(user.id, house.person.workspace_id)
        for side in others:
            side.contact = house.first["contact_id"]
            side.client.set_cookie("sid", cookie)


def save_a_contact(side: Side, number: int) -> None:
    """As a person does: the whole request."""
    path = f"/contacts/{side.contact}/edit"
    answer = side.client.post(
        path, data={"name": f"Person {number}", "email": "person0@example.org"}
    )
    if answer.status_code != 303:
        raise Fault(f"{path} answers {answer.status_code}.")


def change_many(side: Side, number: int) -> None:
    """200 rows in one statement: they are read before it and after it."""
    with side.app.app_context():
        note = f"note {number}"
        transaction(changed)(update(Contact).values(notes=note))


WAYS: dict[str, Way] = {"save a contact": save_a_contact, "200 in a statement": change_many}


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        DurableMariaDB() as database,
        Redis() as broker,
    ):
        environ = settings(Path(name), database, broker, PostfixSink())
        sides = [Side(environ, word) for word in ("off", "on")]
        sides[1].fill(sides)
        found = {what: compared(sides, way, given.requests) for what, way in WAYS.items()}
    for what, (without, with_it) in found.items():
        more = (with_it / without - 1) * 100
        progress.say(f"{what:<20}{without * 1000:>8.2f} ms{with_it * 1000:>8.2f} ms{more:>7.1f} %")
    return {"seconds": {what: {"off": off, "on": on} for what, (off, on) in found.items()}}


def compared(sides: list[Side], way: Way, many: int) -> tuple[float, float]:
    """Medians, by turns."""
    times: dict[int, list[float]] = {0: [], 1: []}
    for number in range(WARM_UP + many):
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            way(sides[which], number * 2 + which)
            if number >= WARM_UP:
                times[which].append(time.perf_counter() - began)
    return median(times[0]), median(times[1])
