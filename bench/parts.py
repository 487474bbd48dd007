"""Celery's processes: the product's, as its Procfile has them, and the peer's."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.paths import PEERS_PYTHON, ROOT
from tests.servers import Server

PROCESSES = 2
# The product replaces a process after so many tasks. Who looks at one for long wants it to stay.
FOR_EVER = ("--max-tasks-per-child", "1000000000")
BEAT = ("beat", "--loglevel", "WARNING")


class CeleryPart(Server):
    name = "celery"

    def __init__(
        self, python: Path, tree: Path, app: str, environ: Mapping[str, str], *arguments: str
    ) -> None:
        super().__init__(port=1)  # it listens to nobody
        # -P: or the folder this runs in would come before the tree.
        start = (str(python), "-P", "-m", "celery", "--workdir", str(tree), "-A", app)
        self._command = [*start, *arguments]
        self._environ = {**os.environ, **environ, "PYTHONPATH": str(tree)}

    def environ(self) -> Mapping[str, str]:
        return self._environ

    def command(self) -> list[str]:
        return self._command

    def is_ready(self) -> bool:
        return True

    def close(self) -> None:
        self.stop()
        super().close()

    def kill(self) -> None:
        """Its children too."""
        if self.is_running:
            os.killpg(self.pid, signal.SIGKILL)
        super().kill()


def worker(processes: int = PROCESSES, *more: str) -> tuple[str, ...]:
    return (
        *("worker", "--pool", "prefork", "--concurrency", str(processes), *more),
        *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
    )


def product_part(tree: Path, environ: Mapping[str, str], *what: str) -> CeleryPart:
    return CeleryPart(Path(sys.executable), tree, "celery_worker", environ, *what)


def peer_worker(environ: Mapping[str, str]) -> CeleryPart:
    return CeleryPart(PEERS_PYTHON, ROOT, "bench.peers.celery_tasks", environ, *worker())
