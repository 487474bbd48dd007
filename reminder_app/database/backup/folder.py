"""The folder that backups are kept in: what is in it, and who works in it."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from reminder_app.database.backup.errors import BackupError, Busy, Unreadable
from reminder_app.database.backup.manifest import Manifest

log = logging.getLogger(__name__)
CONTENT, MANIFEST, LOGS = ".backup", ".json", "logs"
FILES, LIST, SEALED = "files", ".files", ".sealed"
NEWEST = "latest"
NO_PATH = (
    "BACKUP_PATH is not set: no backups are made here. It and BACKUP_KEY want to be set; `flask backup "
    "new-key` makes the key."
)


class Folder:
    """`2026-11-21T10-00-03.123Z.backup` with its `.json`, and `logs/` with the log of changes.

    `files/` has the files that rows name, see files.py, and a `.files` beside a backup says which.
    """

    def __init__(self, path: Path | None) -> None:
        if path is None:
            raise BackupError(NO_PATH)
        self.path = path

    def make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BackupError(f"{self.path} cannot be made: {error.strerror}.") from error
        if not os.access(self.path, os.W_OK):
            raise BackupError(f"{self.path} cannot be written to.")

    @property
    def logs(self) -> Path:
        return self.path / LOGS

    def content(self, name: str) -> Path:
        return self.path / f"{name}{CONTENT}"

    def manifest(self, name: str) -> Path:
        return self.path / f"{name}{MANIFEST}"

    @property
    def files(self) -> Path:
        return self.path / FILES

    def file(self, sha256: str) -> Path:
        return self.files / sha256[:2] / f"{sha256}{SEALED}"

    def files_list(self, name: str) -> Path:
        return self.path / f"{name}{LIST}"

    def names(self) -> list[str]:
        """Oldest first; a backup is there when its manifest is, which is written last."""
        return sorted(path.name.removesuffix(MANIFEST) for path in self.path.glob(f"*Z{MANIFEST}"))

    def read(self, name: str) -> Manifest:
        """`latest` is one, too. Raises BackupError where there is none, Unreadable where it is not one."""
        names = self.names()
        if name == NEWEST and names:
            name = names[-1]
        if name not in names:
            here = "none at all" if not names else f"the newest is {names[-1]}"
            raise BackupError(f"There is no backup {name} in {self.path}; {here}.")
        return Manifest.read(self.manifest(name).read_text(encoding="utf-8"), name)

    def manifests(self) -> list[Manifest]:
        """Of all that can be read, oldest first. Another one is told, and left for a person to look at:
        it must not keep backups from being made and the log from being kept."""
        found = []
        for name in self.names():
            try:
                found.append(self.read(name))
            except Unreadable as error:
                log.error("backup: %s Put it back from a copy, or take it away.", error)
        return found

    def remove(self, name: str) -> None:
        """The manifest first: what is left of a removal cut short is no backup."""
        self.manifest(name).unlink(missing_ok=True)
        self.content(name).unlink(missing_ok=True)
        self.files_list(name).unlink(missing_ok=True)

    def sweep(self) -> list[str]:
        """Take away what an interrupted run left; only for who holds the lock."""
        known = set(self.names())
        left = [*self.path.glob("*.part"), *self.files.glob("??/*.part")]
        left += [
            path
            for ending in (CONTENT, LIST)
            for path in self.path.glob(f"*Z{ending}")
            if path.name.removesuffix(ending) not in known
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return sorted(path.name for path in left)

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises Busy. The kernel lets go of it when the process dies, however it does."""
        self.make()
        with (self.path / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy("Another backup or restore test is at work in this folder.") from error
            yield


def name_at(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H-%M-%S}.{utc.microsecond // 1000:03d}Z"
