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
    Tab("Overview", "database.overview", below=("database.query",)),
    Tab("Health", "database.health"),
    Tab("Slow queries", "database.slow"),
    Tab("Explain", "database.explain", below=("database.explain_query",)),
    Tab("Missing indexes", "database.advice"),
    Tab("Tables", "database.tables", below=("database.table",)),
    Tab("Months", "database.months"),
    Tab("Backups", "database.backups"),
    Tab("Upkeep", "database.upkeep"),
    Tab("Connections", "database.connections"),
    Tab("Server", "database.server"),
    Tab("Cache", "database.cached"),
    Tab("Replicas", "database.replicas"),
    Tab("Changes", "database.changes", below=("database.change", "database.changes_of")),
]


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = TABS
    app.register_blueprint(console.pages)
    app.register_blueprint(console.api)
