"""Rates as token buckets: who may go now, and when the others should ask again.

Pure: a caller brings the time. buckets.lua says the same to all workers together; this one holds
for one process alone. docs/adr/0009 has the reasons and the arithmetic.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

# What a bucket may lack of a whole token and still give one: sums of fractions are never exact.
NEARLY = 1e-6
GRID = 0.1  # seconds: turns come in bunches, for a claim costs the same for one and for ten
BACK = 1.0  # seconds until who found no token at its turn asks again
PULL = 0.9  # seconds between two looks for what is left over
# How far the turns of those behind are dealt anew where others were called off, and of how many.
DEALT_SECONDS, DEALT_MOST = 30.0, 1000


@dataclass(frozen=True)
class Bucket:
    name: str
    interval: float  # seconds until the next token
    burst: int

    @property
    def kept(self) -> int:
        """Left by those of a line, for who comes alone."""
        return self.burst // 10

    @property
    def cushion(self) -> int:
        """Left by those new to a line, for those whose turn has come."""
        return self.burst // 2

    @property
    def grid(self) -> float:
        return min(GRID, self.burst * self.interval / 4)


@dataclass(frozen=True)
class Request:
    line: str  # each has its own, and they share the rate
    buckets: tuple[int, ...]  # which of those that were handed in
    has_waited: bool


@dataclass(frozen=True)
class Verdict:
    """`wait` is None where it was not looked at, and else the seconds until it should ask again."""

    wait: float | None
    bucket: int = 0  # for which one it waits

    @property
    def may_go(self) -> bool:
        return self.wait == 0


@dataclass(frozen=True)
class Answer:
    verdicts: list[Verdict]
    # Of each bucket: tokens nobody comes for, while there are some who wait.
    spare: list[int]


@dataclass
class State:
    """One bucket at one moment."""

    full_at: float = 0.0  # when it is full again: the whole of a token bucket in one number
    back_until: float = 0.0
    pulled_at: float = 0.0
    lines: dict[str, float] = field(default_factory=dict)  # until when each one reaches
    bucket: Bucket = Bucket("", 1, 1)
    now: float = 0.0

    def at(self, bucket: Bucket, now: float) -> "State":
        self.bucket, self.now = bucket, now
        # No emptier than empty, whatever the rate was before.
        self.full_at = min(self.full_at, now + bucket.burst * bucket.interval)
        self.lines = {line: until for line, until in self.lines.items() if until > now}
        return self

    @property
    def level(self) -> float:
        return self.bucket.burst - max(0.0, self.full_at - self.now) / self.bucket.interval

    def has_room(self, request: Request) -> bool:
        return self.level >= 1 + self._leaves(request) - NEARLY

    def _leaves(self, request: Request) -> int:
        if request.has_waited:
            return self.bucket.kept
        return self.bucket.cushion if request.line in self.lines else 0

    def take(self, many: int = 1) -> None:
        self.full_at = max(self.full_at, self.now) + many * self.bucket.interval

    def put_off(self, request: Request) -> float:
        """Seconds until its turn should come."""
        turn = self._back() if request.has_waited else self._end_of(request.line)
        return math.ceil(turn / self.bucket.grid) * self.bucket.grid - self.now

    def _back(self) -> float:
        each = self.bucket.interval
        has_token = self.now + (1 + self.bucket.kept - self.level) * each
        soon = self.now + min(BACK, self.bucket.burst * each)
        self.back_until = max(self.back_until + each, has_token, soon)
        return self.back_until

    def _end_of(self, line: str) -> float:
        each = self.bucket.interval
        if line in self.lines:
            self.lines[line] += len(self.lines) * each
        else:
            filled = self.now + max(0.0, 1 + self.bucket.cushion - self.level) * each
            self.lines[line] = filled + len(self.lines) * each
        return self.lines[line]

    def spare(self) -> int:
        is_waited_for = bool(self.lines) or self.back_until > self.now
        many = math.floor(self.level - self.bucket.cushion + NEARLY)
        if not is_waited_for or many < 1 or self.level < self.bucket.burst * 0.75:
            return 0
        if self.now - self.pulled_at < PULL:
            return 0
        self.pulled_at = self.now
        return many


def in_turn(lines: Sequence[str]) -> list[int]:
    """The places of `lines`, one of each line after the other: what is scarce is shared by all."""
    seen: Counter[str] = Counter()
    rounds = []
    for place, line in enumerate(lines):
        rounds.append((seen[line], place))
        seen[line] += 1
    return [place for _, place in sorted(rounds)]


def turns(bucket: Bucket, spare: int) -> list[float]:
    """Seconds until the next ones may ask, where `spare` tokens are left over."""
    more = min(int(DEALT_SECONDS / bucket.interval), DEALT_MOST)
    return [0.0] * spare + [(place + 1) * bucket.interval for place in range(more)]


class Buckets:
    def __init__(self, empty_at: float = -math.inf) -> None:
        """`empty_at`: when all of them were empty, also those nobody has asked for yet."""
        self._empty_at = empty_at
        self._states: dict[str, State] = {}

    def ask(
        self, buckets: Sequence[Bucket], requests: Sequence[Request], most: int, now: float
    ) -> Answer:
        """Of `requests`, in order, `most` may go at the most; each needs a token of all its buckets."""
        states = [self._state(bucket, now) for bucket in buckets]
        verdicts: list[Verdict] = []
        for request in requests:
            verdicts.append(verdict(request, states) if most else Verdict(None))
            most -= verdicts[-1].may_go
        return Answer(verdicts, [state.spare() for state in states])

    def give_back(self, many: Sequence[tuple[Bucket, int]], now: float) -> None:
        for bucket, tokens in many:
            self._state(bucket, now).full_at -= tokens * bucket.interval

    def forget_lines(self, name: str) -> None:
        """Nobody waits there any more."""
        if state := self._states.get(name):
            state.lines, state.back_until = {}, 0.0

    def _state(self, bucket: Bucket, now: float) -> State:
        if bucket.name not in self._states:
            full_at = self._empty_at + bucket.burst * bucket.interval
            self._states[bucket.name] = State(full_at)
        return self._states[bucket.name].at(bucket, now)


def verdict(request: Request, states: Sequence[State]) -> Verdict:
    lacking = [index for index in request.buckets if not states[index].has_room(request)]
    if lacking:
        waits = [(states[index].put_off(request), index) for index in lacking]
        return Verdict(*max(waits))
    for index in request.buckets:
        states[index].take()
    return Verdict(0)
