"""The buckets that all workers share, in Redis; while it is away, a share of each for this process."""

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from reminder_app.delivery.buckets import Answer, Bucket, Buckets, Request, Verdict

log = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("buckets.lua").read_text(encoding="utf-8")
# In braces: on a cluster all of them are kept by one node, as a script wants it.
NOWHERE = "redis://localhost"  # never asked
PREFIX = "{sending}"
SECONDS = 0.5  # that Redis may take: rows are locked meanwhile
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
        self._redis = client(url or NOWHERE)
        self._ask_redis = self._redis.register_script(SCRIPT)
        self._has_redis = bool(url)

    def close(self) -> None:
        self._redis.close()

    def ask(
        self,
        buckets: Sequence[Bucket],
        requests: Sequence[Request] = (),
        most: int = 0,
        given: Given | None = None,
    ) -> Answer:
        """As Buckets.ask(); what is given back counts before. Never waits longer than SECONDS."""
        if self._can_ask:
            try:
                return self._ask_all(buckets, requests, most, given or {})
            except (RedisError, OSError) as error:
                self._is_away(error, buckets)
        return self._ask_ourselves(buckets, requests, most, given or {})

    @property
    def _can_ask(self) -> bool:
        return self._has_redis and time.monotonic() >= self._away_until

    def forget_lines(self, bucket: Bucket) -> None:
        """Nobody waits there any more."""
        self._own.forget_lines(bucket.name)
        if self._can_ask:
            try:
                self._redis.delete(f"{PREFIX}:lines:{bucket.name}")
            except (RedisError, OSError) as error:
                self._is_away(error, [bucket])

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
        told: Any = json.loads(self._ask_redis(keys=[PREFIX], args=[json.dumps(asked)]))
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

    def _is_away(self, error: Exception, buckets: Sequence[Bucket]) -> None:
        if not self._away_until:
            log.warning("Redis is away, so this process keeps to its share of the rates: %s", error)
            # What was free there has been used there.
            self._own = Buckets()
            self._own.drain([self._share(bucket) for bucket in buckets], time.monotonic())
        self._away_until = time.monotonic() + AWAY_SECONDS


def client(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
