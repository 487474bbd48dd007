"""How many of a crowd are planned together: as many as pass in a moment, or the few of others wait."""

SECONDS, LEAST = 0.3, 100


class Pace:
    def __init__(self, most: int) -> None:
        self.most = self.size = most

    def took(self, planned: int, seconds: float) -> None:
        """A batch; a small one tells little."""
        if planned >= LEAST:
            fits = int(planned * SECONDS / max(seconds, 0.001))
            self.size = min(max(fits, LEAST), self.most)
