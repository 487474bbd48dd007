"""One process that belongs to a run: how it starts, when it may start again, and what it says."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

YOUNG = 5.0  # seconds; who dies younger has something wrong that a start at once does not cure
LONGEST_PAUSE = 30.0
ROTATED_AT = 5_000_000  # bytes
SAME_AGAIN_AFTER = 60.0  # seconds
LEVEL = re.compile(r"\b(?:(DEBUG|INFO|NOTICE)|(WARNING|ERROR|CRITICAL|FATAL|Traceback \(most))\b")
VARYING = re.compile(r"[0-9a-f-]{8,}|\d+")  # times and ids, which make the same complaint look new


@dataclass
class Part:
    name: str
    command: list[str]
    environ: Mapping[str, str]
    folder: Path  # where it runs
    log: Path
    stage: str = "work"  # work is stopped before its base
    is_loud: bool = True  # its warnings are worth a person's attention
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0  # not before this moment
    early_deaths: int = 0
    read_to: int = 0
    is_showing: bool = False
    complaints: dict[str, float] = field(default_factory=dict)

    def start(self, before: Callable[[], None]) -> None:
        """In a session of its own, so that Ctrl-C reaches only who stops things in order."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before,
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Its leader alone: it knows how its children end in order."""
        if self.process:
            self.process.terminate()

    def kill_group(self) -> None:
        """Also the children that a killed part left behind."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def died(self) -> str:
        """Notes the death, sets when to start again, and says it in words."""
        code = self.process.returncode if self.process else 0
        age = time.monotonic() - self.started_at
        self.process = None
        self.early_deaths = self.early_deaths + 1 if age < YOUNG else 0
        pause = min(2.0 ** (self.early_deaths - 1), LONGEST_PAUSE) if self.early_deaths else 0.0
        self.start_at = time.monotonic() + pause
        when = f"again in {pause:.0f} s" if pause else "again now"
        return f"ended ({how(code)}); it starts {when}. Its log: {self.log}"

    def rotate(self) -> None:
        if self.log.exists() and self.log.stat().st_size > ROTATED_AT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.read_to = self.log.stat().st_size if self.log.exists() else 0

    def shorten(self) -> None:
        """While it runs, in place: the part goes on writing to the same open file, at its end."""
        if self.read_to > ROTATED_AT:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
            self.read_to = 0

    def news(self) -> list[str]:
        """Whole lines written to the log since the last call."""
        if not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(self.read_to)
            written = log.read()
        whole = written[: written.rfind(b"\n") + 1]
        self.read_to += len(whole)
        return whole.decode("utf-8", "replace").splitlines()

    def is_worth_showing(self, line: str) -> bool:
        """A warning or an error, with the lines that belong to it; the same one once a minute."""
        found = LEVEL.search(line)
        if found and found[1] or not line.strip():
            self.is_showing = False
        elif found and found[2]:
            self.is_showing = self.is_new(VARYING.sub("", line))
        return self.is_loud and self.is_showing

    def is_new(self, complaint: str) -> bool:
        last = self.complaints.get(complaint, -SAME_AGAIN_AFTER)
        if time.monotonic() - last < SAME_AGAIN_AFTER:
            return False
        self.complaints[complaint] = time.monotonic()
        return True


def how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
