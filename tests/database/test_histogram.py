"""What is read back from buckets is right to within a bucket, however times are spread."""

from bisect import bisect_left
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from reminder_app.database.histogram import BOUNDS, BUCKETS, Histogram, quantile

TIMES = st.lists(st.floats(0.00001, 100, allow_nan=False), min_size=1, max_size=60)


def counted(times: list[float]) -> list[int]:
    counts = [0] * BUCKETS
    for seconds in times:
        counts[bisect_left(BOUNDS, seconds)] += 1
    return counts


@given(TIMES, st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(times, share):
    true = sorted(times)[max(0, ceil(round(share * len(times), 9)) - 1)]
    n = bisect_left(BOUNDS, true)
    low = BOUNDS[n - 1] if n else 0.0
    high = BOUNDS[n] if n < len(BOUNDS) else max(times)

    found = quantile(counted(times), share, max(times))

    assert low * 0.999 <= found <= min(high, max(times)) * 1.001


@given(TIMES)
def test_more_of_them_never_take_less(times):
    found = [quantile(counted(times), share / 100, max(times)) for share in range(1, 101)]

    assert found == sorted(found)


def test_of_none_it_is_nothing():
    assert quantile([0] * BUCKETS, 0.95, 0.0) == 0.0


def test_what_one_process_counts_is_summed_up_in_milliseconds():
    seen = Histogram()
    for seconds in (0.001, 0.001, 0.001, 2.0):
        seen.add(seconds)

    told = seen.summary()

    assert (told["count"], told["max"]) == (4, 2000.0)
    assert 0.6 < told["p50"] <= 1.0
    assert 1500 < told["p95"] <= told["p99"] <= 2000.0
    assert Histogram().summary() == {"count": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0}
