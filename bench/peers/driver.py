"""A process that is ready before the clock starts, and still there when it has been read."""

import sys
from collections.abc import Callable

READY, DONE = "ready", "done"


def drive(work: Callable[[], None]) -> None:
    """Do it when told to, with everything imported and connected before."""
    say(READY)
    sys.stdin.readline()
    work()
    say(DONE)
    sys.stdin.readline()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
