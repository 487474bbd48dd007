"""Two machines share a database and nothing else: a journal is seen by its own machine alone."""

import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db, new_id, now
from reminder_app.delivery import books, recovery, service
from reminder_app.delivery.models import Attempt, Delivery, DeliveryPlan
from tests.delivery.notes import planned
from tests.servers import MariaDB, SmtpSink
from tests.servers.process import spawn

ALICE = SimpleNamespace(id=new_id(), email="alice@example.org", workspace_id=None)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[SimpleNamespace]:
    with MariaDB() as database, SmtpSink() as sink:
        environ = {
            "APP_ENV": "testing",
            "ENV_FILE": "",
            "INSTANCE_PATH": str(tmp_path_factory.mktemp("onlooker")),
            "DATABASE_URL": database.url,
            "MAIL_FROM": "reminders@example.net",
            **sink.settings,
        }
        settings = load(environ)
        with create_app(settings).app_context():
            db.create_all()
            yield SimpleNamespace(environ=environ, settings=settings, sink=sink)
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def machine(world, tmp_path) -> Iterator:
    """machine("name"): a worker with a disk of its own, which sends for so many seconds."""
    started = []

    def machine(name: str, seconds: float = 300):
        folder = {"INSTANCE_PATH": str(tmp_path / name)}
        command = [sys.executable, "-m", "tests.delivery.one_worker", str(seconds)]
        environ = {**os.environ, **world.environ, **folder}
        started.append(spawn(command, tmp_path / f"{name}.log", environ))
        return started[-1]

    world.sink.empty()
    world.sink.behave()
    for table in (Attempt, Delivery, DeliveryPlan):
        db.session.execute(delete(table))
    db.session.commit()
    yield machine
    for process in started:
        process.kill()
        process.wait()
    clock.reset()


def plan(count: int, **fields) -> str:
    """Gives what their keys begin with."""
    run = str(new_id())
    service.plan([planned(ALICE, f"{run}:{n}", **fields) for n in range(count)])
    return run


def rows(run: str) -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).where(Delivery.key.startswith(f"{run}:"))))


def counted() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Delivery.state)))


def states(run: str) -> Counter[str]:
    return Counter(row.state for row in rows(run))


def eventually(is_so, seconds: float = 120) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


def test_two_machines_wake_at_the_same_moments_and_double_nothing(world, machine, tmp_path):
    """Both wait for the same second, again and again, and reach for the same rows."""
    machine("first")
    machine("second")
    logs = [tmp_path / "first.log", tmp_path / "second.log"]
    assert eventually(lambda: all("ready" in log.read_text() for log in logs))
    start = now() + timedelta(seconds=4)
    for wave in range(30):
        plan(20, due_at=start + timedelta(seconds=0.1 * wave))

    everything = {"sent": 600}
    assert eventually(lambda: counted() == everything), counted()

    arrived = world.sink.message_ids()
    assert (len(arrived), set(arrived.values())) == (600, {1})
    assert db.session.scalar(select(func.max(Delivery.attempts))) == 1
    assert len(set(db.session.scalars(select(Delivery.worker)))) == 2
    assert all(account.is_balanced for account in books.balance())


def test_a_worker_killed_on_one_machine_is_recovered_there_at_once_and_nowhere_else(world, machine):
    """The other sees no journal, and waits until the lease and a little more have run out."""
    run = plan(20, sent_again=False)
    world.sink.delay(30, times=1)
    killed = machine("first")
    assert eventually(lambda: world.sink.count == 1)
    killed.kill()
    killed.wait()

    assert recovery.recover(AN_HOUR, world.settings.journal_path) == 0
    assert states(run) == {"handing_over": 20}

    machine("first")
    assert eventually(lambda: states(run) == {"sent": 19, "unknown": 1}), states(run)
    assert set(world.sink.message_ids().values()) == {1}
    assert world.sink.count == 20


def test_a_machine_that_is_lost_with_its_disk_leaves_doubts_that_are_seen_and_resolved(
    world, machine, tmp_path, monkeypatch
):
    may_double, must_not = plan(5, sent_again=True), plan(5, sent_again=False)
    world.sink.delay(30, times=1)
    lost = machine("first")
    assert eventually(lambda: world.sink.count == 1)
    lost.send_signal(signal.SIGKILL)
    lost.wait()
    shutil.rmtree(tmp_path / "first")

    monkeypatch.setattr(recovery, "UNHEARD_OF", timedelta(minutes=5))
    clock.shift(timedelta(seconds=11))
    assert recovery.recover(AN_HOUR, world.settings.journal_path) == 0
    clock.shift(timedelta(minutes=5))
    assert recovery.recover(AN_HOUR, world.settings.journal_path) == 10
    for run in (may_double, must_not):
        assert states(run) == {"unknown": 5}
        assert {row.reason for row in rows(run)} == {recovery.NO_ANSWER}
        assert {row.attempts for row in rows(run)} == {1}

    clock.shift(AN_HOUR + timedelta(seconds=1))
    recovery.recover(AN_HOUR, world.settings.journal_path)
    assert states(may_double) == {"pending": 5}
    assert states(must_not) == {"unknown": 5}
    clock.reset()
    put_before_now(may_double)
    machine("second")
    assert eventually(lambda: states(may_double) == {"sent": 5}), states(may_double)

    first, *others = [recovery.resolve(row.id, "drop").state for row in rows(must_not)]
    assert {first, *others} == {"cancelled"}
    arrived = world.sink.message_ids()
    assert sum(arrived.values()) <= 6
    assert {row.message_id for row in rows(may_double)} <= set(arrived)
    assert all(account.is_balanced for account in books.balance())


def put_before_now(run: str) -> None:
    """The clock was moved by the test alone: to the other processes these are due in an hour."""
    for row in rows(run):
        row.not_before -= timedelta(hours=2)
    db.session.commit()
