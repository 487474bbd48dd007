"""A row of counts as a picture: where its bars stand, in units of a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP, WIDTH, HEIGHT = 10, 7, 60
LOWEST = 3  # what is more than none can be seen


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    height: int


def bars(counts: Sequence[int]) -> list[Bar]:
    """One for each count that is not 0, the largest as high as the picture."""
    most = max(counts, default=0)
    heights = [max(round(count * HEIGHT / most), LOWEST) if count else 0 for count in counts]
    return [
        Bar(place * STEP, HEIGHT - height, height) for place, height in enumerate(heights) if height
    ]
