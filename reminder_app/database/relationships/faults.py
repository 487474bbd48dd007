"""What a look at relationships finds, and what it means for whoever asked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

FAULT, WARNING, NOTE = "fault", "warning", "note"
EXIT = {NOTE: 0, WARNING: 1, FAULT: 2}


@dataclass(frozen=True)
class Found:
    """fault: rows are lost, orphaned or refused. warning: slow or surprising. note: worth knowing."""

    level: str
    rule: str
    where: str
    words: str
    rows: Sequence[str] = ()  # keys of some, where it is about rows

    def __str__(self) -> str:
        some = f" For instance {', '.join(self.rows)}." if self.rows else ""
        return f"{self.level}: {self.where}: {self.words}{some} [{self.rule}]"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def exit_code(found: Sequence[Found]) -> int:
    return max((EXIT[one.level] for one in found), default=0)
