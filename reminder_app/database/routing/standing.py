"""Whether a replica may be read: out quickly, back slowly, so that none goes in and out every second."""

from dataclasses import dataclass

OUT_AFTER, BACK_AFTER = 2, 3  # looks in a row
BACK_BELOW = 0.5  # of the greatest lag


@dataclass
class Standing:
    max_lag: float
    is_fit: bool = False
    is_reachable: bool = False
    lag: float | None = None
    reason: str = "not looked at yet"
    _bad: int = 0
    _good: int = 0
    _is_new: bool = True

    def saw(self, lag: float | None) -> None:
        """It answered. `lag` in seconds; None where nobody can say, which is not held against it."""
        self.is_reachable, self.lag = True, lag
        if self._is_new:
            self._is_new = False
            self._decide(lag is None or lag <= self.max_lag)
        elif lag is not None and lag > self.max_lag:
            self._bad, self._good = self._bad + 1, 0
            if self._bad >= OUT_AFTER:
                self._decide(False)
        elif self.is_fit or lag is None or lag <= self.max_lag * BACK_BELOW:
            self._bad, self._good = 0, self._good + 1
            if self._good >= BACK_AFTER:
                self._decide(True)
        else:
            self._good = 0

    def failed(self, why: str) -> None:
        """It did not answer: out at once, as whoever is sent there now is not answered either."""
        self.is_reachable, self._is_new, self.lag = False, False, None
        self._bad = self._good = 0
        self.is_fit, self.reason = False, why

    def _decide(self, is_fit: bool) -> None:
        self.is_fit = is_fit
        self.reason = "" if is_fit else f"behind by more than {self.max_lag:g} s"
