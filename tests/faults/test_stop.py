"""A stop is not a crash."""

import os
import signal
import time

import pytest


def stop(part, tell):
    began = time.monotonic()
    tell(part.pid, signal.SIGTERM)
    assert part.process.wait(15) == 0
    return time.monotonic() - began


@pytest.mark.parametrize("tell", [os.kill, os.killpg], ids=["the parent", "the whole group"])
def test_a_worker_that_is_told_to_stop_leaves_no_doubt(product, tell):
    product.beat()
    worker = product.worker(concurrency=2)
    product.due(300, seconds=3)
    assert product.wait_until(lambda: product.mail.count > 50, 60)

    assert stop(worker, tell) < 10

    states = product.states()
    assert set(states) <= {"sent", "pending"}
    assert states["sent"] == product.mail.count
    assert not [row for row in product.deliveries() if row.lease_until]


def test_a_server_that_does_not_answer_does_not_hold_up_the_stop(product):
    product.mail.delay(60)
    product.beat()
    worker = product.worker()
    product.due(5, seconds=3)
    assert product.wait_until(lambda: product.mail.count == 1, 60)

    assert stop(worker, os.kill) < 10

    assert product.states() == {"unknown": 1, "pending": 4}
