"""What this process has handed over, in a file of its own: it outlives kill -9, and costs no commit.

A line is written before a message's content leaves, and one when its answer is there. Who finds a
journal that nobody holds any more knows what became of each message of its last claim; only the one
that was on the wire is in doubt. Lines are written into the kernel's cache, which a crash of the
machine empties: the journal of an earlier boot proves answers, and nothing by what it lacks.
"""

import errno
import fcntl
import json
import os
import socket
import time
import uuid
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from reminder_app.delivery.letters import KINDS

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SUFFIX, UNNAMED = ".journal", ".new"
# Seconds. A process has its journal named within a moment, or it has died; and what a dead one asked
# to be committed is committed or not within the time that a driver waits for it.
LONG_UNNAMED, LATE_COMMIT = 3600, 40
WHAT_TO_DO = (
    "Nothing is sent, as no journal can be written to {} ({}): "
    "give INSTANCE_PATH a folder on this machine's own disk that the worker may write to."
)


@dataclass
class Entry:
    """What is known of one message: handed over with this hash, and how that ended, if it did."""

    content_hash: bytes
    started_at: datetime
    ending: dict[str, Any] = field(default_factory=dict)


Entries = dict[tuple[uuid.UUID, int], Entry]


class NoJournal(OSError):
    """Without one nothing is sent."""


class Journal:
    """The one of this process. Raises NoJournal where its folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        try:
            self._open(folder)
        except OSError as error:
            raise NoJournal(WHAT_TO_DO.format(folder, error.strerror)) from error

    def _open(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.worker = f"{socket.gethostname()[:48]}:{os.getpid()}:{os.urandom(4).hex()}"
        self.path = folder / f"{self.worker}{SUFFIX}"
        head = line([self.worker, boot_id()])
        # Locked before it has its name: nobody may take it for one that was left behind.
        unnamed = self.path.with_suffix(UNNAMED)
        self._file = os.open(unnamed, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._length = self._empty = 0
        try:
            self._write(head)
            unnamed.rename(self.path)
        except OSError:
            os.close(self._file)
            unnamed.unlink(missing_ok=True)
            raise
        self._empty = self._length

    def begin(self, delivery_id: uuid.UUID, fence: int, content_hash: bytes, at: datetime) -> None:
        """Before the first byte of its content. Raises OSError: then nothing may leave."""
        self._write(line([delivery_id.hex, fence, content_hash.hex(), at.isoformat()]))

    def end(self, delivery_id: uuid.UUID, fence: int, ending: dict[str, Any]) -> None:
        """How it ended. On a full disk it is not said: a doubt, should this process die now."""
        with suppress(OSError):
            self._write(line([delivery_id.hex, fence, ending]))

    def _write(self, content: bytes) -> None:
        try:
            if os.write(self._file, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._file, self._length)  # or the next line would hang on half of this
            raise
        self._length += len(content)

    def touch(self) -> None:
        """Before a claim: should its COMMIT come through after our death, this is still there."""
        os.utime(self._file)

    def clear(self) -> None:
        """All of it is in the database."""
        if self._length > self._empty:
            os.ftruncate(self._file, self._empty)
            self._length = self._empty

    def close(self) -> None:
        """One that has something in it stays, and is found."""
        if self._length == self._empty:
            self.path.unlink(missing_ok=True)
        os.close(self._file)


def line(values: list[Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"


def boot_id() -> str:
    with suppress(OSError):
        return BOOT_ID.read_text().strip()
    return ""


@dataclass(frozen=True)
class Left:
    """The journal of a process that is gone. `is_complete`: what it lacks did not happen."""

    path: Path
    worker: str
    is_complete: bool
    entries: Entries

    @classmethod
    def read(cls, path: Path, content: bytes) -> Self:
        # The last line may be torn: whoever was writing it had sent nothing of what it says yet.
        first, *others = [read_line(text) for text in content.split(b"\n")[:-1]] or [None]
        worker, boot = path.name.removesuffix(SUFFIX), ""
        match first:
            case [str(told), str(boot)] if told:
                worker = told
        entries: Entries = {}
        for values in others:
            with suppress(ValueError):  # a machine that went down leaves what it likes
                note(entries, values)
        return cls(path, worker, bool(boot) and boot == boot_id(), entries)


def read_line(text: bytes) -> Any:
    with suppress(ValueError):
        return json.loads(text)
    return None


def note(entries: Entries, values: Any) -> None:
    match values:
        case [str(delivery), int(fence), str(content_hash), str(at)]:
            entry = Entry(bytes.fromhex(content_hash), moment(at))
            entries[uuid.UUID(delivery), fence] = entry
        case [str(delivery), int(fence), {"kind": str(kind), "at": str(at)} as ending]:
            if kind not in KINDS or not moment(at):
                raise ValueError(f"no ending: {ending}")
            if begun := entries.get((uuid.UUID(delivery), fence)):
                begun.ending = ending


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def workers_of(folder: Path) -> list[str]:
    """Whose journals are here, whether they live or not."""
    return [path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}")]


def left_behind(folder: Path) -> Generator[Left]:
    """Journals nobody holds. Each is this caller's until the next is asked for, or this is closed.

    They stay for a while: a claim that was on its way when its worker died may be committed only now.
    """
    sweep(folder)
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file.fileno()).st_nlink == 0:  # settled by another since it was opened
                continue
            yield Left.read(path, file.read())
            if age(path) > LATE_COMMIT:
                path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """What somebody left who died before his journal had a name: it says nothing."""
    for path in folder.glob(f"*{UNNAMED}"):
        with suppress(OSError):
            if age(path) > LONG_UNNAMED:
                path.unlink()


def age(path: Path) -> float:
    """Seconds since it was written to."""
    return time.time() - path.stat().st_mtime
