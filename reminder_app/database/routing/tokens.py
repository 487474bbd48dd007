"""What a reader must have so that somebody sees what they wrote."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from reminder_app.database import clock
from reminder_app.database.routing import gtid


@dataclass(frozen=True)
class Token:
    """A position in the writer's history; without one, the moment, and readers are given time."""

    position: str
    at: float  # seconds since 1970

    @classmethod
    def now(cls, position: str) -> Self:
        return cls("".join(position.split()), clock.now().timestamp())

    @cached_property
    def set(self) -> gtid.Position:
        return gtid.read(self.position)

    @cached_property
    def weight(self) -> int:
        """Of two tokens of one history the later has the greater."""
        return gtid.length(self.set)

    @property
    def age(self) -> float:
        return clock.now().timestamp() - self.at

    def packed(self) -> str:
        return f"{self.weight}|{self.at:.3f}|{self.position}"

    @classmethod
    def unpacked(cls, text: str) -> Self | None:
        """None for what is no token: it comes from a cache or a cookie."""
        try:
            _, at, position = text.split("|", 2)
            token = cls(position, float(at))
            return token if token.weight >= 0 else None
        except ValueError:
            return None
