"""Starts a peer's process, tells it to begin, and hears that it is done."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.paths import PEERS_PYTHON, ROOT
from bench.peers.driver import DONE, READY
from tests.servers import DidNotStart
from tests.servers.process import tail


class Driver:
    """`log`: where its other words go, and are looked for when it fails."""

    def __init__(self, module: str, *arguments: str, environ: Mapping[str, str], log: Path) -> None:
        self.module, self.log = module, log
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [PEERS_PYTHON, "-m", module, *arguments],
                cwd=ROOT,
                env={**os.environ, **environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        self._hear(READY)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Its standard input ends, and so does it, whatever has become of it or of us."""
        self._process.communicate()

    def begin(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write("begin\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        self._hear(DONE)

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        heard = self._process.stdout.readline().strip()
        if heard != word:
            raise DidNotStart(f"{self.module} said {heard!r} and not {word!r}:\n{tail(self.log)}")


def together(drivers: Sequence[Driver]) -> None:
    for driver in drivers:
        driver.begin()
    for driver in drivers:
        driver.wait()
