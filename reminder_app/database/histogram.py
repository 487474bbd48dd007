"""How long things took, in a few numbers that may be added up over processes."""

import threading
from bisect import bisect_left
from collections.abc import Iterator

# Seconds, upper ends; the last is open.
BOUNDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Histogram:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = self.longest = 0.0

    def add(self, seconds: float) -> None:
        with self._lock:
            self.counts[bisect_left(BOUNDS, seconds)] += 1
            self.total += seconds
            self.longest = max(self.longest, seconds)

    @property
    def many(self) -> int:
        return sum(self.counts)

    def quantile(self, share: float) -> float:
        """The upper end of the step it lies in, or the longest where that is less."""
        wanted, passed = share * self.many, 0
        for bound, count in zip(BOUNDS, self.counts, strict=False):
            passed += count
            if passed and passed >= wanted:
                return min(bound, self.longest)
        return self.longest

    def cumulative(self) -> Iterator[tuple[str, int]]:
        """As Prometheus wants them."""
        passed = 0
        for bound, count in zip((*BOUNDS, float("inf")), self.counts, strict=True):
            passed += count
            yield ("+Inf" if bound == float("inf") else f"{bound:g}", passed)

    def summary(self) -> dict[str, float]:
        """In milliseconds, for JSON and pages."""
        ends = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        told = {name: round(self.quantile(share) * 1000, 3) for name, share in ends.items()}
        return {"count": self.many, **told, "max": round(self.longest * 1000, 3)}
