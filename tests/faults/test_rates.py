"""A rate that is set is the rate that is reached, by however many processes."""

import pytest

from tests.faults.product import flush, running

# A machine that is busy may come half a burst late: less than two per cent of what is counted.
RATE, SECONDS = 40, 30
BACKLOG = 1500
# After the first burst, and while the last half of it comes together again.
SETTLED = 2
LOOKED_AT = RATE * (SETTLED + SECONDS + 2)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_backlog_goes_out_at_the_rate(tmp_path, processes):
    with running(tmp_path, MAIL_RATE=f"{RATE}/s") as product:
        product.worker(concurrency=processes)
        product.beat()
        product.due(BACKLOG, seconds=6)  # by then all of them are there
        assert product.wait_until(lambda: product.states()["sent"] >= LOOKED_AT, 90)

        times = sorted(row.sent_at for row in product.deliveries() if row.sent_at)
        seconds = [(at - times[0]).total_seconds() for at in times]
        sent = sum(SETTLED <= second < SETTLED + SECONDS for second in seconds)
        assert sent == pytest.approx(RATE * SECONDS, rel=0.02)
        assert sum(second < 1 for second in seconds) <= 2 * RATE + 1
        assert len({row.worker for row in product.deliveries() if row.sent_at}) <= processes
        assert product.is_balanced()
        tries = {(row.attempts, row.tries) for row in product.deliveries()}
        assert tries <= {(0, 0), (1, 0)}


def test_redis_may_be_emptied_in_the_middle(tmp_path):
    with running(tmp_path, MAIL_RATE="40/s") as product:
        product.worker(concurrency=2)
        product.beat()
        product.due(500, seconds=4)
        assert product.wait_until(lambda: product.states()["sent"] > 100, 60)
        flush(product.broker)

        assert product.wait_until(lambda: product.states() == {"sent": 500}, 60)

        times = sorted(row.sent_at for row in product.deliveries())
        took = (times[-1] - times[0]).total_seconds()
        # One burst more at the most, and nothing that waits for ever.
        assert (500 - 2 * 41) / 40 - 1 <= took <= 500 / 40 + 3
        assert set(product.mail.message_ids().values()) == {1}
