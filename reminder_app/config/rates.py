"""How fast something may go, as people write it: "20/s", "600/m burst 50", "gmail.com=5/s, *=50/s"."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
IN_WORDS = {"s": "a second", "m": "a minute", "h": "an hour", "d": "a day"}
RATE = re.compile(r"(\d{1,9})\s*/\s*([smhd])(?:\s+burst\s+(\d{1,6}))?", re.IGNORECASE)
DOMAIN = re.compile(r"\*|(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")
HOW = 'must be a number /s, /m, /h or /d, such as "20/s" or "600/m burst 50"'
HOW_BY_DOMAIN = 'must be domains with their rates, such as "gmail.com=5/s, *=50/s burst 100"'


@dataclass(frozen=True)
class Rate:
    many: int
    unit: str  # s | m | h | d
    burst: int  # how many may go at once after a pause

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises ValueError, which says how it is written."""
        found = RATE.fullmatch(text.strip())
        if not found or not int(found[1]) or found[3] == "0":
            raise ValueError(HOW)
        many, unit = int(found[1]), found[2].lower()
        # A second's worth: who looks once a second misses nothing.
        return cls(many, unit, int(found[3] or 1 + many // SECONDS[unit]))

    @property
    def interval(self) -> Fraction:
        """Seconds from one to the next."""
        return Fraction(SECONDS[self.unit], self.many)

    def __str__(self) -> str:
        return f"{self.many} {IN_WORDS[self.unit]}"


def by_domain(text: str) -> dict[str, Rate]:
    """Raises ValueError."""
    rates: dict[str, Rate] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        domain, _, rate = part.partition("=")
        domain = domain.strip().lower()
        if not DOMAIN.fullmatch(domain) or domain in rates:
            raise ValueError(HOW_BY_DOMAIN)
        rates[domain] = Rate.of(rate)
    return rates
