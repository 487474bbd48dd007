"""Writers are killed with -9 at any moment of their commits; whoever reads through the cache never reads behind them."""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import insert

from reminder_app.database.cache.shared import SharedStore
from tests.database.caching import Account, Process, make_tables
from tests.servers import MariaDB, Redis

pytestmark = pytest.mark.faults
KILLS, READERS, COMMIT_SECONDS = 8, 2, 2.0
WRITER = """
import sys
from sqlalchemy import update
from reminder_app.database.cache.shared import SharedStore
from tests.database.caching import Account, Process
url, redis, commit_seconds = sys.argv[1:]
process = Process(url, SharedStore(redis, commit_seconds=float(commit_seconds)))
number = int(sys.stdin.readline())
while True:
    number += 1
    process.begin()
    process.session.execute(update(Account).values(amount=number))
    process.session.commit()
    print(number, flush=True)
"""


class Readers:
    """Each with a process's cache of its own, all the time."""

    def __init__(self, url: str, redis: Redis) -> None:
        self.committed, self.stale, self.hits = 0, list[tuple[int, int]](), 0
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self.read, args=[url, redis.url]) for _ in range(READERS)
        ]

    def read(self, url: str, redis_url: str) -> None:
        process = Process(url, SharedStore(redis_url, commit_seconds=COMMIT_SECONDS))
        while not self.stopped.is_set():
            least = self.committed
            _, amount = process.read("amounts")
            process.session.rollback()
            if amount < least:
                self.stale.append((amount, least))
        self.hits += int(process.cache.figures.numbers["amounts|hits"])
        process.close()


def test_no_reader_is_behind_a_writer_that_was_killed():
    with MariaDB() as database, Redis() as redis:
        make_tables(database.url)
        first = Process(database.url, SharedStore(redis.url, commit_seconds=COMMIT_SECONDS))
        with first.engine.begin() as connection:
            connection.execute(insert(Account).values(id=1, amount=0))
        readers = Readers(database.url, redis)
        for thread in readers.threads:
            thread.start()
        chance = random.Random(7)
        writers = [start(database.url, redis) for _ in range(KILLS)]
        for number, writer in enumerate(writers):
            write_and_die(writer, readers, chance.uniform(0.02, 0.15))
            if number % 4 == 3:
                time.sleep(COMMIT_SECONDS + 1)  # its marks are over: the cache is used again
        readers.stopped.set()
        for thread in readers.threads:
            thread.join()
        first.close()

    assert readers.stale == []
    assert readers.committed > KILLS
    assert readers.hits > 100


def start(url: str, redis: Redis) -> "subprocess.Popen[str]":
    """It waits for its first number: to start takes longer than to write."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, redis.url, str(COMMIT_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )


def write_and_die(writer: "subprocess.Popen[str]", readers: Readers, seconds: float) -> None:
    assert writer.stdin
    assert writer.stdout
    with writer:
        # One more may have been committed than was told.
        writer.stdin.write(f"{readers.committed + 1}\n")
        writer.stdin.flush()
        end = 0.0
        for line in writer.stdout:
            readers.committed = max(readers.committed, int(line))
            end = end or time.monotonic() + seconds
            if time.monotonic() >= end:
                break
        writer.kill()
        for line in writer.stdout.read().splitlines():
            readers.committed = max(readers.committed, int(line))
