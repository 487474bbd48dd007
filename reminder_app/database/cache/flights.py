"""One of a process's threads runs a query; those who want the same wait for it here, and not at the store.

A flight belongs to versions: whoever joins has read the same ones, so that the query began after all that
the one who joins has to see.
"""

import os
import threading
from dataclasses import dataclass, field


@dataclass
class Flight:
    ended: threading.Event = field(default_factory=threading.Event)
    value: bytes | None = None  # None at its end: it failed


class Flights:
    def __init__(self) -> None:
        self._pid, self._lock = os.getpid(), threading.Lock()
        self._under_way: dict[tuple[str, str], Flight] = {}

    def begin(self, key: str, versions: str) -> Flight:
        flight = Flight()
        with self._mine():
            self._under_way[key, versions] = flight
        return flight

    def joined(self, key: str, versions: str) -> Flight | None:
        with self._mine():
            return self._under_way.get((key, versions))

    def end(self, key: str, versions: str, flight: Flight, value: bytes | None) -> None:
        flight.value = value
        with self._mine():
            if self._under_way.get((key, versions)) is flight:
                del self._under_way[key, versions]
        flight.ended.set()

    def _mine(self) -> threading.Lock:
        if self._pid != os.getpid():  # a child flies none of its parent's
            self.__init__()  # type: ignore[misc]
        return self._lock
