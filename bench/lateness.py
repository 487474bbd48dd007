"""From the promised second to the hand-over, and to the mail server's yes."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

from bench.figures import Fault, wait_until
from bench.product import Product

SLOWEST = 30  # mails a second
# Seconds for so many rows to be told their time, before the planner looks ahead.
TO_COMMIT, ROWS_A_SECOND = 8, 2_000
SIGHTS, MARKS = ("handed over", "sent"), ("first", "p50", "p99", "max")
Figures = dict[str, float]


def lateness(ours: Product, count: int, rate: int) -> Figures:
    """`rate`: so many each second; 0: all in one."""
    ours.reminders.forget_past()
    had, due_at = ours.sink.count, ahead_of(ours, count)
    ours.reminders.make_due(count, due_at, rate)
    ours.reminders.release()
    stay_quiet(ours, had, due_at)
    ours.wait_until_sent(had, count, 60 + count / SLOWEST)
    ours.check(count)
    return spread_of(ours)


def ahead_of(ours: Product, count: int) -> datetime:
    """A second that comes when so many have been told of it."""
    ahead = timedelta(seconds=TO_COMMIT + count // ROWS_A_SECOND)
    return (ours.reminders.time() + ahead).replace(microsecond=0)


def stay_quiet(ours: Product, had: int, due_at: datetime) -> None:
    """Raises Fault when the sink gets a mail before the second: the ledger's own word is not enough."""
    left = due_at.timestamp() - time.time()
    if left < TO_COMMIT / 2:
        raise Fault(f"Told their time only {left:.1f} s before it: this machine is too busy.")
    while (at := time.time()) < due_at.timestamp():
        if ours.sink.count > had:
            raise Fault(f"The sink got a mail {due_at.timestamp() - at:.3f} s early.")
        time.sleep(0.005)
    wait_until(lambda: ours.sink.count > had, 60, "the first mail")


def spread_of(ours: Product, where: str = "") -> Figures:
    """Milliseconds, of what the ledger has. Raises Fault when one was early."""
    rows = ours.database.ask(
        "SELECT TIMESTAMPDIFF(MICROSECOND, due_at, handed_over_at) / 1000, "  # noqa: S608 - ours
        f"TIMESTAMPDIFF(MICROSECOND, due_at, sent_at) / 1000 FROM app.deliveries {where}"
    )
    figures: Figures = {"count": len(rows)}
    for sight, found in zip(SIGHTS, zip(*rows, strict=True), strict=True):
        figures |= {f"{sight} {name}": value for name, value in spread(found).items()}
    if figures["handed over first"] < 0:
        raise Fault(f"A mail was handed over {-figures['handed over first']:.1f} ms early.")
    return figures


def spread(found: Sequence[Any]) -> Figures:
    values = [float(value) for value in found]
    cuts = quantiles(values, n=100, method="inclusive")
    return dict(zip(MARKS, (min(values), cuts[49], cuts[98], max(values)), strict=True))
