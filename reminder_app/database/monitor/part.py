"""How the monitor hangs into the layer: a watcher of each engine, and a part of the application."""

import os

from flask import Flask
from sqlalchemy import Engine

from reminder_app.database import pool
from reminder_app.database.engine import db
from reminder_app.database.monitor import deadlocks
from reminder_app.database.monitor.recorder import Recorder
from reminder_app.database.monitor.watch import Found, Unit, Watch, unit_of_now
from reminder_app.database.monitor.watch import end as end_of
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.work import at_work

_recorders: dict[str, Recorder] = {}
# What was asked again and again in one request: a test-suite looks here after each test.
found: list[Found] = []
MOST_FOUND = 100


def recorder_of(settings: DatabaseSettings) -> Recorder:
    """One a database, whatever number of engines lead to it."""
    made = Recorder(settings.application_name, settings.monitor_seconds)
    return _recorders.setdefault(settings.url, made)


def after_fork() -> None:
    for recorder in _recorders.values():
        recorder.begin_anew()


os.register_at_fork(after_in_child=after_fork)


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    if not settings.monitor:
        return
    recorder = recorder_of(settings)
    Watch(
        ledger=recorder.ledger,
        slow_seconds=settings.slow_ms / 1000,
        repeats=settings.monitor_repeats,
        has_comments=engine.dialect.name != "sqlite",
        wake=recorder.wake,
    ).listen(engine)


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    if not settings.monitor:
        return
    recorder = recorder_of(settings)
    engine = recorder.engine = db.engine
    recorder.pool_figures = lambda: pool.figures(engine) | deadlocks.figures()

    # The very first: what recognises who asks is part of the request.
    @app.before_request
    def begin() -> None:
        unit_of_now.set(Unit(at_work()))

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        unit = unit_of_now.get()
        unit_of_now.set(None)
        if unit is not None and unit.repeated:
            found.extend(end_of(unit, recorder.ledger))
            del found[:-MOST_FOUND]


def flush(settings: DatabaseSettings) -> None:
    """Now, and not in a few seconds."""
    recorder_of(settings).flush()
