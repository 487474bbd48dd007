"""The folder of one instance: who runs on it (a lock that dies with its holder) and with what (up.json)."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from terminal import Refused

LAST_RUN_ENDS_WITHIN = 10.0  # seconds
OURS = ("log", "mailbox", "broker", "reminder.db", "secret_key", "data_key", "up.json", "up.lock")


@dataclass
class Run:
    """What up.json tells: the process, what it chose for its parts, and each part's process."""

    pid: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)


class Instance:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run_file = folder / "up.json"
        self.lock_file = folder / "up.lock"

    def prepare(self) -> None:
        """Raises Refused with the one folder or file that cannot be written."""
        for folder in (self.folder, self.folder / "log", self.folder / "mailbox"):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds mail and secrets
            except OSError as error:
                raise Refused(unwritable(folder, error.strerror)) from error
        for path in (self.folder, *(self.folder / name for name in OURS)):
            if path.exists() and not os.access(path, os.W_OK):
                raise Refused(unwritable(path, "permission denied"))

    def lock(self) -> int:
        """The descriptor that holds the lock; whoever inherits it holds it too. Raises Refused."""
        lock = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + LAST_RUN_ENDS_WITHIN
        while not took(lock):
            run = self.last_run()
            if is_alive(run.pid) or time.monotonic() > deadline:
                os.close(lock)
                port = run.settings.get("PORT", "?")
                raise Refused(
                    f"Reminder App is already running on {self.folder} (process {run.pid}, port {port}). "
                    "Stop that one first, or choose another INSTANCE_PATH."
                )
            time.sleep(0.1)  # a killed run still stops its parts
        return lock

    def is_running(self) -> bool:
        try:
            lock = os.open(self.lock_file, os.O_RDWR)
        except OSError:
            return False
        try:
            return not took(lock)
        finally:
            os.close(lock)

    def last_run(self) -> Run:
        try:
            return Run(**json.loads(self.run_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Run()

    def remember(self, run: Run) -> None:
        """Readers see the old or the new, never a half. It holds URLs with passwords: for its owner alone."""
        fresh = self.run_file.with_suffix(".tmp")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(run), indent=2) + "\n", encoding="utf-8")
        fresh.replace(self.run_file)


def took(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return pid > 0


def unwritable(path: Path, reason: str | None) -> str:
    return (
        f"Cannot write to {path} ({(reason or 'no reason given').lower()}). "
        "Choose a folder of your own: INSTANCE_PATH=~/reminder-app bin/up"
    )
