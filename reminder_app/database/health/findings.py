"""What a look at the database found: how bad it is, in a sentence that says what to do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from reminder_app.database.capabilities import Capabilities
from reminder_app.database.settings import DatabaseSettings

GOOD, WARN, BAD = "good", "warn", "bad"
EXIT_CODES = {GOOD: 0, WARN: 1, BAD: 2}
WORST_LAST = (GOOD, WARN, BAD)


@dataclass(frozen=True)
class Finding:
    """`value` is what was measured, in `unit`, where there is a number to it."""

    name: str
    level: str
    says: str
    value: float | int | str | None = None
    unit: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "level": self.level,
            "says": self.says,
            "value": self.value,
            "unit": self.unit,
        }


class Look(NamedTuple):
    """What each check is given. The connection is in no transaction of anybody's."""

    connection: Connection
    server: Capabilities
    settings: DatabaseSettings


Check = Callable[[Look], Iterable[Finding]]


def worst(findings: Sequence[Finding]) -> str:
    return max((one.level for one in findings), key=WORST_LAST.index, default=GOOD)


def level(value: float, warn: float, bad: float) -> str:
    """From `warn` on, and from `bad` on."""
    if value >= bad:
        return BAD
    return WARN if value >= warn else GOOD
