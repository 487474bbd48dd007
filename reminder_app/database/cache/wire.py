"""One command, one answer, over connections that are kept open. Whoever hangs is left alone for a while."""

import logging
import os
import re
import time
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as Silent
from redis.retry import Retry

log = logging.getLogger(__name__)
SECONDS = 0.25  # that it may be silent: a transaction may wait for it, with rows locked
AWAY_SECONDS = 10.0  # that it is left alone after it did not answer
MOST_IDLE = 32
RUN_ID = re.compile(rb"run_id:(\w{8})")


class Away(Exception):
    """Nobody to ask just now."""


@dataclass
class Line:
    connection: Any  # redis-py leaves its methods untyped
    prefix: str


class Wire:
    def __init__(self, url: str, prefix: str, script: str) -> None:
        self._url, self._prefix, self._script = url, prefix, script
        self._sha = sha1(script.encode(), usedforsecurity=False).hexdigest()
        self._away_until = 0.0
        self._said_away = False
        self._make()

    def _make(self) -> None:
        self._pid, self._idle = os.getpid(), list[Line]()
        self._pool = ConnectionPool.from_url(
            self._url,
            protocol=2,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
            max_connections=2**31,  # it counts those it made, and not those that are gone
        )

    @property
    def is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def call(self, *words: Any) -> Any:
        """Run the script. Raises Away; and ResponseError for what the server refuses, such as memory."""
        if self.is_away:
            raise Away
        return self.probe(*words)

    def probe(self, *words: Any) -> Any:
        """As call(), also while it is left alone: for whom nobody waits."""
        answer = self._with_line(lambda line: self._run(line, words))
        self._away_until = 0.0
        return answer

    def command(self, name: str, *keys: str) -> Any:
        """A plain command on keys of ours."""
        if self.is_away:
            raise Away
        return self._with_line(lambda line: ask(line, name, *(line.prefix + key for key in keys)))

    def _with_line(self, act: Any) -> Any:
        """Twice at the most: a connection that lay idle may have been closed long ago."""
        if self._pid != os.getpid():
            self._make()  # a child must not talk over its parent's connections
        line = self._last_idle()
        try:
            if line:
                return self._used(line, act)
        except Lost:
            self._idle.clear()
        try:
            return self._used(self._opened(), act)
        except Lost as error:
            raise self._is_away(error) from error

    def _last_idle(self) -> Line | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _used(self, line: Line, act: Any) -> Any:
        is_good = False
        try:
            answer = act(line)
            is_good = True
        except ResponseError:
            is_good = True  # it answered
            raise
        except Silent as error:
            raise self._is_away(error) from error
        except Lost:
            raise
        except (RedisError, OSError) as error:
            raise self._is_away(error) from error
        finally:
            # Whatever else interrupts it, its answer may still come, and is for nobody.
            if is_good and len(self._idle) < MOST_IDLE:
                self._idle.append(line)
            else:
                line.connection.disconnect()
        return answer

    def _opened(self) -> Line:
        """Keys belong to a run of the server: one that starts again may bring back old versions."""
        connection: Any = self._pool.make_connection()
        try:
            connection.connect()
            connection.send_command("INFO", "server")
            found = RUN_ID.search(bytes(connection.read_response()))
            run = found[1].decode() if found else "?"
        except (RedisError, OSError) as error:
            connection.disconnect()
            raise self._is_away(error) from error
        if self._said_away:
            self._said_away = False
            log.warning("the cache is there again")
        return Line(connection, f"{self._prefix}{run}:")

    def _run(self, line: Line, words: tuple[Any, ...]) -> Any:
        try:
            return ask(line, "EVALSHA", self._sha, 1, line.prefix, *words)
        except NoScriptError:
            return ask(line, "EVAL", self._script, 1, line.prefix, *words)

    def _is_away(self, error: Exception) -> Away:
        self._idle.clear()
        self._away_until = time.monotonic() + AWAY_SECONDS
        if not self._said_away:
            self._said_away = True
            log.warning("the cache is off while Redis is away: %s", error)
        return Away(str(error))


def ask(line: Line, *words: Any) -> Any:
    line.connection.send_command(*words)
    return line.connection.read_response()
