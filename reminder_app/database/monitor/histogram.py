"""How long things took, in so few numbers that those of all processes can be added up."""

from collections.abc import Sequence

# Seconds, five steps to each power of ten: 0.1 ms, 0.16, 0.25, 0.4, 0.63, 1, … 10 s. What took longer
# is in the last bucket. A quantile is right to within a step: 58 % at the worst, typically a tenth.
BOUNDS = tuple(round(10 ** (-4 + n / 5), 9) for n in range(26))
BUCKETS = len(BOUNDS) + 1


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
