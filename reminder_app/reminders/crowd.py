"""Whose reminders fill the planner's batches, while more is due than fits into one."""

import uuid
from collections import Counter
from collections.abc import Iterable

MANY = 500
# To look for others takes the longer, the more is due: at most a twentieth of the time goes into it.
EVERY, SHARE = 1.0, 20


class Crowd:
    def __init__(self) -> None:
        self._planned: Counter[uuid.UUID] = Counter()
        self._next_look = 0.0

    def saw(self, workspaces: Iterable[uuid.UUID], *, is_full: bool) -> None:
        """A batch in order of time. One that is not full ends the crowd."""
        if is_full:
            self._planned.update(workspaces)
        else:
            self._planned.clear()

    def is_looked_past(self, now: float) -> list[uuid.UUID]:
        """Workspaces that had many, when it is time to look for others; `now` in seconds."""
        if now < self._next_look:
            return []
        return [workspace for workspace, many in self._planned.items() if many >= MANY]

    def looked(self, began: float, ended: float) -> None:
        self._next_look = ended + max(EVERY, (ended - began) * SHARE)
