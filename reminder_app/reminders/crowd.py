"""Whose reminders fill the planner's batches, while more is due than fits into one."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MANY = 500
# To look through all for others takes the longer, the more is due: at most a twentieth of the time
# goes into it. What has come up since then is looked at in between, and costs little.
EVERY, SHARE = 1.0, 20
GLANCE_EVERY = 1.0
# For so long after some were found, more are to be expected.
SOON = 10.0


@dataclass(frozen=True)
class Look:
    """`past`: whose are many. `since`: from there on; None: through all."""

    past: list[uuid.UUID]
    since: datetime | None


class Crowd:
    def __init__(self) -> None:
        self.is_there = False  # the last batch was full
        self._planned: Counter[uuid.UUID] = Counter()
        self._next_look = self._next_glance = 0.0
        self._seen_until: datetime | None = None
        self._others_until = 0.0

    def saw(self, workspaces: Iterable[uuid.UUID], *, is_full: bool) -> None:
        """A batch in order of time. One that is not full ends the crowd."""
        self.is_there = is_full
        if is_full:
            self._planned.update(workspaces)
        else:
            self._planned.clear()

    def look(self, now: float) -> Look | None:
        """When it is time to look for others; `now` in seconds."""
        past = [workspace for workspace, many in self._planned.items() if many >= MANY]
        if past and now >= self._next_look:
            return Look(past, None)
        if past and now >= self._next_glance and self._seen_until:
            return Look(past, self._seen_until)
        return None

    def has_others(self, now: float) -> bool:
        """Somebody would wait for the crowd."""
        return self.is_there and now < self._others_until

    def looked(
        self, look: Look, began: float, ended: float, until: datetime | None, found: int = 0
    ) -> None:
        """`until`: all others up to there were found; None: there may be more."""
        self._seen_until, self._next_glance = until, ended + GLANCE_EVERY
        if found:
            self._others_until = ended + SOON
        if look.since is None:
            self._next_look = ended + max(EVERY, (ended - began) * SHARE)
