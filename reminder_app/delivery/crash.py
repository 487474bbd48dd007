"""Die at a chosen moment, as kill -9 would: CRASH_AT=<step>[:n], the nth time, in chaos drills alone."""

import os

STEPS = (
    "plan.insert",  # done, not committed
    "plan.commit",  # done
    "claim.update",
    "claim.commit",
    "hand_over.update",
    "hand_over.commit",
    "mail",  # before its first byte
    "mailed",
    "data",
    "dot",  # the whole content is out, the dot is not
    "dotted",
    "answered",
    "settle.update",
    "settle.commit",
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
