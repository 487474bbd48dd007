"""Starts the parts, starts again what dies, shows what is worth showing, and stops all of it in order."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import IO

from lifeline import tied
from part import Part, how
from watchdog import STAGES

WATCHDOG = [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))]
LONGEST_WORDS = 300
TICK = 0.25  # seconds between two looks at the logs; a death is seen at once


class Failed(Exception):
    """A command ended with an error; the text is the last it said."""


def last_words(said: str) -> str:
    """The line that names the error: below it SQLAlchemy adds the statement and an address."""
    lines = [line for line in said.splitlines() if line and line[0] not in " ([\t"]
    return lines[-1][:LONGEST_WORDS] if lines else ""


class Supervisor:
    """`changed` is called after each start of a part; `held` are descriptors the watchdog keeps open."""

    def __init__(
        self,
        say: Callable[[str], None],
        changed: Callable[[], None],
        held: tuple[int, ...] = (),
        is_verbose: bool = False,
    ) -> None:
        self.say, self.changed, self.held, self.is_verbose = say, changed, held, is_verbose
        self.parts: list[Part] = []
        self.stops_asked = 0
        self.watchdog: subprocess.Popen[bytes] | None = None
        self.wake = self.listen()
        self.watch()

    def listen(self) -> int:
        """A descriptor that becomes readable when a signal comes in."""
        read, write = os.pipe()
        os.set_blocking(write, False)
        os.set_blocking(read, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return read

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1

    @property
    def is_asked_to_stop(self) -> bool:
        return self.stops_asked > 0

    def watch(self) -> None:
        """A watchdog that died is replaced, and told again of all that runs."""
        if self.watchdog and self.watchdog.poll() is None:
            return
        if self.watchdog and self.watchdog.stdin:
            self.watchdog.stdin.close()
        self.watchdog = subprocess.Popen(
            WATCHDOG,
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=self.held,
        )
        for part in self.parts:
            if part.is_running():
                self.tell(part.stage, part.pid)

    def tell(self, stage: str, group: int) -> None:
        if self.watchdog and self.watchdog.stdin:
            with contextlib.suppress(BrokenPipeError):  # the next watchdog is told everything
                self.watchdog.stdin.write(f"{stage} {group}\n".encode())

    def add(self, part: Part) -> None:
        part.rotate()
        self.parts.append(part)
        self.start(part)

    def start(self, part: Part) -> None:
        tie = tied(signal.SIGTERM)

        def before() -> None:
            tie()
            self.tell(part.stage, os.getpid())

        try:
            part.start(before)
        except (OSError, subprocess.SubprocessError) as error:
            self.say(f"{part.name}: cannot start ({error}).")
            part.died()
        self.changed()

    def rest(self, seconds: float) -> None:
        """Until a signal comes in, at most for `seconds`."""
        if select.select([self.wake], [], [], seconds)[0]:
            os.read(self.wake, 4096)

    def tick(self) -> None:
        self.rest(TICK)
        self.watch()
        for part in self.parts:
            self.look_at(part)
            self.show(part)

    def look_at(self, part: Part) -> None:
        if part.process and not part.is_running():
            part.kill_group()
            self.tell("gone", part.pid)
            self.say(f"{part.name}: {part.died()}")
        if part.process is None and not self.is_asked_to_stop and time.monotonic() >= part.start_at:
            self.start(part)

    def show(self, part: Part) -> None:
        for line in part.news():
            if part.is_worth_showing(line) or self.is_verbose:
                self.say(f"{part.name:7} | {line}")
        part.shorten()

    def run_until(self, is_done: Callable[[], bool], seconds: float = float("inf")) -> bool:
        """False when the time is over, or somebody asked to stop."""
        deadline = time.monotonic() + seconds
        while not self.is_asked_to_stop and time.monotonic() < deadline:
            if is_done():
                return True
            self.tick()
        return False

    def carry_out(
        self, command: list[str], environ: Mapping[str, str], log: Path, text: str = ""
    ) -> str:
        """One command to its end, with `text` as input; its stdout. Raises Failed, and KeyboardInterrupt on a stop."""
        with TemporaryFile("w+") as given, TemporaryFile("w+") as said, log.open("a+") as errors:
            given.write(text)
            given.seek(0)
            code = self.end_of(command, environ, given, said, errors)
            if code:
                errors.seek(0)
                raise Failed(last_words(errors.read()) or how(code))
            said.seek(0)
            return said.read().strip()

    def end_of(self, command: list[str], environ: Mapping[str, str], *streams: IO[str]) -> int:
        stdin, stdout, stderr = streams
        process = subprocess.Popen(
            command,
            env=dict(environ),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,  # Ctrl-C reaches only us
            preexec_fn=tied(),
        )
        try:
            if not self.run_until(lambda: process.poll() is not None):
                raise KeyboardInterrupt
        finally:
            process.kill()
            process.wait()
        return process.returncode

    def stop(self) -> None:
        for stage, patience in STAGES.items():
            self.stop_stage([part for part in self.parts if part.stage == stage], patience)
        if self.watchdog and self.watchdog.stdin:
            self.watchdog.stdin.close()
            self.watchdog.wait()

    def stop_stage(self, parts: list[Part], patience: float) -> None:
        """A second Ctrl-C ends the patience."""
        asked, deadline = self.stops_asked, time.monotonic() + patience
        for part in parts:
            part.ask_to_end()
        while any(part.is_running() for part in parts):
            if time.monotonic() > deadline or self.stops_asked > asked:
                break
            self.rest(0.05)
        for part in parts:
            self.end(part)

    def end(self, part: Part) -> None:
        if part.is_running():
            self.say(f"{part.name}: did not end in time and was killed.")
        part.kill_group()
        if part.process:
            part.process.wait()
        self.show(part)
