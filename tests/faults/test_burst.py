"""A thousand at nine o'clock."""

import statistics
from datetime import timedelta

COUNT = 1000


def test_a_thousand_due_in_one_second_are_a_thousand_mails(product):
    product.worker()
    product.worker()
    product.beat()
    due_at = product.due(COUNT, seconds=8)

    assert product.wait_until(lambda: product.mail.count >= COUNT, 60)
    assert product.wait_until(lambda: product.states() == {"sent": COUNT}, 5)

    assert set(product.mail.message_ids().values()) == {1}
    assert len(product.mail.message_ids()) == COUNT
    assert product.is_balanced()
    rows = product.deliveries()
    assert {row.due_at for row in rows} == {due_at}
    handed_over = [row.handed_over_at - due_at for row in rows]
    assert min(handed_over) >= timedelta(0)
    assert min(handed_over) < timedelta(seconds=1)
    assert len({row.worker for row in rows}) == 2


def test_one_alone_is_not_late(product):
    product.worker(concurrency=2)
    product.beat()
    product.due(1, seconds=2)  # the first one waits for the parts to start
    product.wait_until(lambda: product.mail.count == 1, 30)

    lateness = []
    for number in range(2, 7):
        product.due(1, seconds=1)
        assert product.wait_until(lambda: product.mail.count == number, 10)  # noqa: B023
    product.wait_until(lambda: product.states()["sent"] == 6, 5)
    lateness = sorted(row.lateness_ms for row in product.deliveries())[:5]

    assert lateness[0] >= 0
    assert statistics.median(lateness) < 150
