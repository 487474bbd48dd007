"""What processes cost, from /proc: CPU seconds and peak memory of whole families."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_EVERY = 0.25
GONE = (FileNotFoundError, ProcessLookupError)


def family(pid: int) -> Iterator[int]:
    """It, its children, and theirs."""
    yield pid
    with suppress(*GONE):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of all threads, and of the children that have ended."""
    return sum(sum(cpu_ticks(member)) for pid in pids for member in family(pid)) / TICKS


def cpu_ticks(pid: int) -> tuple[int, ...]:
    try:
        # The name, in brackets, may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except GONE:
        return (0,)
    return tuple(int(field) for field in fields[11:15])  # utime stime cutime cstime


def written_bytes(pids: Iterable[int]) -> int:
    """Into files and pipes; what goes over sockets is not in it."""
    return sum(written_by(pid) for pid in pids)


def written_by(pid: int) -> int:
    with suppress(*GONE):
        for line in Path(f"/proc/{pid}/io").read_text().splitlines():
            if line.startswith("wchar:"):
                return int(line.split()[1])
    return 0


def memory_mb(pids: Iterable[int], what: str) -> float:
    """`what`: VmRSS, now, or VmHWM, the highest so far. Pages shared with a parent count twice."""
    return sum(kilobytes(member, what) for pid in pids for member in family(pid)) / 1024


def kilobytes(pid: int, what: str) -> int:
    with suppress(*GONE):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1])
    return 0


class Peak:
    """Looks now and then, as some families lose members before the end."""

    def __init__(self, pids: Iterable[int]) -> None:
        self.pids = list(pids)
        self.mb = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._look()
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        self.mb = max(self.mb, memory_mb(self.pids, "VmHWM"))
