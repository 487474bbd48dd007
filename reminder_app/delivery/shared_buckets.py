"""The buckets that all workers share, in Redis; while it is away, a share of each for this process."""

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from reminder_app.delivery.buckets import Answer, Bucket, Buckets, Request, Verdict

log = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("buckets.lua").read_text(encoding="utf-8")
NOWHERE = "redis://localhost"  # never asked
# In braces: on a cluster all of them are kept by one node, as a script wants it.
PREFIX = "{sending}"
SECONDS = 0.5  # that Redis may be silent: rows are locked meanwhile
AWAY_SECONDS = 10.0  # that it is left alone after it did not answer
SEEN_SECONDS = 60  # that a worker counts as one of those who share
Given = dict[str, int]  # tokens to give back, by the bucket's name


class SharedBuckets:
    def __init__(self, url: str, worker: str, least_workers: int) -> None:
        """`least_workers`: how many share a rate at least, when nobody can be asked."""
        self._worker, self._workers = worker, least_workers
        self._least_workers = least_workers
        self._own = Buckets()
        self._away_until = 0.0
        self._connection = connection(url or NOWHERE)
        self._has_redis = bool(url)

    def close(self) -> None:
        self._connection.disconnect()

    def ready(self) -> None:
        """Connect where it is needed. Before a transaction: looking up a name may take its time."""
        if not self._has_redis or time.monotonic() < self._away_until or self._is_connected:
            return
        try:
            self._connection.disconnect()
            self._connection.connect()
        except (RedisError, OSError) as error:
            self._is_away(error)

    @property
    def _is_connected(self) -> bool:
        """Whatever comes unasked makes it useless, and most of all its end."""
        try:
            return self._connection.is_connected and not self._connection.can_read(0)
        except (RedisError, OSError):
            return False

    def ask(
        self,
        buckets: Sequence[Bucket],
        requests: Sequence[Request] = (),
        most: int = 0,
        given: Given | None = None,
    ) -> Answer:
        """As Buckets.ask(); what is given back counts before.

        One round trip through what ready() opened, and never a new connection: after SECONDS of
        silence, and at once where there is none, this process answers itself.
        """
        if self._connection.is_connected:
            try:
                return self._ask_all(buckets, requests, most, given or {})
            except (RedisError, OSError) as error:
                self._is_away(error)
        return self._ask_ourselves(buckets, requests, most, given or {})

    def forget_lines(self, bucket: Bucket) -> None:
        """Nobody waits there any more."""
        self._own.forget_lines(bucket.name)
        if self._connection.is_connected:
            try:
                self._run("DEL", f"{PREFIX}:lines:{bucket.name}")
            except (RedisError, OSError) as error:
                self._is_away(error)

    def _run(self, *command: Any) -> Any:
        self._connection.send_command(*command)
        return self._connection.read_response()

    def _ask_all(
        self, buckets: Sequence[Bucket], requests: Sequence[Request], most: int, given: Given
    ) -> Answer:
        asked = {
            "worker": self._worker,
            "seen": SEEN_SECONDS,
            "most": most,
            "buckets": [[b.name, b.interval, b.burst, given.get(b.name, 0)] for b in buckets],
            "requests": [[r.line, int(r.has_waited), *r.buckets] for r in requests],
        }
        # All of the script: it is short, and to name it may take two round trips more.
        told: Any = json.loads(self._run("EVAL", SCRIPT, 1, PREFIX, json.dumps(asked)))
        self._workers = max(told["workers"], self._least_workers)
        if self._away_until:
            self._away_until = 0.0
            log.warning("all workers share the rates again")
        verdicts = [
            Verdict(None if wait < 0 else wait, why)
            for wait, why in zip(told["waits"], told["why"], strict=True)
        ]
        return Answer(verdicts, list(told["spare"]))

    def _ask_ourselves(
        self, buckets: Sequence[Bucket], requests: Sequence[Request], most: int, given: Given
    ) -> Answer:
        shares = [self._share(bucket) for bucket in buckets]
        now = time.monotonic()
        self._own.give_back([(b, given[b.name]) for b in shares if b.name in given], now)
        return self._own.ask(shares, requests, most, now)

    def _share(self, bucket: Bucket) -> Bucket:
        interval, burst = bucket.interval * self._workers, bucket.burst // self._workers
        return Bucket(bucket.name, interval, max(burst, 1))

    def _is_away(self, error: Exception) -> None:
        self._connection.disconnect()  # its answer may still come, and is for nobody
        if not self._away_until:
            log.warning("Redis is away, so this process keeps to its share of the rates: %s", error)
            # What was free there has been used there.
            self._own = Buckets(empty_at=time.monotonic())
        self._away_until = time.monotonic() + AWAY_SECONDS


def connection(url: str) -> Any:  # redis-py leaves its methods untyped
    """Not open yet. Not given back to its pool, which would open another one at any time."""
    pool = ConnectionPool.from_url(
        url,
        protocol=2,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return pool.make_connection()
