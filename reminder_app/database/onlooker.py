"""A connection that sees what others do on the server, where the settings name an account that may."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from reminder_app.database.engine import connect_to, db, settings_of


@contextmanager
def onlooker(name: str) -> Iterator[Connection]:
    """By MONITOR_URL; without it the application's own."""
    settings = settings_of()
    if not settings.monitor_url:
        with db.engine.connect() as connection:
            yield connection
        return
    engine = connect_to(settings.monitor_url, settings, name, pool_size=1, max_overflow=0)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
