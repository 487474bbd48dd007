"""A thread for each server that is looked at: one that hangs holds up no other."""

import logging
import os
import threading
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)
Look = Callable[[], object]


class Watch:
    """Begins at the first use: a process that only forks others has no threads of its own."""

    def __init__(self, looks: Sequence[tuple[str, Look]], seconds: float) -> None:
        self._looks, self._seconds = looks, seconds
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0

    def start(self) -> None:
        """Once a process. The first look is waited for: without it nobody knows what may be read."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self.look()
            self._ended.clear()
            for name, look in self._looks if self._seconds else ():
                threading.Thread(
                    target=self._go_on, args=(look,), name=f"watch {name}", daemon=True
                ).start()
            self._pid = os.getpid()

    def look(self) -> None:
        for _, look in self._looks:
            safely(look)

    def stop(self) -> None:
        self._ended.set()
        self._pid = 0

    def _go_on(self, look: Look) -> None:
        while not self._ended.wait(self._seconds):
            safely(look)


def safely(look: Look) -> None:
    """A watch that has ended says for ever what it saw last."""
    try:
        look()
    except Exception:
        log.exception("looking at a database server failed")
