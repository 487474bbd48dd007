"""Outlives the supervisor by a moment, and stops what it left: the last line of defence when it is killed with -9.

Reads lines `STAGE PROCESS-GROUP` (or `gone PROCESS-GROUP`) from a pipe whose other end only the supervisor holds. A
part writes its own line before it becomes the part, so none is ever unknown. When the pipe ends, so has the
supervisor: stop stage by stage.
"""

import os
import signal
import sys
import time

# Work is stopped before what it stands on; seconds each may take to end by itself.
STAGES = {"work": 6.0, "base": 1.5}


def main() -> None:
    groups: dict[int, str] = {}
    for line in sys.stdin:
        stage, group = line.split()
        groups[int(group)] = stage  # "gone" is in no stage: its number may be another's by now
    for stage, patience in STAGES.items():
        stop([group for group, of in groups.items() if of == stage], patience)


def stop(groups: list[int], patience: float) -> None:
    """A polite request to each leader, and the end for the whole group when it is not followed."""
    for leader in groups:
        send(os.kill, leader, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(map(is_there, groups)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        send(os.killpg, group, signal.SIGKILL)


def is_there(group: int) -> bool:
    return send(os.killpg, group, 0)


def send(kill, target: int, number: int) -> bool:  # type: ignore[no-untyped-def]
    try:
        kill(target, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
