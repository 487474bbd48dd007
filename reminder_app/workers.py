"""The life of beat and of a worker: how they hear of work, how they outlive what is away, how they stop."""

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from billiard import active_children, current_process  # type: ignore[import-untyped]
from celery import Celery, Task, signals
from celery import current_app as celery_app
from celery.app.amqp import AMQP
from celery.beat import Scheduler
from flask import Flask
from kombu.connection import Connection
from kombu.exceptions import KombuError

from reminder_app.config import Settings
from reminder_app.database import db, work
from reminder_app.database.retry import AWAY, said
from reminder_app.delivery.journal import NoJournal
from reminder_app.delivery.sending import Courier
from reminder_app.delivery.sidelines import Sidelines
from reminder_app.operations import service as operations

log = logging.getLogger(__name__)
P = ParamSpec("P")
# While the broker is away, seconds between two tries to reach it.
RING_EVERY = 1
# Seconds after SIGTERM: then the mail on the wire is cut, then it is over, within 10 in all.
TIME_ON_THE_WIRE, TIME_TO_STOP = 5.0, 7.0
RECOVER_WITHIN = 60
MAIN = "MainProcess"
# By less, a clock is only kept right.
SET_BACK = timedelta(seconds=2)
COLLECT_AT = 50_000, 20, 50


def celery_of(app: Flask) -> Celery:
    class ContextTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context(), work.named(f"job:{self.name}"):
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=ContextTask, amqp=Doorbells)
    celery.flask_app = app
    celery.conf.update(configuration(app.config["SETTINGS"]))
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def configuration(settings: Settings) -> dict[str, Any]:
    """Redis is a doorbell: no results, no counts-down, and a lost message costs one second."""
    return {
        "broker_url": settings.redis_url or "memory://",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "connect_retries_timeout": RING_EVERY,  # for who publishes: there is a next time
        },
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_concurrency": settings.worker_concurrency,
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 5000,
        "timezone": "UTC",
        "beat_scheduler": "reminder_app.workers:Beat",
    }


class Doorbell(Connection):
    def ensure_connection(self, *args: Any, **kwargs: Any) -> Connection:
        """Kombu would wait longer and longer, up to half a minute; nobody is woken meanwhile."""
        steady = {"interval_start": RING_EVERY, "interval_step": 0, "interval_max": RING_EVERY}
        return super().ensure_connection(*args, **{**steady, **kwargs})


class Doorbells(AMQP):
    Connection = Doorbell


def ring(task: Any, expires: int) -> bool:
    """Call another worker; where that does not work, beat does it in a second."""
    with suppress(KombuError):
        task.apply_async(expires=expires, retry=False)
    return True


def tried_again_next_time(work: Callable[P, object]) -> Callable[P, None]:
    """What is away may come back: one line a tick says so, and the next tick tries."""

    @wraps(work)
    def tried(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(*args, **kwargs)
        except AWAY as error:
            log.warning("%s: the database cannot be used: %s", work.__name__, said(error))
        except NoJournal as error:
            log.error("%s: %s", work.__name__, error)

    return tried


@tried_again_next_time
def beat_lives() -> None:
    operations.saw("beat")


class Beat(Scheduler):
    """Keeps its schedule in memory, and writes down that it is alive."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        with self.app.flask_app.app_context(), work.named("job:beat"):
            beat_lives()
        self._keep_to_the_clock()
        return float(super().tick(*args, **kwargs))

    def _keep_to_the_clock(self) -> None:
        """Set back by an hour, it would keep all waiting for an hour: what was is counted from now."""
        at = self.app.now()
        ahead = [one for one in self.schedule.values() if one.last_run_at > at + SET_BACK]
        for entry in ahead:
            entry.last_run_at = at
        if ahead:
            log.warning("the clock was set back: going on from %s", at)
            self._heap = None  # made anew at the next tick

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:
            log.warning("%s: nobody could be told: %s", entry.task, error)


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


@signals.worker_ready.connect
def look_back(**_: object) -> None:
    """What died before may have been the machine: what it left is settled first."""
    ring(celery_app.tasks["recover"], RECOVER_WITHIN)


def stop_in_order(mine: Courier, lines: Sidelines) -> None:
    """Installed by the first pump, as the pool sets its own handler after a child has begun."""
    signals.worker_process_shutdown.connect(lambda **_: drain(lines), weak=False)
    at_once = signal.getsignal(signal.SIGTERM)

    def told_to_stop(number: int, frame: Any) -> None:
        # Some tell the whole group, so that a child hears it from them and from its parent.
        is_urgent = mine.has_been_told_for(TIME_ON_THE_WIRE / 2)
        mine.stop(cut=is_urgent)
        lines.stop(cut=is_urgent)
        if is_urgent and not mine.is_busy and callable(at_once):
            lines.wait(TIME_TO_STOP - TIME_ON_THE_WIRE)
            at_once(number, frame)

    if current_process().name != MAIN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, told_to_stop)


def drain(lines: Sidelines) -> None:
    """The last that a child does, also one that has done its share and is replaced."""
    lines.stop()
    if not lines.wait(TIME_ON_THE_WIRE):
        lines.stop(cut=True)
        lines.wait(TIME_TO_STOP - TIME_ON_THE_WIRE)


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
