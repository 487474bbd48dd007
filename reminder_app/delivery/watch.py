"""The database's time between two questions to it: a little behind it, never ahead."""

import time
from datetime import datetime, timedelta


class Watch:
    def __init__(self, told: datetime) -> None:
        """`told` was the database's time at some moment before this one."""
        self._told, self._at = told, time.monotonic()

    def now(self) -> datetime:
        return self._told + timedelta(seconds=time.monotonic() - self._at)

    def seconds_until(self, at: datetime) -> float:
        return (at - self.now()).total_seconds()
