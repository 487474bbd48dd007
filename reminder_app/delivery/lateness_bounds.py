"""How late a message was, in steps: what the figures about lateness are counted in."""

from collections.abc import Mapping
from datetime import timedelta

# Upper bounds in milliseconds. A second is what is promised, an hour is a bad day.
BOUNDS = (100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000)
BEYOND = 2_000_000_000  # of the last step, which has no bound
NOT_SENT = 0
SLICE = timedelta(seconds=10)


def cumulative(counts: Mapping[int, int]) -> list[tuple[str, int]]:
    """("0.1", how many within that), …, ("+Inf", all of them), from counts by bound.

    Written as Prometheus does it by itself, "5.0" and not "5": its rules compare the words.
    """
    found, so_far = [], 0
    for bound in BOUNDS:
        so_far += counts.get(bound, 0)
        found.append((str(bound / 1000), so_far))
    return [*found, ("+Inf", so_far + counts.get(BEYOND, 0))]
