"""bin/up as a person starts it: a process, a folder, a port, and what it says."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.process import free_port

ROOT = Path(__file__).resolve().parents[2]
UP, FLASK = str(ROOT / "bin" / "up"), str(ROOT / "bin" / "flask")
PARTS = {"broker", "mailbox", "web", "worker", "beat"}


def environ(instance: Path, port: int, **settings: str) -> dict[str, str]:
    """Nothing set but this, and no .env."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {"ENV_FILE": "", **kept, "INSTANCE_PATH": str(instance), "PORT": str(port), **settings}


class Product:
    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.port = free_port()
        self.environ = environ(instance, self.port)
        self.output = instance.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> "Product":
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [UP, *options], env=self.environ, stdout=output, stderr=subprocess.STDOUT
            )
        self.wait_for(lambda: "reminders go out" in self.said(), 300)
        return self

    def wait_for(self, is_true: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < deadline, f"not within {seconds} s; it said:\n{self.said()}"
            time.sleep(0.05)

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def part(self, name: str) -> int:
        return int(json.loads((self.instance / "up.json").read_text())["parts"][name])

    def processes(self) -> set[int]:
        """Whoever has this instance in its environment: the parts, and their children."""
        mark = f"INSTANCE_PATH={self.instance}\0".encode()
        return {int(path.name) for path in Path("/proc").glob("[0-9]*") if marked(path, mark)}

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def ends(self, seconds: float) -> int:
        assert self.process is not None
        return self.process.wait(seconds)

    def close(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)

    def get(self, path: str, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def first_account(self) -> tuple[str, str]:
        found = re.search(r"Sign in as +(\S+)\n +Password +(\S+)", self.said())
        assert found, self.said()
        return found[1], found[2]


def marked(process: Path, mark: bytes) -> bool:
    try:
        is_zombie = b"\nState:\tZ" in (process / "status").read_bytes()
        return not is_zombie and mark in (process / "environ").read_bytes()
    except OSError:
        return False


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=300, check=False
    )


def listen(port: int) -> socket.socket:
    taken = socket.create_server(("127.0.0.1", port))
    taken.listen()
    return taken
