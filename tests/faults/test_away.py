"""What is away for a while delays, and is said."""

import time
from datetime import UTC, datetime, timedelta

from reminder_app.operations.service import SILENCE


def health_of(product):
    """The answer's code, and which checks hold."""
    with product.app.test_client() as client:
        answer = client.get("/health/ready")
    return answer.status_code, {
        name: check["ok"] for name, check in answer.get_json()["checks"].items()
    }


def is_fine(product, name):
    return health_of(product)[1][name]


def test_while_the_broker_is_away_nothing_is_lost_and_health_says_so(product):
    product.worker()
    product.beat()
    product.due(5, seconds=3)
    assert product.wait_until(lambda: product.mail.count == 5, 60)
    assert is_fine(product, "broker")

    product.broker.kill()
    time.sleep(2)  # a pump that was rung for before may be at work still
    due_at = product.due(20, seconds=2)
    seen = []

    def is_missed():
        """Nobody rings for the worker, so it is not seen at work."""
        seen.append(health_of(product))
        return not seen[-1][1]["worker"]

    assert product.wait_until(is_missed, 4 * SILENCE.total_seconds(), every=1)
    assert {code for code, _ in seen} == {503}
    assert not any(checks["broker"] for _, checks in seen)
    assert product.mail.count == 5
    away = datetime.now(UTC) - due_at
    assert away > SILENCE / 2
    product.broker.start()
    assert product.wait_until(lambda: product.mail.count == 25, 60)
    assert product.wait_until(lambda: product.states() == {"sent": 25}, 20)
    assert set(product.mail.message_ids().values()) == {1}
    late = sorted(row.lateness_ms for row in product.deliveries())[-20:]
    assert timedelta(milliseconds=min(late)) >= away
    assert product.is_balanced()
    assert product.wait_until(lambda: is_fine(product, "broker") and is_fine(product, "worker"), 30)


def test_a_broker_that_hangs_or_forgets_everything_changes_nothing(product):
    product.worker()
    product.beat()
    product.due(1, seconds=2)
    assert product.wait_until(lambda: product.mail.count == 1, 60)

    product.broker.pause()
    time.sleep(5)
    product.broker.resume()
    with product.broker.client() as client:
        client.flushall()
    product.due(5, seconds=1)

    assert product.wait_until(lambda: product.states()["sent"] == 6, 60)


def test_two_beats_double_nothing(product):
    product.worker(concurrency=2)
    product.beat()
    product.beat()
    product.due(100, seconds=5)

    assert product.wait_until(lambda: product.states() == {"sent": 100}, 60)
    time.sleep(2)
    assert set(product.mail.message_ids().values()) == {1}
    assert product.states() == {"sent": 100}
    assert product.is_balanced()
