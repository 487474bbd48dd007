"""Each part killed with -9 in the middle and started again: nothing lost, every doubt in sight."""

import time

import pytest

COUNT = 1000
OVER_WITHIN = 120


@pytest.fixture
def running(product):
    """Two workers and beat in the middle of their work."""
    product.worker()
    product.worker()
    product.beat()
    product.due(COUNT, seconds=5)
    assert product.wait_until(lambda: product.mail.count > COUNT / 10, 60)
    return product


def victim(product, name):
    servers = {"broker": product.broker, "mail": product.mail, "database": product.database}
    return servers.get(name) or next(part for part in product.parts if part.name == name)


# A doubt is the mail on a connection's wire: one worker has one, two have two.
@pytest.mark.parametrize(
    ("name", "doubts"), [("worker", 1), ("beat", 0), ("broker", 0), ("mail", 2), ("database", 2)]
)
def test_a_kill_loses_nothing_and_doubles_nothing(running, name, doubts):
    killed = victim(running, name)

    killed.kill()
    assert running.mail.count < COUNT
    time.sleep(1)
    killed.start()

    assert running.wait_until(lambda: is_over(running), OVER_WITHIN), running.states()
    states, accepted = running.states(), running.mail.message_ids()
    assert states["unknown"] <= doubts
    assert states["sent"] + states["unknown"] == COUNT
    assert set(accepted.values()) == {1}
    sent = {row.message_id for row in running.deliveries() if row.state == "sent"}
    assert sent <= set(accepted)
    in_doubt = {row.message_id for row in running.deliveries() if row.state == "unknown"}
    assert set(accepted) - sent <= in_doubt
    assert running.is_balanced()


def is_over(product):
    states = product.states()
    return states["sent"] + states["unknown"] == COUNT


def test_both_workers_gone_leave_a_doubt_each_at_most_and_others_go_on(running):
    for part in running.parts:
        if part.name == "worker":
            part.kill()
    running.worker()

    assert running.wait_until(lambda: is_over(running), OVER_WITHIN), running.states()
    assert running.states()["unknown"] <= 2
    assert set(running.mail.message_ids().values()) == {1}
    assert running.is_balanced()
