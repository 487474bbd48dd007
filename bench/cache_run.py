"""`bin/bench cache`: a heavy aggregate and a cheap look-up, without a cache, with ours, and with dogpile.cache."""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from flask import Flask
from redis import ConnectionPool
from sqlalchemy import text

from bench.figures import Fault
from bench.paths import CACHE
from bench.product import settings
from bench.servers import DurableMariaDB, PostfixSink
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db, session_scope
from reminder_app.database.cache import cached_query
from reminder_app.database.cache.queries import EXTENSION, current
from terminal import Progress
from tests.servers import Redis
from tests.servers.process import PREFIX

THREADS, SLOW, WARM_UP = 200, 0.3, 5
HEAVY = (
    "SELECT state, channel, count(*), avg(tries), max(due_at) FROM bench_messages "
    "GROUP BY state, channel"
)
CHEAP = "SELECT id, state, channel, tries, due_at FROM bench_messages WHERE id = :id"
TABLE = """CREATE TABLE bench_messages (
    id INT PRIMARY KEY AUTO_INCREMENT, state VARCHAR(12) NOT NULL, channel VARCHAR(12) NOT NULL,
    tries INT NOT NULL, due_at DATETIME(6) NOT NULL) ENGINE=InnoDB"""
FIRST = (
    "INSERT INTO bench_messages (state, channel, tries, due_at) VALUES ('sent', 'email', 1, NOW(6))"
)
DOUBLE = (
    "INSERT INTO bench_messages (state, channel, tries, due_at) SELECT "
    "ELT(1 + id % 5, 'sent', 'failed', 'pending', 'held', 'unknown'), "
    "ELT(1 + id % 3, 'email', 'push', 'webhook'), id % 7, NOW(6) - INTERVAL id SECOND "
    "FROM bench_messages LIMIT {many}"
)
Ask = Callable[[], Any]


def heavy() -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(text(HEAVY))]


def cheap(number: int) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(text(CHEAP), {"id": number})]


def slow() -> list[tuple[Any, ...]]:
    asked.append(1)
    return [tuple(row) for row in db.session.execute(text(f"SELECT SLEEP({SLOW})"))]


asked: list[int] = []  # how often slow() was run


class Contestant(NamedTuple):
    heavy: Ask
    cheap: Callable[[int], Any]
    slow: Ask


def contestants(redis: Redis) -> dict[str, Contestant]:
    return {"none": Contestant(heavy, cheap, slow), "ours": ours(), "dogpile": dogpile(redis)}


def ours() -> Contestant:
    tables = ["bench_messages"]
    return Contestant(
        cached_query(tables=tables)(heavy),
        cached_query(tables=tables)(cheap),
        cached_query(ttl=0.2, tables=tables)(slow),
    )


def dogpile(redis: Redis) -> Contestant:
    """As its manual has it for several processes: with its lock in Redis."""
    from dogpile.cache import make_region  # noqa: PLC0415 - of requirements-dev.txt alone

    region = make_region().configure(
        "dogpile.cache.redis",
        expiration_time=300,
        arguments={
            # Its own pool ends at 100 connections, and a thread more is an error.
            "connection_pool": ConnectionPool.from_url(redis.url, max_connections=2 * THREADS),
            "distributed_lock": True,
            "thread_local_lock": False,
            "lock_timeout": 30,
        },
    )
    soon = region.cache_on_arguments(expiration_time=0.2)
    each = region.cache_on_arguments()
    return Contestant(each(heavy), each(cheap), soon(slow))


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    with product() as (app, database, redis), app.app_context():
        fill(database, given.rows)
        found = contestants(redis)
        trust(redis)
        times = {
            "heavy, a hit": by_turns(found, lambda one: one.heavy(), given.calls, progress),
            "cheap, a hit": by_turns(found, lambda one: one.cheap(1), given.calls, progress),
            "cheap, a miss": misses(found, given.calls, progress),
        }
        commits = writing(app, given.calls)
        crowds = {name: crowd(app, one) for name, one in found.items()}
    say(progress, times, commits, crowds)
    if crowds["ours"] != 1:
        raise Fault(f"{THREADS} threads at an expired key made {crowds['ours']} queries.")
    return {"ms": times, "commit_ms": commits, "queries_of_a_crowd": crowds, "rows": given.rows}


@contextmanager
def product() -> Iterator[tuple[Flask, DurableMariaDB, Redis]]:
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=CACHE) as name,
        DurableMariaDB() as database,
        Redis() as redis,
    ):
        environ = settings(Path(name), database, redis, PostfixSink()) | {"DB_MONITOR": "off"}
        yield create_app(load(environ)), database, redis


def fill(database: DurableMariaDB, rows: int) -> None:
    with database.connect("app") as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(FIRST)
        have = 1
        while have < rows:
            have += cursor.execute(DOUBLE.format(many=min(have, rows - have)))
        cursor.execute("ANALYZE TABLE bench_messages")


def trust(redis: Redis) -> None:
    """A first version is not trusted for 40 s, lest a commit was under way: none was."""
    cache = current()
    if cache is None:
        raise Fault("The cache is off.")
    cache.store.look("nothing", ["bench_messages"])
    with redis.client() as client:
        for key in client.keys("*:t:*"):
            client.hdel(key, "born")


def by_turns(
    found: dict[str, Contestant], ask: Callable[[Contestant], Any], calls: int, progress: Progress
) -> dict[str, float]:
    """Milliseconds as a request waits for it, connection and transaction included; the median."""
    times: dict[str, list[float]] = {name: [] for name in found}
    for number in range(WARM_UP + calls):
        progress.passing(f"call {number + 1} of {WARM_UP + calls}")
        for name, one in found.items():
            began = time.perf_counter()
            ask(one)
            db.session.rollback()
            if number >= WARM_UP:
                times[name].append(time.perf_counter() - began)
    return {name: median(each) * 1000 for name, each in times.items()}


def misses(found: dict[str, Contestant], calls: int, progress: Progress) -> dict[str, float]:
    """Another row each time: what is paid for a value that nobody asks for again."""
    rows = iter(range(1000, 10_000_000))
    return by_turns(found, lambda one: one.cheap(next(rows)), min(calls, 90), progress)


def writing(app: Flask, calls: int) -> dict[str, float]:
    """A transaction of one UPDATE, with the cache told of it and without."""
    store = app.extensions[EXTENSION].store
    told, silent = store.mark, store.bump
    times: dict[str, list[float]] = {"none": [], "ours": []}
    for number in range(WARM_UP + min(calls, 200)):
        for name, each in times.items():
            is_told = name == "ours"
            store.mark = told if is_told else lambda _tables: ""
            store.bump = silent if is_told else lambda _tables, _mark: None
            began = time.perf_counter()
            with session_scope("bench", app) as session:
                session.execute(text("UPDATE bench_messages SET tries = tries + 1 WHERE id = 1"))
            if number >= WARM_UP:
                each.append(time.perf_counter() - began)
    del store.mark, store.bump
    return {name: median(each) * 1000 for name, each in times.items()}


def crowd(app: Flask, one: Contestant) -> int:
    """So many queries when all threads want at once what has just expired."""
    one.slow()
    db.session.rollback()
    time.sleep(1)
    asked.clear()
    start = threading.Barrier(THREADS)

    def ask(_number: int) -> None:
        with app.app_context():
            start.wait()
            one.slow()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, range(THREADS)))
    return len(asked)


def say(
    progress: Progress,
    times: dict[str, dict[str, float]],
    commits: dict[str, float],
    crowds: dict[str, int],
) -> None:
    progress.say(f"{'ms':<34}{'none':>9}{'ours':>9}{'dogpile':>9}{'none / ours':>13}")
    for what, each in times.items():
        none, mine, other = each["none"], each["ours"], each["dogpile"]
        progress.say(f"{what:<34}{none:>9.3f}{mine:>9.3f}{other:>9.3f}{none / mine:>13.2f}")
    progress.say(f"{'a commit of one UPDATE':<34}{commits['none']:>9.3f}{commits['ours']:>9.3f}")
    queries = f"{crowds['none']:>9}{crowds['ours']:>9}{crowds['dogpile']:>9}"
    progress.say(f"{f'queries of {THREADS} threads at once':<34}{queries}")
    progress.say("dogpile.cache keeps a value for its time, whatever is written meanwhile.")
