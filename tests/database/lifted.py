"""The layer in an application of somebody else's: nothing of the product but the layer itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import DatabaseSettings, Model, db, parts
from tests.servers import database_url

FEW: dict[str, Any] = {"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.3}
FEW |= {"audit": False, "monitor_seconds": 0}


class Account(Model):
    """A foreign table, of an application that this layer knows nothing of."""

    __tablename__ = "lifted_accounts"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    balance: Mapped[int] = mapped_column(default=0)


# Tests of the product run in the same process: it is none of the product's tables.
db.metadata.remove(Account.__table__)


@contextmanager
def lifted(url: str, **settings: Any) -> Iterator[Flask]:
    """In its context, with the one table made anew."""
    app = Flask("somebody_elses")
    app.config["TESTING"] = True
    parts.init_app(app, DatabaseSettings(url=url, **FEW | settings))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def make_tables() -> None:
    with db.engine.begin() as connection:
        Account.__table__.drop(connection, checkfirst=True)
        Account.__table__.create(connection)


def balances() -> dict[str, int]:
    """What is committed, seen by another connection."""
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, balance FROM lifted_accounts"))
        return {row.name: row.balance for row in rows}


def url_for(name: str) -> str:
    """A database of its own on the server that is tested: sqlite, mariadb or mysql."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return database_url(worker_id=f"{worker}_{name}")


KIND = os.environ.get("TEST_DATABASE", "sqlite")
on_servers = pytest.mark.servers_only  # row locks, time limits, connections of others
