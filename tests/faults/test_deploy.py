"""A new worker comes before the old one has gone."""

import signal

from drill.traffic import MARKETING, message
from drill.world import children_of, pid_of, send_signal
from reminder_app.delivery import service

COUNT = 1200
SLOWLY = 0.01


def test_old_and_new_at_once_double_nothing(product):
    product.mail.delay(SLOWLY)
    product.beat()
    old = product.worker(concurrency=2)
    with product.app.app_context():
        service.plan([message(MARKETING, f"deploy:{n}") for n in range(COUNT)])
    assert product.wait_until(lambda: product.mail.count > 20, 60)

    new = product.worker(concurrency=2)
    assert product.wait_until(lambda: works(product, new), 60)
    send_signal(old.pid, signal.SIGTERM)
    assert old.process.wait(60) == 0  # how soon: test_stop.py

    assert product.wait_until(lambda: product.states() == {"sent": COUNT}, 60), product.states()
    assert set(product.mail.message_ids().values()) == {1}
    assert product.mail.count == COUNT
    assert product.is_balanced()


def works(product, worker):
    """One of its processes has something in hand."""
    children = children_of(worker.pid)
    return any(pid_of(row.worker) in children for row in product.deliveries())
