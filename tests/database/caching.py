"""Processes that share a database and a cache, as many as a test wants, in one process."""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import ForeignKey, MetaData, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from reminder_app.database import DatabaseSettings, db, engine
from reminder_app.database.cache.local import LocalStore
from reminder_app.database.cache.plain import key_of
from reminder_app.database.cache.queries import EXTENSION, current
from reminder_app.database.cache.reading import Cache, Query
from reminder_app.database.cache.references import References
from reminder_app.database.cache.shared import SharedStore
from reminder_app.database.cache.standing import RequestStanding, SessionStanding
from reminder_app.database.cache.store import Store
from reminder_app.database.cache.watch import Watch
from reminder_app.database.engine import WRITES, connect_to
from tests.servers import Redis, database_url
from tests.servers.redis import PATIENT


class Base(DeclarativeBase):
    metadata = MetaData()


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))


def fresh_url(name: str) -> str:
    """An empty database of the kind that is tested, for this worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return database_url(worker_id=f"{name}_{worker}")


class Process:
    """What one process has: an engine, a session, a cache of its own over the common store."""

    def __init__(self, url: str, store: Store, **options: Any) -> None:
        self.store = store
        if not url.startswith("sqlite"):
            options = {"isolation_level": "READ COMMITTED"} | options
        with patch.object(engine, "watchers", []):  # those of an application that ran before
            self.engine = connect_to(url, DatabaseSettings(url=url), **options)
        references = References(lambda: [Base.metadata])
        Watch(store, references).listen(self.engine)
        self.session = Session(self.engine, expire_on_commit=False)
        self.cache = Cache(store, references, SessionStanding(store, lambda: self.session))
        self.ran = 0
        self.queries = {
            "amounts": Query("amounts", 60, frozenset({"accounts"})),
            "notes": Query("notes", 60, frozenset({"notes"})),
            "both": Query("both", 60, frozenset({"accounts", "notes"})),
        }

    def begin(self) -> None:
        """A unit of work that writes, as @transaction begins it."""
        self.session.rollback()
        self.session.connection(execution_options={WRITES: True})

    def read(self, what: str, *, key: object = 0) -> Any:
        return self.cache.read(self.queries[what], key_of(what, key), lambda: self.run(what))

    def run(self, what: str) -> Any:
        self.ran += 1
        return truth(self.session, what)

    def crash(self) -> None:
        """Its connections end with it: what was open is rolled back by the server."""
        self.session.invalidate()
        self.engine.dispose()

    def close(self) -> None:
        self.session.close()
        self.engine.dispose()


class Crash(BaseException):
    pass


class Watched:
    """A store at whose steps others act, and at which its process may die."""

    def __init__(self, store: Store) -> None:
        self.real, self.name = store, store.name
        self.at_mark: list[Callable[[], object]] = []
        self.at_bump: list[Callable[[], object]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def mark(self, tables: Any) -> str:
        mark = self.real.mark(tables)
        self.run(self.at_mark)
        return mark

    def bump(self, tables: Any, mark: str) -> None:
        self.run(self.at_bump)
        self.real.bump(tables, mark)

    @staticmethod
    def run(acts: list[Callable[[], object]]) -> None:
        while acts:
            acts.pop(0)()


def truth(session: Session, what: str) -> Any:
    amounts = select(func.count(), func.coalesce(func.sum(Account.amount), 0))
    notes = select(func.count()).select_from(Note)
    found = {
        "amounts": lambda: tuple(map(int, session.execute(amounts).one())),
        "notes": lambda: session.scalar(notes),
        "both": lambda: session.execute(
            select(Account.id, func.count(Note.id))
            .outerjoin(Note, Note.account_id == Account.id)
            .group_by(Account.id)
            .order_by(Account.id)
        ).all(),
    }
    return found[what]()


def time_passes(redis: Redis, *processes: Process) -> None:
    """Marks of the dead and the doubts about first versions are over, and so is what writers remember."""
    with redis.client() as client:
        for key in client.keys("*:t:*"):
            for name in client.hkeys(key):
                if name != b"v":
                    client.hset(key, name, 0)
    for process in processes:
        store: Any = getattr(process.store, "real", process.store)
        if isinstance(store, SharedStore):
            store._uncached.clear()


def make_tables(url: str) -> None:
    engine = connect_to(url, DatabaseSettings(url=url))
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    engine.dispose()


def local_stores(url: str) -> Callable[[], Store]:
    """Each process has its own; the file tells what others committed."""
    path = url.removeprefix("sqlite:///")
    return lambda: LocalStore(path)


def shared_stores(redis_url: str, **options: Any) -> Callable[[], Store]:
    return lambda: SharedStore(f"{redis_url}?{PATIENT}", **options)


def switched_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """The application's cache; with a server and no Redis one as if this process were the only one."""
    if current() is None:
        monkeypatch.setitem(app.extensions, EXTENSION, of_one_process(app))
    cache = current()
    assert cache is not None
    cache.figures.numbers.clear()
    db.session.rollback()
    return cache


@lru_cache(maxsize=1)
def of_one_process(app: Flask) -> Cache:
    store, references = LocalStore(), References(lambda: db.metadatas.values())
    Watch(store, references).listen(db.engine)
    return Cache(store, references, RequestStanding(store), strict=True)
