"""All parts of the database console: the modules that have its views, and its tabs in their order."""

from flask import Flask

from reminder_app.operations import (
    advisor_api,
    advisor_pages,
    audit_pages,
    cache_pages,
    console,
    health_pages,
    monitor_api,
    monitor_pages,
    replica_pages,
    upkeep_pages,
)
from reminder_app.operations.console import EXTENSION, Tab
from reminder_app.translations import lazy_gettext

# A module that is named here is imported, and with that its views are there.
PARTS = (
    monitor_pages,
    monitor_api,
    cache_pages,
    replica_pages,
    health_pages,
    audit_pages,
    advisor_pages,
    advisor_api,
    upkeep_pages,
)
# How it is; what it is asked; what it holds; what serves it; who changed what.
TABS = [
    Tab(lazy_gettext("Overview"), "database.overview", below=("database.query",)),
    Tab(lazy_gettext("Health"), "database.health"),
    Tab(lazy_gettext("Slow queries"), "database.slow"),
    Tab(lazy_gettext("Explain"), "database.explain", below=("database.explain_query",)),
    Tab(lazy_gettext("Missing indexes"), "database.advice"),
    Tab(lazy_gettext("Tables"), "database.tables", below=("database.table",)),
    Tab(lazy_gettext("Months"), "database.months"),
    Tab(lazy_gettext("Backups"), "database.backups"),
    Tab(lazy_gettext("Upkeep"), "database.upkeep"),
    Tab(lazy_gettext("Connections"), "database.connections"),
    Tab(lazy_gettext("Server"), "database.server"),
    Tab(lazy_gettext("Cache"), "database.cached"),
    Tab(lazy_gettext("Replicas"), "database.replicas"),
    Tab(
        lazy_gettext("Changes"),
        "database.changes",
        below=("database.change", "database.changes_of"),
    ),
]


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = TABS
    app.register_blueprint(console.pages)
    app.register_blueprint(console.api)
