"""How long things took, in so few numbers that those of all processes can be added up."""

import threading
from bisect import bisect_left
from collections.abc import Sequence

# Seconds, five steps to each power of ten: 0.1 ms, 0.16, 0.25, 0.4, 0.63, 1, … 10 s. What took longer
# is in the last bucket. A quantile is right to within a step: 58 % at the worst, typically a tenth.
BOUNDS = tuple(round(10 ** (-4 + n / 5), 9) for n in range(26))
BUCKETS = len(BOUNDS) + 1
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def bucket(seconds: float) -> int:
    return bisect_left(BOUNDS, seconds)


def quantile(counts: Sequence[int], share: float, longest: float) -> float:
    """Seconds within which `share` of them (0.95) took; 0 of none. Never more than the longest."""
    total = sum(counts)
    if not total:
        return 0.0
    wanted, below = share * total, 0
    for n, count in enumerate(counts):
        if below + count >= wanted:
            part = (wanted - below) / count
            return min(longest, within(n, part, longest))
        below += count
    return longest


def within(n: int, part: float, longest: float) -> float:
    """So far (0..1) into bucket n, on the scale's own steps."""
    low = BOUNDS[n - 1] if n else BOUNDS[0] / 2
    high = BOUNDS[n] if n < len(BOUNDS) else max(longest, BOUNDS[-1])
    return float(low * (high / low) ** part)


class Histogram:
    """Of one process, counted by all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts = [0] * BUCKETS
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        with self._lock:
            self.counts[bucket(seconds)] += 1
            self.longest = max(self.longest, seconds)

    def summary(self) -> dict[str, float]:
        """In milliseconds, for JSON and pages."""
        with self._lock:
            counts, longest = list(self.counts), self.longest
        told = {name: ms(quantile(counts, share, longest)) for name, share in QUANTILES.items()}
        return {"count": sum(counts), **told, "max": ms(longest)}


def ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
