"""When a message that was refused for now is tried again."""

import random
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
