"""When a message that was refused for now is tried again."""

import random
import time
from datetime import timedelta

STEPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=60),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)


def wait(failed_tries: int) -> timedelta | None:
    """How long after the try that failed last; None when all are spent.

    Full jitter: anything up to the step, so that a crowd refused together does not return together.
    """
    if failed_tries > len(STEPS):
        return None
    return STEPS[failed_tries - 1] * random.random()


class Pause:
    """While a mail server takes nothing at all: 5 s, 10 s, … a minute. It costs no message a try."""

    SHORTEST, LONGEST = 5.0, 60.0

    def __init__(self) -> None:
        self._seconds, self._over_at = 0.0, 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._over_at

    def begin(self) -> None:
        self._seconds = min(self._seconds * 2 or self.SHORTEST, self.LONGEST)
        self._over_at = time.monotonic() + self._seconds

    def end(self) -> None:
        self._seconds = self._over_at = 0.0
