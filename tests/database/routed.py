"""A bare application with a primary and readers, and one table that knows nothing of the product."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import text

from reminder_app.database import DatabaseSettings, db, parts, routing, transaction


@contextmanager
def routed(url: str, read_urls: Sequence[str], **settings: object) -> Iterator[Flask]:
    """Nobody looks at the servers by the second: tests say when."""
    app = Flask("routed")
    defaults = {"probe_seconds": 0, "monitor": False, "audit": False}
    parts.init_app(app, DatabaseSettings(url=url, read_urls=read_urls, **{**defaults, **settings}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        if router := routing.current():
            router.close()


def make_table() -> None:
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER)"))
        connection.execute(text("INSERT INTO notes VALUES (1, 0)"))


@transaction
def write(n: int) -> None:
    db.session.execute(text("UPDATE notes SET n = :n WHERE id = 1"), {"n": n})


def read() -> int | None:
    return db.session.scalar(text("SELECT n FROM notes WHERE id = 1"))
