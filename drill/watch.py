"""Looks at the ledger all the time: which doubts there ever were, and when a dead worker's rows are settled."""

import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import pymysql

from drill.world import World, pid_of

LOOK_EVERY = 0.1
LASTING = 1.0  # seconds
HELD = "SELECT DISTINCT worker FROM deliveries WHERE state = 'handing_over'"
IN_DOUBT = "SELECT id FROM deliveries WHERE state = 'unknown'"


@dataclass
class Recovery:
    """Of what these processes held when they were killed."""

    pids: set[int]
    killed_at: float = field(default_factory=time.monotonic)
    at: float = field(default_factory=time.time)
    held_any: bool = False
    seconds: float | None = None


@dataclass
class Watcher:
    world: World
    doubts: dict[uuid.UUID, float] = field(default_factory=dict)  # when each was first seen
    last_seen: dict[uuid.UUID, float] = field(default_factory=dict)
    recoveries: list[Recovery] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._is_over.set()
        self._thread.join(10)

    def killed(self, *pids: int) -> None:
        self.recoveries.append(Recovery(set(pids)))

    def _watch(self) -> None:
        while not self._is_over.is_set():
            with suppress(pymysql.err.Error, OSError):
                self._look_while_connected()
            self._is_over.wait(LOOK_EVERY)

    def _look_while_connected(self) -> None:
        with self.world.database.connect("app") as connection, connection.cursor() as cursor:
            while not self._is_over.wait(LOOK_EVERY):
                self._look(cursor)

    def _look(self, cursor: Any) -> None:
        looked_at = time.monotonic()
        cursor.execute(HELD)
        holding = {pid_of(worker) for (worker,) in cursor.fetchall()}
        for one in list(self.recoveries):
            if one.seconds is None and looked_at > one.killed_at:
                self._note(one, holding, looked_at)
        cursor.execute(IN_DOUBT)
        for (found,) in cursor.fetchall():
            one = uuid.UUID(bytes=found)
            self.last_seen[one] = time.time()
            self.doubts.setdefault(one, self.last_seen[one])

    def lasting(self) -> dict[uuid.UUID, float]:
        """Not those that one process wrote down while another was looking into a journal."""
        seen = self.doubts.copy()  # at once: the other thread goes on
        return {one: at for one, at in seen.items() if self.last_seen[one] - at >= LASTING}

    def _note(self, one: Recovery, holding: set[int], looked_at: float) -> None:
        if one.pids & holding:
            one.held_any = True
        else:
            one.seconds = looked_at - one.killed_at
