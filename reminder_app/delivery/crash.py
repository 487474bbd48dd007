"""Die at a chosen moment, as kill -9 would: CRASH_AT=<step>[:n], the nth time, in chaos drills alone."""

import os

STEPS = (
    "plan.insert",  # done, not committed
    "plan.commit",  # done
    "claim.update",
    "claim.commit",
    "envelope",  # before its first byte
    "enveloped",  # the server waits for the content
    "journal.begin",  # written; the content is not out
    "dotted",  # the content and its dot are out
    "answered",
    "journal.end",
    "settle.update",
    "settle.commit",
    "journal.clear",
)
_left: dict[str, int] = {}


def arm(where: str) -> None:
    """Raises ValueError for a step there is not: a drill that never crashes proves nothing."""
    _left.clear()
    step, _, nth = where.partition(":")
    if step and step not in STEPS:
        raise ValueError(f"CRASH_AT is {where!r}: use one of {', '.join(STEPS)}.")
    if step:
        _left[step] = int(nth or 1)


def point(step: str) -> None:
    if step not in _left:
        return
    _left[step] -= 1
    if _left[step] <= 0:
        os._exit(137)
