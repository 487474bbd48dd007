"""Celery inside the app context, and all recurring work on one page."""

from datetime import timedelta
from typing import Any

from celery import Celery, Task, current_app, shared_task, signals
from celery.beat import Scheduler
from celery.schedules import crontab
from flask import Flask

from reminder_app.accounts import service as accounts
from reminder_app.database import db
from reminder_app.delivery import service as delivery
from reminder_app.operations import service as operations
from reminder_app.reminders import planning
from reminder_app.web import idempotency

PUMP_SECONDS = 1.0
# A tick nobody took in time is worth nothing: the next one does the same.
STALE_SECONDS = 5

SCHEDULE: dict[str, tuple[str, Any]] = {
    "send what is due": ("pump", timedelta(seconds=PUMP_SECONDS)),
    "find what a dead worker left": ("recover", timedelta(seconds=2)),
    "forget ended sessions and failed sign-ins": ("purge_accounts", crontab(minute="17")),
    "forget idempotency keys": ("purge_idempotency_keys", crontab(minute="27")),
    "drop what old messages said": ("purge_deliveries", crontab(hour="3", minute="37")),
}


@shared_task(name="pump")
def pump() -> None:
    """Plan what is due in the next seconds, then send for about one second."""
    operations.saw("worker")
    planning.plan_due()
    delivery.send_due(seconds=PUMP_SECONDS)


@shared_task(name="recover")
def recover() -> None:
    delivery.recover()


@shared_task(name="purge_accounts")
def purge_accounts() -> None:
    accounts.purge()


@shared_task(name="purge_idempotency_keys")
def purge_idempotency_keys() -> None:
    idempotency.purge()


@shared_task(name="purge_deliveries")
def purge_deliveries() -> None:
    delivery.purge()


class Beat(Scheduler):
    """Keeps its schedule in memory, and writes down that it is alive."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        with self.app.flask_app.app_context():
            operations.saw("beat")
        return float(super().tick(*args, **kwargs))


def init_app(app: Flask) -> Celery:
    class ContextTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=ContextTask)
    celery.flask_app = app
    celery.conf.update(configuration(app.config["SETTINGS"].redis_url))
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
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_max_tasks_per_child": 5000,
        "timezone": "UTC",
        "beat_scheduler": "reminder_app.jobs:Beat",
        "beat_max_loop_interval": PUMP_SECONDS,
        "beat_schedule": {
            name: {"task": task, "schedule": when, "options": {"expires": STALE_SECONDS}}
            for name, (task, when) in SCHEDULE.items()
        },
    }


@signals.worker_process_init.connect
def after_fork(**_: object) -> None:
    """A forked child must not talk over its parent's sockets."""
    with current_app.flask_app.app_context():
        db.engine.dispose(close=False)
