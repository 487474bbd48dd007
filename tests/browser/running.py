"""The product as a person starts it: bin/up in a folder of its own, on a free port."""

import email
import email.policy
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 300, 60, 120
KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


class Product:
    def __init__(self, instance: Path, **settings: str) -> None:
        self.instance = instance
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "ENV_FILE": "",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "INSTANCE_PATH": str(instance),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> "Product":
        self.instance.mkdir(parents=True, exist_ok=True)
        with (self.instance / "up.txt").open("ab") as told:
            self.process = subprocess.Popen(
                [str(ROOT / "bin" / "up"), *arguments],
                env=self.environment,
                stdout=told,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            if self.status("/health/ready") == 200:
                return
            time.sleep(0.2)
        self.stop()
        raise AssertionError(f"bin/up is not ready:\n{self.told()}")

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def told(self) -> str:
        return (self.instance / "up.txt").read_text(encoding="utf-8", errors="replace")

    def flask(self, *arguments: str, typed: str = "") -> str:
        """What `bin/flask …` prints."""
        done = subprocess.run(
            [str(ROOT / "bin" / "flask"), *arguments],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self, to: str) -> list[tuple[float, EmailMessage]]:
        """What arrived for an address: when (seconds since the epoch) and what."""
        found = []
        for path in sorted((self.instance / "mailbox").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in str(message["To"]):
                found.append((path.stat().st_mtime, message))
        return found

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(
    product: Product,
    token: str,
    path: str,
    body: dict[str, Any] | None = None,
    method: str | None = None,
) -> Any:
    """What the API answers with a token, if anything; with a body it is a POST."""
    request = urllib.request.Request(  # noqa: S310
        product.url + path,
        data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")
