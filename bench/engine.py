"""The engine at work: from the COMMIT that makes all due to the ledger's word that all are sent."""

from collections.abc import Callable
from typing import Any

from bench.figures import Figures, measured
from bench.product import Product

SLOWEST = 30  # mails a second: what takes longer has stopped


def patience(count: int) -> float:
    return 60 + count / SLOWEST


def nothing() -> None:
    pass


def send_all(
    product: Product,
    count: int,
    *,
    before: Callable[[], None] = nothing,
    after: Callable[[], None] = nothing,
    **parts: Any,
) -> Figures:
    """`parts`: what Product.running() takes; `before`, `after`: looks, while the processes live.

    Raises Fault unless each was sent once, by the sink's word and the ledger's.
    """
    with product.running(**parts) as senders:
        product.reminders.make_due(count)
        had = product.sink.count
        before()
        with measured(count, senders, product.database, product.sink) as figures:
            product.reminders.release()
            product.wait_until_sent(had, count, patience(count))
        after()
        product.check(count)
    return figures
