"""Celery inside the app context, and all recurring work on one page."""

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache, wraps
from typing import Any

from billiard import active_children, current_process  # type: ignore[import-untyped]
from celery import Celery, Task, shared_task, signals
from celery import current_app as celery_app
from celery.app.amqp import AMQP
from celery.beat import Scheduler
from celery.schedules import crontab
from flask import Flask, current_app
from kombu.connection import Connection
from sqlalchemy.exc import SQLAlchemyError

from reminder_app.accounts import service as accounts
from reminder_app.accounts.site import Site
from reminder_app.database import db
from reminder_app.database.retry import CommitOutcomeUnknown
from reminder_app.delivery import crash, recovery
from reminder_app.delivery.sending import Courier
from reminder_app.operations import service as operations
from reminder_app.reminders import planning, upkeep
from reminder_app.web import idempotency
from reminder_app.workspaces import invitations

log = logging.getLogger(__name__)
PUMP_SECONDS = 1.0
# While the broker is away, seconds between two tries to reach it.
RING_EVERY = 1
# While there is more to send than a second takes, a worker goes on by itself for so long.
LONGEST_PUMP = 10.0
# A poke nobody took in time is worth nothing: the next one does the same. Others may wait for
# a worker that sends. Beat and workers must agree on the time to within these seconds.
STALE, LATE = 5, 60
# Seconds after SIGTERM: then the mail on the wire is cut, then it is over, within 10 in all.
TIME_ON_THE_WIRE, TIME_TO_STOP = 6.0, 8.5
MAIN = "MainProcess"
COLLECT_AT = 50_000, 20, 50

SCHEDULE: dict[str, tuple[str, Any]] = {
    "plan and send what is due": ("pump", timedelta(seconds=PUMP_SECONDS)),
    "find what a dead worker left": ("recover", timedelta(seconds=2)),
    "forget ended sessions and failed sign-ins": ("purge_accounts", crontab(minute="17")),
    "forget invitations that ended": ("purge_invitations", crontab(minute="47")),
    "forget idempotency keys": ("purge_idempotency_keys", crontab(minute="27")),
    "forget what old messages said": ("purge_deliveries", crontab(hour="3", minute="37")),
    "forget reminders deleted long ago": ("purge_reminders", crontab(hour="3", minute="47")),
}


def patient(work: Callable[[], None]) -> Callable[[], None]:
    """The database may be away for a while: one line a tick says so, and the next tick tries."""

    @wraps(work)
    def tried() -> None:
        try:
            work()
        except (SQLAlchemyError, CommitOutcomeUnknown) as error:
            log.warning("%s: the database cannot be used: %s", work.__name__, told(error))

    return tried


def told(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


@shared_task(name="pump")
@patient
def pump() -> None:
    """Plan what is due in the next seconds, then send for a second; more while there is more."""
    until = time.monotonic() + LONGEST_PUMP
    has_more = True
    while has_more and time.monotonic() < until:
        operations.saw("worker")
        planning.plan_due(Site.of(current_app.config["SETTINGS"]))
        has_more = courier(os.getpid()).send_due(PUMP_SECONDS)


@shared_task(name="recover")
@patient
def recover() -> None:
    settings = current_app.config["SETTINGS"]
    resend_after = timedelta(seconds=settings.unknown_resend_after)
    recovery.recover(resend_after, settings.journal_path)


@shared_task(name="purge_accounts")
@patient
def purge_accounts() -> None:
    accounts.purge()


@shared_task(name="purge_invitations")
@patient
def purge_invitations() -> None:
    invitations.purge()


@shared_task(name="purge_idempotency_keys")
@patient
def purge_idempotency_keys() -> None:
    idempotency.purge()


@shared_task(name="purge_deliveries")
@patient
def purge_deliveries() -> None:
    recovery.purge()


@shared_task(name="purge_reminders")
@patient
def purge_reminders() -> None:
    upkeep.purge()


@cache
def courier(_process: int) -> Courier:
    """One a process: a forked child must not talk over its parent's connection."""
    mine = Courier(current_app.config["SETTINGS"])
    stop_in_order(mine)
    return mine


class Doorbell(Connection):
    def ensure_connection(self, *args: Any, **kwargs: Any) -> Connection:
        """Kombu would wait longer and longer, up to half a minute; nobody is woken meanwhile."""
        steady = {"interval_start": RING_EVERY, "interval_step": 0, "interval_max": RING_EVERY}
        return super().ensure_connection(*args, **{**steady, **kwargs})


class Doorbells(AMQP):
    Connection = Doorbell


class Beat(Scheduler):
    """Keeps its schedule in memory, and writes down that it is alive."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        with self.app.flask_app.app_context():
            patient(lambda: operations.saw("beat"))()
        return float(super().tick(*args, **kwargs))

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:
            log.warning("%s: nobody could be told: %s", entry.task, error)


def init_app(app: Flask) -> Celery:
    settings = app.config["SETTINGS"]
    if settings.is_chaos:
        crash.arm(settings.crash_at)

    class ContextTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=ContextTask, amqp=Doorbells)
    celery.flask_app = app
    celery.conf.update(configuration(settings.redis_url))
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def configuration(redis_url: str) -> dict[str, Any]:
    """Redis is a doorbell: no results, no counts-down, and a lost message costs one second."""
    return {
        "broker_url": redis_url or "memory://",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 5000,
        "timezone": "UTC",
        "beat_scheduler": "reminder_app.jobs:Beat",
        "beat_max_loop_interval": PUMP_SECONDS,
        "beat_schedule": {
            name: {
                "task": task,
                "schedule": when,
                "options": {"expires": STALE if task == "pump" else LATE},
            }
            for name, (task, when) in SCHEDULE.items()
        },
    }


@signals.setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would set up its own; and a line for every tick says nothing."""
    for name in ("app.trace", "worker.strategy", "worker.request", "beat"):
        logging.getLogger(f"celery.{name}").setLevel(logging.WARNING)


@signals.worker_process_init.connect
def after_fork(**_: object) -> None:
    """A forked child must not talk over its parent's sockets, nor look through its objects for garbage.

    Thousands of rows a second pass through a worker; collecting at every 700 objects takes a fifth of it.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AT)
    with celery_app.flask_app.app_context():
        db.engine.dispose(close=False)


def stop_in_order(mine: Courier) -> None:
    """Installed by the first pump, as the pool sets its own handler after a child has begun."""
    at_once = signal.getsignal(signal.SIGTERM)

    def told_to_stop(number: int, frame: Any) -> None:
        # Some tell the whole group, so that a child hears it from them and from its parent.
        is_urgent = mine.has_been_told_for(TIME_ON_THE_WIRE / 2)
        mine.stop(cut=is_urgent)
        if is_urgent and not mine.is_busy and callable(at_once):
            at_once(number, frame)

    if current_process().name != MAIN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, told_to_stop)


@signals.worker_shutting_down.connect
def stop_sending(**_: object) -> None:
    """Celery waits for its children without a word to them: tell them, again, and for good."""
    tell_children(signal.SIGTERM)
    for seconds, number in (TIME_ON_THE_WIRE, signal.SIGTERM), (TIME_TO_STOP, signal.SIGKILL):
        timer = threading.Timer(seconds, tell_children, [number])
        timer.daemon = True
        timer.start()


def tell_children(number: int) -> None:
    for child in active_children():
        os.kill(child.pid, number)
