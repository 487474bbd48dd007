"""A server that takes connections and never says a word."""

import socket
import threading
from typing import Self


class Hanging:
    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._open: list[socket.socket] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def wait_for(self, many: int, seconds: float = 60) -> bool:
        """So many were there, at the same time or one after the other."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._open) >= many, seconds)

    def _take(self) -> None:
        while True:
            try:
                taken, _ = self._listening.accept()
            except OSError:
                return
            with self._changed:
                self._open.append(taken)
                self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        for taken in self._open:
            taken.close()
