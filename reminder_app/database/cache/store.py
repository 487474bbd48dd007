"""What the cache asks of the place it keeps its values in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

# A COMMIT that was sent has arrived, or never will, after so long: longer than anybody waits for its answer.
COMMIT_SECONDS = 40.0
LEASE_SECONDS = 30.0  # that others leave a query to the one who runs it
LONGEST_STALE = 30.0  # past its time, that a value is given while one caller makes it anew
BIGGEST = 1_000_000  # bytes of a value


class Said(Enum):
    HIT = "hit"
    LEAD = "lead"  # run the query; others wait for it
    WAIT = "wait"  # another one runs it
    BUSY = "busy"  # a transaction that wrote is committing
    AWAY = "away"


@dataclass(frozen=True)
class Answer:
    said: Said
    versions: str = ""  # of the tables, read before anything else
    value: bytes | None = None  # at LEAD: past its time, and right otherwise
    token: str = ""  # of the one who leads


AWAY = Answer(Said.AWAY)


class Store(Protocol):
    name: str

    def look(self, key: str, tables: Sequence[str]) -> Answer: ...

    def fill(
        self, key: str, tables: Sequence[str], answer: Answer, value: bytes, ttl: float
    ) -> bool:
        """False where the tables have other versions by now."""

    def release(self, key: str, answer: Answer) -> None:
        """The one who leads gives up."""

    def mark(self, tables: Iterable[str]) -> str:
        """Whoever asks from now on does not get what was read before. Gives what bump() wants."""

    def bump(self, tables: Iterable[str], mark: str) -> None:
        """New versions, and the mark is gone; without a mark of all tables, with one of those it was for."""

    def outside(self) -> object:
        """What changes with each commit of anybody, where the database tells; else always the same."""

    def state(self) -> dict[str, Any]:
        """For the operator: is_away, and what it holds."""

    def add_figures(self, figures: dict[str, float]) -> bool:
        """Added to what all processes have there. False where each keeps its own."""

    def figures(self) -> dict[str, float]: ...


def stale_seconds(ttl: float) -> float:
    return min(ttl, LONGEST_STALE)
