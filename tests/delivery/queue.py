"""Messages that ask their buckets at their turns, on a clock of its own: what takes minutes in real."""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

from reminder_app.delivery.buckets import Bucket, Buckets, Request, in_turn, turns

CLAIMED = 200


@dataclass
class Queue:
    bucket: Bucket
    latest: float = 0.02  # seconds a worker may take from one claim to the next
    now: float = 1000.0
    began: float = 1000.0
    buckets: Buckets = field(default_factory=Buckets)
    waiting: list[tuple[float, int]] = field(default_factory=list)
    line_of: dict[int, str] = field(default_factory=dict)
    has_waited: set[int] = field(default_factory=set)
    sent_at: dict[int, float] = field(default_factory=dict)
    asked: Counter[int] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def add(self, many: int, line: str = "alice") -> list[int]:
        """So many that are due now; their numbers."""
        numbers = list(range(len(self.line_of), len(self.line_of) + many))
        for number in numbers:
            self.line_of[number] = line
            heapq.heappush(self.waiting, (self.now, number))
        return numbers

    def call_off(self, numbers) -> None:
        gone = set(numbers)
        self.waiting = [entry for entry in self.waiting if entry[1] not in gone]
        heapq.heapify(self.waiting)

    def run(self, until: float) -> None:
        """Claim what is due, again and again, until so many seconds after the beginning."""
        while self.now - self.began < until:
            self._claim()
            due_at = self.waiting[0][0] if self.waiting else self.now + 1
            # Idle workers look again after a second: so do we, for tokens nobody comes for.
            self.now = max(self.now, min(due_at, self.now + 1))
            self.now += self.chance.uniform(0.001, self.latest)

    def _claim(self) -> None:
        due = []
        while self.waiting and self.waiting[0][0] <= self.now and len(due) < CLAIMED:
            due.append(heapq.heappop(self.waiting)[1])
        due = [due[place] for place in in_turn([self.line_of[n] for n in due])]
        requests = [Request(self.line_of[n], (0,), n in self.has_waited) for n in due]
        answer = self.buckets.ask([self.bucket], requests, CLAIMED, self.now)
        for number, verdict in zip(due, answer.verdicts, strict=True):
            self.asked[number] += 1
            if verdict.may_go:
                self.sent_at[number] = self.now
            else:
                self.has_waited.add(number)
                heapq.heappush(self.waiting, (self.now + verdict.wait, number))
        self._pull(answer.spare[0])

    def _pull(self, spare: int) -> None:
        if not spare:
            return
        waiting = sorted(self.waiting)
        first = sum(at <= self.now for at, _ in waiting)
        for place, turn in enumerate(turns(self.bucket, spare), first):
            if place < len(waiting):
                waiting[place] = self.now + turn, waiting[place][1]
        self.waiting = waiting
        heapq.heapify(self.waiting)

    def sent_between(self, since: float, until: float) -> int:
        times = (at - self.began for at in self.sent_at.values())
        return sum(since <= at < until for at in times)
