"""How many messages each workspace had planned a moment ago, as far as this process knows."""

import uuid
from collections import Counter

WINDOW = 10.0  # seconds


class Lately:
    def __init__(self) -> None:
        self._many: Counter[uuid.UUID] = Counter()
        self._since = 0.0

    def count(self, workspace_id: uuid.UUID, now: float) -> int:
        """One more; gives how many there are. `now` in seconds."""
        if now - self._since >= WINDOW:
            self._many.clear()
            self._since = now
        self._many[workspace_id] += 1
        return self._many[workspace_id]
