"""How fast something grows, from a few measurements of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

SHORTEST = timedelta(days=2)
DAY = 86_400.0


def a_day(measured: Sequence[tuple[datetime, int]]) -> float | None:
    """Theil-Sen: the median of the slopes between all pairs, so that one clean-up does not turn it.

    None before there are two days to compare.
    """
    if len(measured) < 2 or measured[-1][0] - measured[0][0] < SHORTEST:
        return None
    slopes = [
        (later - earlier) / ((then - at).total_seconds() / DAY)
        for (at, earlier), (then, later) in combinations(measured, 2)
        if then > at
    ]
    return median(slopes) if slopes else None
