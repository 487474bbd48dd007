import email
import email.policy
import json
import socket
import sys
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.servers.certificates import make_certificate
from tests.servers.process import Server, can_connect, free_port

PROGRAM = Path(__file__).with_name("smtp_sink.py")


class SmtpSink(Server):
    """Keeps every mail it accepts, over kill() and start() too; told how to misbehave.

    Rules last until behave(), or `times` uses; they outlive a restart. `at` is one of connect,
    ehlo, mail, rcpt, data, content and end (the answer after the final dot); the first that fits is
    used. `keeps_content`: False where thousands of mails are only counted.
    """

    name = "smtp"

    def __init__(
        self,
        port: int | None = None,
        security: str = "none",
        user: str = "",
        password: str = "",
        keeps_content: bool = True,
    ) -> None:
        super().__init__(port)
        self.keeps_content = keeps_content
        self.control_port = free_port()
        self.security, self.user, self.password = security, user, password
        self.rules: list[dict[str, Any]] = []
        (self.folder / "mails").mkdir()
        if security != "none":
            make_certificate(self.certificate, self.ca_file)

    @property
    def host(self) -> str:
        return "localhost"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def ca_file(self) -> Path:
        """What a client has to trust: SSL_CERT_FILE=..."""
        return self.folder / "ca.pem"

    @property
    def settings(self) -> dict[str, str]:
        """The product's settings that make it send here."""
        return {
            "SMTP_HOST": self.host,
            "SMTP_PORT": str(self.port),
            "SMTP_SECURITY": self.security,
            "SMTP_USER": self.user,
            "SMTP_PASSWORD": self.password,
        }

    def command(self) -> list[str]:
        secure = self.security != "none"
        return [
            *(sys.executable, str(PROGRAM)),
            *("--port", str(self.port)),
            *("--control-port", str(self.control_port)),
            *("--folder", str(self.folder)),
            *("--security", self.security),
            *(("--certificate", str(self.certificate)) if secure else ()),
            *("--user", self.user),
            *("--password", self.password),
            *(() if self.keeps_content else ("--forget-content",)),
        ]

    def is_ready(self) -> bool:
        if not (can_connect(self.control_port) and can_connect(self.port)):
            return False
        self._tell(rules=self.rules)
        return True

    def refuse(
        self,
        code: int,
        at: str = "rcpt",
        text: str = "not now",
        address: str = "",
        times: int | None = None,
    ) -> None:
        """Answer with 421, 450, 550 ...; only for this address, only so often, when given."""
        self._add(at=at, action="refuse", code=code, text=text, address=address, times=times)

    def delay(
        self, seconds: float, at: str = "end", address: str = "", times: int | None = None
    ) -> None:
        """Answer late. At the end, the mail is kept before the wait."""
        self._add(at=at, action="delay", seconds=seconds, address=address, times=times)

    def drop(
        self, at: str = "end", keep: bool = True, address: str = "", times: int | None = None
    ) -> None:
        """Close the connection instead of answering; at the end, with the mail kept or lost."""
        self._add(at=at, action="drop", keep=keep, address=address, times=times)

    def cut(self, after: int, address: str = "", times: int | None = None) -> None:
        """Close the connection when so many bytes of a content have come."""
        self._add(at="content", action="drop", after=after, address=address, times=times)

    def uses(self) -> list[int]:
        """How often each rule was used, in the order they were made, since the last one was."""
        return [int(uses) for uses in self._tell()["uses"]]

    def behave(self) -> None:
        self.rules = []
        self._tell(rules=[])

    @property
    def connections(self) -> int:
        """How often somebody connected since the last start, these questions aside."""
        # is_ready() looks once itself.
        return int(self._tell()["connections"]) - 1

    def accepted(self) -> list[dict[str, Any]]:
        """begun, at (epoch seconds), message_id, delivery, key, from, to, file: a line per mail, in order."""
        log = self.folder / "accepted.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def count(self) -> int:
        log = self.folder / "accepted.jsonl"
        return log.read_bytes().count(b"\n") if log.exists() else 0

    def message_ids(self) -> Counter[str]:
        """How often each message was accepted: a doubled mail counts 2."""
        return Counter(entry["message_id"] for entry in self.accepted())

    def messages(self) -> list[EmailMessage]:
        files = [self.folder / "mails" / entry["file"] for entry in self.accepted()]
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in files
        ]

    def wait_for(self, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """Until so many were accepted; gives what there is when the time is over."""
        deadline = time.monotonic() + seconds
        while self.count < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.accepted()

    def empty(self) -> None:
        """Forget what was accepted."""
        log = self.folder / "accepted.jsonl"
        if log.exists():
            log.write_bytes(b"")

    def _add(self, **rule: Any) -> None:
        self.rules.append(rule)
        self._tell(rules=self.rules)

    def _tell(self, **asked: Any) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.control_port), timeout=60) as connection:
            connection.sendall(json.dumps(asked).encode() + b"\n")
            answer: dict[str, Any] = json.loads(connection.makefile().readline())
        return answer
