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
LONGEST_FOR_ACCOUNT = 60  # seconds


def wait(failed_tries: int) -> timedelta | None:
    """How long after the try that failed last; None when all are spent.

    Full jitter: anything up to the step, so that a crowd refused together does not return together.
    """
    if failed_tries > len(STEPS):
        return None
    return STEPS[failed_tries - 1] * random.random()


def wait_for_account(failures: int) -> timedelta:
    """How long a mail server that takes nothing at all is left alone, after so many in a row.

    Between a second and 2, 4, 8, … 60: two installations that lost it together return apart.
    """
    longest = min(2 ** min(failures, 10), LONGEST_FOR_ACCOUNT)
    return timedelta(seconds=random.uniform(1, longest))
