"""An SMTP server inside the test that answers byte for byte as it is told.

smtp_sink.SmtpSink is for whole runs; this one is for the wire: what it hears, when, and in how many
pieces it answers.
"""

import socket
import ssl
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Self

PATIENCE = 20.0
ANSWERS = {
    "connect": b"220 localhost\r\n",
    "starttls": b"220 go ahead\r\n",
    "mail": b"250 2.1.0 ok\r\n",
    "rcpt": b"250 2.1.5 ok\r\n",
    "data": b"354 go ahead\r\n",
    "end": b"250 2.0.0 kept\r\n",
    "rset": b"250 ok\r\n",
    "noop": b"250 ok\r\n",
    "quit": b"221 bye\r\n",
}
RESET = struct.pack("ii", 1, 0)


class HungUp(Exception):
    pass


@dataclass
class Mail:
    at: float
    sender: str
    recipients: list[str]
    content: bytes
    connection: int


class Dialogue:
    """One connection, as the server sees it."""

    def __init__(self, server: "ScriptedSmtp", sock: socket.socket, number: int) -> None:
        self.server, self.sock, self.number = server, sock, number
        self.sock.settimeout(PATIENCE)
        self._unread = bytearray()
        self._unsaid = b""
        self.forget()

    def forget(self) -> None:
        self.sender, self.recipients = "", list[str]()

    def run(self) -> None:
        self.answer("connect")
        while True:
            line = self.line()
            self.server.commands.append((self.number, line.decode()))
            verb, _, rest = line.decode().partition(" ")
            getattr(self, verb.lower())(rest)

    def line(self) -> bytes:
        return self.until(b"\r\n")

    def until(self, end: bytes, at_most: float = float("inf")) -> bytes:
        looked = 0
        while (found := self._unread.find(end, looked)) < 0:
            if len(self._unread) >= at_most:
                raise HungUp
            looked = max(len(self._unread) - len(end), 0)
            heard = self.sock.recv(65536)
            if not heard:
                raise HungUp
            self._unread += heard
        line = bytes(self._unread[:found])
        del self._unread[: found + len(end)]
        return line

    def say(self, words: bytes) -> None:
        """At the pace of the server."""
        self._unsaid += words
        if self.server.pace == "one packet" and self._unread:
            return
        pieces = [self._unsaid]
        if self.server.pace == "byte by byte":
            pieces = [self._unsaid[n : n + 1] for n in range(len(self._unsaid))]
        for piece in pieces:
            if self.server.pace == "slowly":
                time.sleep(0.05)
            self.sock.sendall(piece)
        self._unsaid = b""

    def answer(self, at: str) -> bytes:
        """What the test wants said here, or the usual; gives it for who wants to know."""
        told = self.server.next_answer(at)
        said: bytes = (told(self) or b"") if callable(told) else told
        self.say(said)
        return said

    def ehlo(self, _rest: str) -> None:
        offers = ["localhost", *self.server.offers]
        if self.server.security == "starttls" and not isinstance(self.sock, ssl.SSLSocket):
            offers.append("STARTTLS")
        lines = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        self.say("".join(f"{line}\r\n" for line in lines).encode())

    def starttls(self, _rest: str) -> None:
        self.answer("starttls")
        self.encrypt()

    def encrypt(self) -> None:
        assert self.server.tls is not None
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)

    def close(self) -> None:
        self.sock.close()

    def mail(self, rest: str) -> None:
        self.forget()
        if self.answer("mail").startswith(b"2"):
            self.sender = rest[6:-1]

    def rcpt(self, rest: str) -> None:
        if not self.sender:
            self.say(b"503 5.5.1 MAIL first\r\n")
        elif self.answer("rcpt").startswith(b"2"):
            self.recipients.append(rest[4:-1])

    def data(self, _rest: str) -> None:
        if self.answer("data").startswith(b"3"):
            self.content()

    def content(self) -> None:
        cut = self.server.next_answer("content")
        self._unread[:0] = b"\r\n"
        try:
            content = self.until(b"\r\n.\r\n", cut or float("inf"))
        except (HungUp, OSError):
            self.server.halves.append(bytes(self._unread[2:]))
            raise
        content = (content[2:] + b"\r\n").replace(b"\r\n..", b"\r\n.")
        content = content[1:] if content.startswith(b"..") else content
        mail = Mail(time.time(), self.sender, self.recipients, content, self.number)
        self.forget()
        if not mail.recipients:
            self.say(b"554 5.5.1 no valid recipients\r\n")
            return
        told = self.server.next_answer("end")
        if callable(told) or told.startswith(b"2"):
            self.server.mails.append(mail)
        self.say((told(self) or b"") if callable(told) else told)

    def rset(self, _rest: str) -> None:
        self.forget()
        self.answer("rset")

    def noop(self, _rest: str) -> None:
        self.answer("noop")

    def quit(self, _rest: str) -> None:
        self.answer("quit")
        raise HungUp


Told = bytes | Callable[[Dialogue], bytes | None]


def hangs_up(dialogue: Dialogue) -> None:
    raise HungUp


def resets(dialogue: Dialogue) -> None:
    dialogue.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    raise HungUp


def says_and_hangs_up(words: bytes) -> Told:
    def say(dialogue: Dialogue) -> None:
        dialogue.sock.sendall(words)
        raise HungUp

    return say


def after(seconds: float, words: bytes) -> Told:
    def say(dialogue: Dialogue) -> bytes:
        dialogue.server.is_over.wait(seconds)
        return words

    return say


@dataclass
class ScriptedSmtp:
    """`answers[at]` are what it says the next times, in order: bytes, or what is done instead of
    saying; `at` is connect, starttls, mail, rcpt, data, end, rset, noop or quit, and content is the number of
    bytes after which it hears no more. A mail whose end is done and not said counts as accepted."""

    security: str = "none"
    tls: ssl.SSLContext | None = None
    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    pace: str = "at once"  # or slowly, byte by byte, one packet
    host: str = "localhost"
    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    mails: list[Mail] = field(default_factory=list)
    halves: list[bytes] = field(default_factory=list)
    commands: list[tuple[int, str]] = field(default_factory=list)
    connections: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def next_answer(self, at: str) -> Any:
        return self.answers[at].pop(0) if self.answers[at] else ANSWERS.get(at)

    def verbs(self) -> list[str]:
        """What it was asked for, greetings aside."""
        found = [line.partition(" ")[0].upper() for _, line in self.commands]
        return [verb for verb in found if verb not in ("EHLO", "STARTTLS", "QUIT")]

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listening.accept()
                self.connections += 1
                serve = threading.Thread(
                    target=self._serve, args=(sock, self.connections), daemon=True
                )
                serve.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError, HungUp), closing(Dialogue(self, sock, number)) as dialogue:
            if self.security == "tls":
                dialogue.encrypt()
            dialogue.run()
