"""A process that stands still past its lease and then goes on: it has lost what it held, and sends none of it."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text, update

from drill.traffic import MARKETING, message
from drill.world import pid_of, send_signal
from reminder_app.database import db
from reminder_app.delivery import books, recovery, service
from reminder_app.delivery.batch import HOLD_SECONDS
from reminder_app.delivery.journal import Left
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier

STOPS, AT_ONCE, PROCESSES = 50, 5, 6
COUNT = 200
SLOWLY = 0.05
PATIENCE = 120
RESEND_AFTER = timedelta(hours=1)
AN_HOUR_AGO = text("UTC_TIMESTAMP(6) - INTERVAL 1 HOUR")


@pytest.fixture
def senders(world) -> Iterator[list[int]]:
    db.session.remove()
    db.engine.dispose()
    pids = [fork(world) for _ in range(PROCESSES)]
    yield pids
    for pid in pids:
        send_signal(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def fork(world: SimpleNamespace) -> int:
    child = os.fork()
    if child == 0:
        courier = Courier(world.settings)
        while os.getppid() != 1:
            courier.send_due(0.1)
        os._exit(0)
    return child


def test_stopped_fifty_times_past_its_lease_it_doubles_nothing(world, senders):
    stops = rounds = 0
    while stops < STOPS:
        assert rounds < STOPS, "too few of them had anything in hand"
        rounds += 1
        stops += stop_some(world, rounds)

    accepted = world.sink.message_ids()
    assert set(accepted.values()) == {1}
    assert len(accepted) == rounds * COUNT
    assert states() == {"sent": rounds * COUNT}
    assert all(account.is_balanced for account in books.balance())


def stop_some(world, number: int) -> int:
    """Some stand still with their hands full, others take it over, and then they go on. How many lost something."""
    world.sink.delay(SLOWLY)
    service.plan([message(MARKETING, f"{number}:{n}") for n in range(COUNT)])
    wait_until(lambda: len(holding()) >= AT_ONCE)
    stopped = holding()[:AT_ONCE]
    for name in stopped:
        send_signal(pid_of(name), signal.SIGSTOP)
    stopped_at = time.monotonic()
    try:
        world.sink.behave()
        lost = taken_over(world, stopped)
        # No lease is shorter than what a claim may be held without another look.
        time.sleep(max(stopped_at + HOLD_SECONDS - time.monotonic(), 0))
    finally:
        for name in stopped:
            send_signal(pid_of(name), signal.SIGCONT)
    wait_until(lambda: states() == {"sent": number * COUNT})
    return lost


def taken_over(world, stopped: list[str]) -> int:
    """Their leases run out, and an operator has what never left sent again."""
    theirs = Delivery.worker.in_(stopped)
    # Who was stopped in a transaction holds its rows until it goes on.
    free = select(Delivery.id).where(theirs, Delivery.state == "handing_over")
    ids = db.session.scalars(free.with_for_update(skip_locked=True)).all()
    run_out = update(Delivery).where(Delivery.id.in_(ids))
    db.session.execute(run_out.values(lease_until=AN_HOUR_AGO))
    db.session.commit()
    recovery.recover(RESEND_AFTER, world.settings.journal_path)
    on_the_wire = {delivery for name in stopped for delivery in begun(world, name)}
    doubts = select(Delivery.id, Delivery.worker).where(theirs, Delivery.state == "unknown")
    lost = [row for row in db.session.execute(doubts).all() if row.id not in on_the_wire]
    for row in lost:
        recovery.resolve(row.id, "resend")
    gone = {row.id for row in lost}
    wait_until(lambda: gone <= set(asked(select(Delivery.id).where(Delivery.state == "sent"))))
    return len({row.worker for row in lost})


def begun(world, worker: str) -> list:
    """What it may have handed over: the mail server alone knows more."""
    path = world.settings.journal_path / f"{worker}.journal"
    return [delivery for delivery, _ in Left.read(path, path.read_bytes()).entries]


def holding() -> list[str]:
    query = select(Delivery.worker).where(Delivery.state == "handing_over")
    return sorted(asked(query.group_by(Delivery.worker).having(func.count() > 2)))


def states() -> dict[str, int]:
    db.session.rollback()
    query = select(Delivery.state, func.count()).group_by(Delivery.state)
    return dict(db.session.execute(query).all())


def asked(query) -> list:
    db.session.rollback()
    return list(db.session.scalars(query))


def wait_until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, states()
        time.sleep(0.02)
