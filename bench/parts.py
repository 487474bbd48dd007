"""Celery's processes: the product's, as its Procfile has them, and the peer's."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.paths import PEERS_PYTHON, ROOT
from tests.servers import Server

WORKER = (
    *("worker", "--pool", "prefork", "--concurrency", "2"),
    *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
)
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


def product_parts(tree: Path, environ: Mapping[str, str]) -> list[CeleryPart]:
    python = Path(sys.executable)
    return [CeleryPart(python, tree, "celery_worker", environ, *what) for what in (WORKER, BEAT)]


def peer_worker(environ: Mapping[str, str]) -> CeleryPart:
    return CeleryPart(PEERS_PYTHON, ROOT, "bench.peers.celery_tasks", environ, *WORKER)
