"""What this process asked of the database, by fingerprint and by who was at work, minute by minute.

Each row of figures belongs to one process and one minute: it is written again with its new sums, and
no two processes ever wait for each other over one.
"""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reminder_app.database import clock
from reminder_app.database.histogram import BUCKETS, bucket
from reminder_app.database.monitor.fingerprint import Fingerprint, made
from reminder_app.database.monitor.moments import id_at

MINUTE = timedelta(minutes=1)
MOST = 1_500  # pairs of one minute; what is more is counted together
MOST_FINDINGS = 40  # of one flush
OTHERS = made("…")


@dataclass(slots=True)
class Figures:
    """Of one fingerprint, asked by one route or job, in one minute."""

    id: uuid.UUID
    at: datetime
    fingerprint: Fingerprint
    work: str
    many: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    rows: int = 0
    errors: int = 0
    place: str = ""
    buckets: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """slow: one statement that took longer than it may. repeat: asked again and again in one request."""

    id: uuid.UUID
    at: datetime
    kind: str
    fingerprint: Fingerprint
    work: str
    place: str
    seconds: float
    times: int
    rows: int


class Ledger:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.lock = (
            threading.Lock()
        )  # another thread of a parent may have held it as a child was made
        self.open: dict[tuple[Fingerprint, str], Figures] = {}
        self.closed: list[Figures] = []  # of minutes that are over, not yet written
        self.findings: list[Finding] = []
        self.left_out = 0  # findings of this flush that were one too many
        self.minute = minute_of(clock.now())

    def add(
        self, fingerprint: Fingerprint, work: str, seconds: float, rows: int, error: bool = False
    ) -> Figures:
        """On the path of each statement: nothing here may take longer than a microsecond or two."""
        with self.lock:
            found = self.open.get((fingerprint, work))
            if found is None:
                found = self.opened(fingerprint, work)
            found.many += 1
            found.seconds += seconds
            found.longest = max(found.longest, seconds)
            found.buckets[bucket(seconds)] += 1
            if rows > 0:
                found.rows += rows
            if error:
                found.errors += 1
        return found

    def opened(self, fingerprint: Fingerprint, work: str) -> Figures:
        if len(self.open) >= MOST:
            fingerprint, work = OTHERS, "others"
            if known := self.open.get((fingerprint, work)):
                return known
        made = Figures(id_at(self.minute), self.minute, fingerprint, work[:120])
        self.open[fingerprint, work] = made
        return made

    def find(self, finding: Finding) -> None:
        with self.lock:
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(finding)
            else:
                self.left_out += 1

    def turn(self, now: datetime) -> None:
        """A new minute begins: what was counted so far stays with the old one."""
        minute = minute_of(now)
        with self.lock:
            if minute != self.minute:
                self.closed += self.open.values()
                self.open, self.minute = {}, minute

    def take(self) -> tuple[list[Figures], list[Finding]]:
        """What is to be written: the sums of this minute so far, and for the last time those before."""
        with self.lock:
            figures = [*self.closed, *self.open.values()]
            self.closed = []
            findings, self.findings, self.left_out = self.findings, [], 0
        return figures, findings

    def __iter__(self) -> Iterator[Figures]:
        with self.lock:
            return iter([*self.closed, *self.open.values()])


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
