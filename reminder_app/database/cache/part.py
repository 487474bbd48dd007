"""How the cache is wired: where it keeps its values, and what listens to the engines."""

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from reminder_app.database.cache.local import LocalStore
from reminder_app.database.cache.queries import EXTENSION
from reminder_app.database.cache.reading import Cache
from reminder_app.database.cache.references import References
from reminder_app.database.cache.shared import SharedStore
from reminder_app.database.cache.standing import RequestStanding
from reminder_app.database.cache.store import Store
from reminder_app.database.cache.watch import Watch
from reminder_app.database.engine import db
from reminder_app.database.settings import DatabaseSettings

MEMORY = ("", ":memory:")
_stores: dict[str, Store] = {}  # one for each place in a process, whoever asks
_references = References(lambda: db.metadatas.values())


def init_app(app: Flask, settings: DatabaseSettings) -> None:
    store = store_of(settings.url, settings)
    app.extensions[EXTENSION] = store and Cache(
        store, _references, RequestStanding(store), strict=app.testing
    )


def watch(engine: Engine, settings: DatabaseSettings) -> None:
    """Every engine that may write."""
    url = engine.url.render_as_string(hide_password=False)
    if store := store_of(url, settings):
        Watch(store, _references).listen(engine)


def store_of(url: str, settings: DatabaseSettings) -> Store | None:
    """SQLite tells by itself what was committed; a server's many processes need Redis."""
    if not settings.cache:
        return None
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        path = "" if where.database in (None, *MEMORY) else str(where.database)
        return _stores.setdefault(path, LocalStore(path))
    if not settings.redis_url:
        return None
    if settings.redis_url not in _stores:
        _stores[settings.redis_url] = SharedStore(settings.redis_url)
    return _stores[settings.redis_url]
