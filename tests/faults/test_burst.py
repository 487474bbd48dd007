"""A thousand at nine o'clock."""

import statistics
from datetime import timedelta

COUNT = 1000
# Seconds the mail server takes for one: or a worker alone would be done before the other is called.
A_MAIL = 0.005


def test_a_thousand_due_in_one_second_are_a_thousand_mails(product):
    product.worker()
    product.worker()
    product.beat()
    before = at_work(product, 2)
    product.mail.delay(A_MAIL)
    due_at = product.due(COUNT, seconds=8)

    assert product.wait_until(lambda: product.states() == {"sent": COUNT + before}, 120)

    assert set(product.mail.message_ids().values()) == {1}
    assert len(product.mail.message_ids()) == COUNT + before
    assert product.is_balanced()
    rows = [row for row in product.deliveries() if row.due_at == due_at]
    assert len(rows) == COUNT
    handed_over = [row.handed_over_at - due_at for row in rows]
    assert min(handed_over) >= timedelta(0)
    assert min(handed_over) < timedelta(seconds=1)
    assert len({row.worker for row in rows}) == 2


def at_work(product, workers: int) -> int:
    """Wait until so many have sent something; gives how many mails it took to see that."""
    sent = 0
    while len({row.worker for row in product.deliveries()}) < workers:
        assert sent < 1500, "not every worker came to work"
        product.due(50, seconds=1)
        sent += 50
        assert product.wait_until(lambda: product.states() == {"sent": sent}, 60)  # noqa: B023
    return sent


def test_one_alone_is_not_late(product):
    product.worker(concurrency=2)
    product.beat()
    before = at_work(product, 1)

    for number in range(before + 1, before + 6):
        product.due(1, seconds=1)
        assert product.wait_until(lambda: product.states() == {"sent": number}, 30)  # noqa: B023
    rows = sorted(product.deliveries(), key=lambda row: row.due_at)
    lateness = sorted(row.lateness_ms for row in rows[-5:])

    # What this machine does besides may hold up one or two, but not all of them.
    assert 0 <= lateness[0] < 150
    assert statistics.median(lateness) < 1000
