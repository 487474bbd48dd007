"""All recurring work on one page: what, how often, and what it calls."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

from celery import Celery, shared_task
from celery.schedules import crontab
from flask import Flask, current_app

from reminder_app import workers
from reminder_app.accounts import service as accounts
from reminder_app.accounts.site import Site
from reminder_app.calendars import imports
from reminder_app.contacts import import_work
from reminder_app.contacts.importing import FOLDER
from reminder_app.database import work
from reminder_app.database.audit import tasks as audit
from reminder_app.database.maintenance import tasks as maintenance
from reminder_app.database.monitor import server_digests
from reminder_app.database.monitor import upkeep as query_figures
from reminder_app.database.partitions import tasks as partitions
from reminder_app.delivery import crash, recovery, tally
from reminder_app.delivery.lateness_bounds import SLICE
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from reminder_app.operations import dead_man, sightings
from reminder_app.operations import service as operations
from reminder_app.reminders import attaching, digests, planning, telling, upkeep
from reminder_app.web import idempotency
from reminder_app.workers import tried_again_next_time
from reminder_app.workspaces import failures, invitations

PUMP_SECONDS = 1.0
# While there is more to send than a second takes, a worker goes on by itself for so long.
LONGEST_PUMP = 10.0
AGAIN_AFTER = 0.5
# A poke nobody took in time is worth nothing: the next one does the same. Others may wait for
# a worker that sends. Beat and workers must agree on the time to within these seconds.
STALE, LATE = 5, 60

SCHEDULE: dict[str, tuple[str, Any]] = {
    "plan and send what is due": ("pump", timedelta(seconds=PUMP_SECONDS)),
    "find what a dead worker left": ("recover", timedelta(seconds=2)),
    "count what was sent": ("count_up", SLICE),
    "write the lists of the day": ("write_digests", timedelta(minutes=1)),
    "tell somebody outside that all is well": ("ping_dead_man", timedelta(minutes=1)),
    "forget ended sessions, ended tokens and failed sign-ins": (
        "purge_accounts",
        crontab(minute="17"),
    ),
    "forget invitations that ended": ("purge_invitations", crontab(minute="47")),
    "forget idempotency keys": ("purge_idempotency_keys", crontab(minute="27")),
    "read contacts from files": ("import_contacts", timedelta(seconds=5)),
    "tell thousands early, as somebody asked": ("tell_asked", timedelta(seconds=5)),
    "forget files of contacts, and imports of long ago": (
        "purge_contact_imports",
        crontab(minute="37"),
    ),
    "forget what old messages said": ("purge_deliveries", crontab(hour="3", minute="37")),
    "tell of messages to clients that failed": ("tell_failures", timedelta(minutes=1)),
    "forget reminders deleted long ago": ("purge_reminders", crontab(hour="3", minute="47")),
    "remove files that no reminder has any more": (
        "purge_attachments",
        crontab(hour="5", minute="17"),
    ),
    "forget files that were read for reminders": ("purge_imports", crontab(minute="37")),
    "forget workers that are gone": ("purge_workers", crontab(minute="7")),
    "add up old figures of queries, and forget the oldest": (
        "keep_query_figures",
        crontab(minute="57"),
    ),
    "make a backup": ("back_up", crontab(hour="2", minute="7")),
    "keep the log of changes from the backup on": ("keep_logs", timedelta(minutes=5)),
    "restore the newest backup, and measure": (
        "try_restore",
        crontab(day_of_week="sun", hour="4", minute="47"),
    ),
    "measure the tables": ("measure_tables", crontab(hour="1", minute="37")),
    "look at the tables anew, for the right indexes": (
        "analyze_tables",
        crontab(day_of_week="sat", hour="3", minute="7"),
    ),
    "find transactions that stay open": ("watch_transactions", timedelta(minutes=1)),
    "forget old figures of maintenance": ("purge_maintenance", crontab(hour="5", minute="7")),
    "look for indexes that queries lack, and whether earlier ones paid off": (
        "look_for_indexes",
        crontab(hour="4", minute="47"),
    ),
    "ask the database server what it has counted": ("note_digests", timedelta(minutes=15)),
    "seal what was written down of changes": ("seal_audit", timedelta(minutes=1)),
    "look through the seals": ("verify_audit", crontab(hour="4", minute="7")),
    "make the months to come, and let go of old ones": (
        "roll_partitions",
        crontab(minute="42"),
    ),
    "forget old changes": ("keep_audit", crontab(hour="4", minute="27")),
}


@shared_task(name="pump")
@tried_again_next_time
def pump() -> None:
    """What could not be written down is known to this process alone, and nobody may call it again
    before others take that for doubts: it goes on until the database has it."""
    mine = courier(os.getpid())
    sidelines(os.getpid()).wake()
    plan_and_send(mine)
    while mine.has_open_ends():
        time.sleep(AGAIN_AFTER)
        plan_and_send(mine)


@tried_again_next_time
def plan_and_send(mine: Courier) -> None:
    """Plan what is due in the next seconds and send what is due now; more while there is more.

    A batch of the one, a batch of the other: what is due waits for no long line of what will be.
    """
    until = time.monotonic() + LONGEST_PUMP
    site = Site.of(current_app.config["SETTINGS"])
    operations.saw("worker")
    planning.plan_due(site, seconds=0)
    has_called, lines = False, sidelines(os.getpid())
    while True:
        has_more = planning.has_more()
        has_more |= mine.send_due(0 if has_more else PUMP_SECONDS)
        if lines.is_crowded and not has_called:
            has_called = workers.ring(pump, STALE)
        if not has_more or time.monotonic() > until:
            break
        if not has_called:
            # More is due than one can do: a worker that is idle joins in, and calls the next.
            has_called = workers.ring(pump, STALE)
        operations.saw("worker")
        planning.plan_some(site)
        lines.wake()
    operations.saw("pump")
    sightings.saw(mine.worker, current_app.config["SETTINGS"].journal_path)


@cache
def courier(_process: int) -> Courier:
    """One a process: a forked child must not talk over its parent's connection."""
    return Courier(current_app.config["SETTINGS"])


@cache
def sidelines(process: int) -> Sidelines:
    """What is sent beside the site's mail: it goes on while the site's mail server is silent."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    mine = courier(process)
    lines = Sidelines(app.config["SETTINGS"], lambda: beside(app), lambda: mine.is_busy)
    workers.stop_in_order(mine, lines)
    return lines


@contextmanager
def beside(app: Flask) -> Iterator[None]:
    with app.app_context(), work.named("job:sidelines"):
        yield


@shared_task(name="recover")
@tried_again_next_time
def recover() -> None:
    settings = current_app.config["SETTINGS"]
    resend_after = timedelta(seconds=settings.unknown_resend_after)
    recovery.recover(resend_after, settings.journal_path)


@shared_task(name="write_digests")
@tried_again_next_time
def write_digests() -> None:
    digests.write_due(Site.of(current_app.config["SETTINGS"]))


@shared_task(name="ping_dead_man")
@tried_again_next_time
def ping_dead_man() -> None:
    dead_man.ping(current_app.config["SETTINGS"].dead_man_url)


@shared_task(name="import_contacts")
@tried_again_next_time
def import_contacts() -> None:
    """For a second; then others have their turn, and after them it goes on."""
    if import_work.work(current_app.config["SETTINGS"].instance_path / FOLDER):
        workers.ring(import_contacts, LATE)


@shared_task(name="tell_asked")
@tried_again_next_time
def tell_asked() -> None:
    if telling.tell_next(Site.of(current_app.config["SETTINGS"])):
        workers.ring(tell_asked, LATE)


@shared_task(name="purge_contact_imports")
@tried_again_next_time
def purge_contact_imports() -> None:
    import_work.purge(current_app.config["SETTINGS"].instance_path / FOLDER)


@shared_task(name="purge_attachments")
@tried_again_next_time
def purge_attachments() -> None:
    attaching.clean(current_app.config["SETTINGS"].attachments_path)


@shared_task(name="look_for_indexes")
@tried_again_next_time
def look_for_indexes() -> None:
    from reminder_app.database.advisor import looking  # noqa: PLC0415 - its parser takes 17 MB

    looking.look()


# Jobs that are a call, and no more.
CALLS: dict[str, Callable[[], object]] = {
    "count_up": tally.count_up,
    "purge_accounts": accounts.purge,
    "purge_invitations": invitations.purge,
    "purge_idempotency_keys": idempotency.purge,
    "purge_deliveries": recovery.purge,
    "tell_failures": failures.tell,
    "purge_reminders": upkeep.purge,
    "purge_workers": sightings.purge,
    "seal_audit": audit.seal,
    "verify_audit": audit.verify,
    "roll_partitions": partitions.roll,
    "keep_audit": audit.keep,
    "keep_query_figures": query_figures.keep_up,
    "note_digests": server_digests.note,
    "back_up": maintenance.back_up,
    "keep_logs": maintenance.keep_logs,
    "try_restore": maintenance.try_restore,
    "measure_tables": maintenance.measure,
    "analyze_tables": maintenance.analyze_tables,
    "watch_transactions": maintenance.watch_transactions,
    "purge_maintenance": maintenance.purge,
    "purge_imports": imports.purge,
}
for task_name, job in CALLS.items():
    shared_task(name=task_name)(tried_again_next_time(job))


def ask(task: str) -> None:
    """A worker does it now, not at its time."""
    workers.ring(current_app.extensions["celery"].tasks[task], LATE)


def init_app(app: Flask) -> Celery:
    settings = app.config["SETTINGS"]
    if settings.is_chaos:
        crash.arm(settings.crash_at)
    celery = workers.celery_of(app)
    celery.conf.beat_max_loop_interval = PUMP_SECONDS
    celery.conf.beat_schedule = {
        name: {
            "task": task,
            "schedule": when,
            "options": {"expires": STALE if task == "pump" else LATE},
        }
        for name, (task, when) in SCHEDULE.items()
    }
    return celery
