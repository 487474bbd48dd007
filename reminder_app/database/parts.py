"""Every part of the layer, in the order in which they are wired: one init_app for all of it."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import Engine

from reminder_app.database import budget, connections, engine, leaks, pool
from reminder_app.database.advisor import part as advisor
from reminder_app.database.cache import part as cache
from reminder_app.database.health import cli as health
from reminder_app.database.maintenance import part as maintenance
from reminder_app.database.migrations import cli as migrations
from reminder_app.database.monitor import deadlocks
from reminder_app.database.monitor import part as monitor
from reminder_app.database.relationships import cli as relationships
from reminder_app.database.routing import wiring as routing
from reminder_app.database.sealing import cli as sealing
from reminder_app.database.settings import DatabaseSettings
from reminder_app.database.setup import cli as setup

# Called with each engine that is made, also with those that parts make for themselves.
WATCHERS: tuple[Callable[[Engine, DatabaseSettings], object], ...] = (
    pool.watch,
    leaks.watch,
    connections.watch,
    budget.watch,
    deadlocks.watch,
    monitor.watch,
    cache.watch,
)
# Called once an application, inside its context, when its engine is there. A part that its settings
# switch off does nothing.
PARTS: tuple[Callable[[Flask, DatabaseSettings], object], ...] = (
    monitor.init_app,
    advisor.init_app,
    cache.init_app,
    routing.init_app,
    migrations.init_app,
    relationships.init_app,
    health.init_app,
    setup.init_app,
    sealing.init_app,
    maintenance.init_app,
)


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    engine.watchers[:] = WATCHERS
    engine.init_app(app, settings)
    with app.app_context():
        for part in PARTS:
            part(app, settings)
