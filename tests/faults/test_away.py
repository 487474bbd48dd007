"""What is away for a while delays, and is said."""

import time


def check_of(product, name):
    with product.app.test_client() as client:
        return client.get("/health/ready").get_json()["checks"][name]


def test_while_the_broker_is_away_nothing_is_lost_and_health_says_so(product):
    product.worker()
    product.beat()
    product.due(5, seconds=3)
    assert product.wait_until(lambda: product.mail.count == 5, 30)
    assert check_of(product, "broker")["ok"]

    product.broker.kill()
    product.due(20, seconds=2)
    time.sleep(20)

    assert product.mail.count == 5
    assert not check_of(product, "broker")["ok"]
    product.broker.start()
    began = time.monotonic()
    assert product.wait_until(lambda: product.mail.count == 25, 20)
    assert time.monotonic() - began < 10
    assert product.wait_until(lambda: product.states() == {"sent": 25}, 5)
    assert set(product.mail.message_ids().values()) == {1}
    assert product.wait_until(lambda: check_of(product, "worker")["ok"], 10)


def test_a_broker_that_hangs_or_forgets_everything_changes_nothing(product):
    product.worker()
    product.beat()
    product.due(1, seconds=2)
    assert product.wait_until(lambda: product.mail.count == 1, 30)

    product.broker.pause()
    time.sleep(5)
    product.broker.resume()
    with product.broker.client() as client:
        client.flushall()
    product.due(5, seconds=1)

    assert product.wait_until(lambda: product.states()["sent"] == 6, 20)


def test_two_beats_double_nothing(product):
    product.worker(concurrency=2)
    product.beat()
    product.beat()
    product.due(100, seconds=5)

    assert product.wait_until(lambda: product.mail.count >= 100, 40)
    time.sleep(2)
    assert set(product.mail.message_ids().values()) == {1}
    assert product.states() == {"sent": 100}
    assert product.is_balanced()
