"""`bin/bench memory`: does a worker grow with what it has sent?

The null channel is the mail server: smtp-sink takes everything and keeps nothing. The product has no
switch that would make it forget mails, so that none can be left on.
"""

import argparse
from typing import Any

from bench.parts import FOR_EVER
from bench.processes import family, memory_mb
from bench.product import product
from terminal import Progress

SLOWEST = 30  # mails a second


def run(given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    turn = min(given.early, given.deliveries)
    seen: dict[int, float] = {}
    with product(turn) as ours, ours.running(more=FOR_EVER) as (worker, _beat):
        children = list(family(worker))
        for sent in range(turn, given.deliveries + 1, turn):
            ours.send_now(turn, 60 + turn / SLOWEST)
            ours.check(turn)
            ours.reminders.forget_past()
            seen[sent] = memory_mb([worker], "VmRSS")
            tell(sent, seen[sent], given.deliveries, progress)
        is_same = children == list(family(worker))
    early, late = seen[turn], seen[max(seen)]
    progress.say(f"worker, all processes, after {turn:>10,} deliveries: {early:7.1f} MB")
    progress.say(f"{'':23}after {max(seen):>10,} deliveries: {late:7.1f} MB")
    progress.say(
        f"growth: {late / early - 1:+.1%}, by {'the same' if is_same else 'NEW'} processes"
    )
    return {
        "early": {"deliveries": turn, "mb": early},
        "late": {"deliveries": max(seen), "mb": late},
        "growth": round(late / early - 1, 4),
        "same_processes": is_same,
        "seen_mb": seen,
    }


def tell(sent: int, mb: float, all_of_them: int, progress: Progress) -> None:
    """A line for each tenth, as it takes long; in between, where a line can change."""
    say = progress.passing if sent % max(all_of_them // 10, 1) else progress.say
    say(f"{sent:>10,} sent: {mb:.1f} MB")
