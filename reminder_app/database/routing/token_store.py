"""Whose last write is where, in Redis: for all processes, and for half a minute."""

import logging
import time
from collections.abc import Sequence

import redis

from reminder_app.database.routing.tokens import Token

log = logging.getLogger(__name__)
PREFIX = "reminder_app:routing:"
ANSWER_SECONDS, REST_SECONDS = 0.2, 1.0
# Two writes of one person can end in one order and arrive here in the other: the later one stays.
SAVE = """
local old = redis.call('GET', KEYS[1])
local new_weight = tonumber(ARGV[3])
if old and new_weight > 0 and tonumber(string.match(old, '^%d+')) > new_weight then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
# Only what was looked at: a write may have come in between.
FORGET = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


class TokenStore:
    """Away, it knows nothing, and says so: then nobody is sent to a reader."""

    def __init__(self, url: str, keep_seconds: float) -> None:
        self.keep = max(1, round(keep_seconds))
        self.client: redis.Redis = redis.Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            decode_responses=True,
        )
        self._save = self.client.register_script(SAVE)
        self._forget = self.client.register_script(FORGET)
        self._rests_until = 0.0
        self._lost_until = 0.0

    def remember(self, principals: Sequence[str], token: Token) -> None:
        try:
            self._rest()
            for principal in principals:
                self._save([PREFIX + principal], [token.packed(), self.keep, token.weight])
        except redis.RedisError as error:
            self._failed(error)
            # This write is known to nobody: until it is everywhere, nothing here goes to a reader.
            self._lost_until = time.monotonic() + self.keep

    def tokens_of(self, principals: Sequence[str]) -> dict[str, Token] | None:
        """Of those who wrote lately. None: nobody knows."""
        if time.monotonic() < self._lost_until:
            return None
        try:
            self._rest()
            found = self.client.mget([PREFIX + principal for principal in principals])
        except redis.RedisError as error:
            self._failed(error)
            return None
        told = zip(principals, found, strict=True)
        tokens = {principal: Token.unpacked(str(text)) for principal, text in told if text}
        return {principal: token for principal, token in tokens.items() if token}

    def forget(self, principal: str, token: Token) -> None:
        """When all replicas have it: otherwise the next look would meet one that has not."""
        try:
            self._rest()
            self._forget([PREFIX + principal], [token.packed()])
        except redis.RedisError as error:
            self._failed(error)

    def _rest(self) -> None:
        if time.monotonic() < self._rests_until:
            raise redis.ConnectionError("not asked: it did not answer a moment ago")

    def _failed(self, error: redis.RedisError) -> None:
        if time.monotonic() >= self._rests_until:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("reads go to the writer: Redis is away (%s)", error)
