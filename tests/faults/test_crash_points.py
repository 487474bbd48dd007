"""Die at every single step, and at every pair of them: what a lucky kill may miss, this does not."""

import os
from datetime import timedelta
from itertools import product as pairs
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import clock, db, new_id
from reminder_app.delivery import books, crash, recovery, service
from reminder_app.delivery.channels import message
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from tests.delivery.notes import WRITTEN_WITH, planned

COUNT = 3
# From before the content leaves until its answer is in the journal, nobody knows what the server has.
ON_THE_WIRE = {"journal.begin", "dotted", "answered"}
ALICE = SimpleNamespace(id=new_id(), email="alice@example.org", workspace_id=None)


@pytest.fixture(autouse=True)
def templates(monkeypatch):
    monkeypatch.setattr(message, "environment", lambda: WRITTEN_WITH)
    yield
    clock.reset()
    crash.arm("")


def work(world, run: str, sent_again: bool) -> None:
    """What a worker does: plan, send what is due."""
    messages = [planned(ALICE, f"{run}:{n}", sent_again=sent_again) for n in range(COUNT)]
    service.plan(messages)
    courier = Courier(world.settings)
    while courier.send_due(0):
        pass
    courier.close()


def die_while_working(world, where: str, *told: object) -> bool:
    """In a child that is gone at the step, as by kill -9; False: it never came there."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        crash.arm(where)
        work(world, *told)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 137)
    return code == 137


def recovered(world, run: str, sent_again: bool, resend_after: timedelta) -> None:
    """What the next worker does."""
    recovery.recover(resend_after, world.settings.journal_path)
    work(world, run, sent_again)


def rows(run: str) -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).where(Delivery.key.startswith(f"{run}:"))))


def check(world, run: str, doubts: int) -> None:
    """At most once, and what was not said to be sent is in sight."""
    ours = rows(run)
    accepted = {row.message_id: world.sink.message_ids()[row.message_id] for row in ours}
    assert len(ours) == COUNT
    assert {row.state for row in ours} <= {"sent", "unknown"}
    assert [row.state for row in ours].count("unknown") <= doubts
    assert all(accepted[row.message_id] == 1 for row in ours if row.state == "sent")
    assert max(accepted.values()) == 1
    assert all(account.is_balanced for account in books.balance())


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("step", crash.STEPS)
def test_a_death_at_any_step_leaves_one_doubt_at_most(world, step, nth):
    run = str(new_id())
    if not die_while_working(world, f"{step}:{nth}", run, False):
        assert nth == 2  # some steps come once in a run
    recovered(world, run, False, timedelta(hours=1))

    check(world, run, doubts=1 if step in ON_THE_WIRE else 0)


@pytest.mark.parametrize(("first", "second"), list(pairs(crash.STEPS, repeat=2)))
def test_two_deaths_leave_two_doubts_at_most(world, first, second):
    run = str(new_id())
    die_while_working(world, first, run, False)
    recovery.recover(timedelta(hours=1), world.settings.journal_path)
    die_while_working(world, second, run, False)
    recovered(world, run, False, timedelta(hours=1))

    check(world, run, doubts=(first in ON_THE_WIRE) + (second in ON_THE_WIRE))


@pytest.mark.parametrize("step", crash.STEPS)
def test_what_may_double_arrives_after_any_death(world, step):
    run = str(new_id())
    assert die_while_working(world, step, run, True)
    recovered(world, run, True, timedelta(minutes=10))

    clock.shift(timedelta(minutes=11))
    recovery.recover(timedelta(minutes=10), world.settings.journal_path)
    work(world, run, True)

    accepted = [world.sink.message_ids()[row.message_id] for row in rows(run)]
    assert [row.state for row in rows(run)] == ["sent"] * COUNT
    assert min(accepted) == 1
    assert sum(accepted) <= COUNT + 1


@pytest.mark.parametrize(("app_env", "code"), [("chaos", 137), ("testing", 0)])
def test_only_a_drill_dies(world, tmp_path, app_env, code):
    environ = {"APP_ENV": app_env, "CRASH_AT": "plan.insert", "INSTANCE_PATH": str(tmp_path)}
    environ["DATABASE_URL"] = world.settings.database_url
    child = os.fork()
    if child == 0:
        with create_app(load(environ)).app_context():
            service.plan([planned(ALICE, str(new_id()))])
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == code


def test_a_step_there_is_not_is_refused():
    with pytest.raises(ValueError, match="CRASH_AT is 'nowhere'"):
        crash.arm("nowhere")
