"""Commands out and answers in, over a connection that is open and signed in (RFC 5321, RFC 2920)."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable

VERB_SECONDS = 30
PATIENCE_SECONDS = 2  # after so long, and again, whoever waits for an answer is told
LONGEST_ANSWER = 1 << 16
BARE = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
Answer = tuple[int, bytes]


def nothing() -> None:
    """Where there is nothing to do."""


class Wire:
    """Raises OSError and smtplib.SMTPException; after that the connection is of no more use."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._unread = bytearray()

    def send(self, content: bytes, sent: "Sent | None" = None) -> None:
        self._wait_at_most(VERB_SECONDS)
        (sent or Sent()).all_of(self._sock, content)

    def answer(
        self, seconds: float = VERB_SECONDS, silence: Callable[[], None] = nothing
    ) -> Answer:
        """The code, -1 where there is none, and the words. Raises TimeoutError after `seconds`."""
        until = time.monotonic() + seconds
        words = []
        while True:
            line = self._line(until, silence)
            words.append(line[4:].strip())
            code = int(line[:3]) if line[:3].isdigit() else -1
            if line[3:4] != b"-" or code < 0:
                return code, b"\n".join(words)

    def _line(self, until: float, silence: Callable[[], None]) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > LONGEST_ANSWER:
                raise smtplib.SMTPServerDisconnected("its answer has no end")
            self._unread += self._heard(until, silence)
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def _heard(self, until: float, silence: Callable[[], None]) -> bytes:
        while True:
            left = until - time.monotonic()
            self._wait_at_most(max(min(left, PATIENCE_SECONDS), 0.001))
            try:
                heard = self._sock.recv(4096)
            except TimeoutError:
                if left <= PATIENCE_SECONDS:
                    raise
                silence()
            else:
                if not heard:
                    raise smtplib.SMTPServerDisconnected("the server closed it")
                return heard

    def _wait_at_most(self, seconds: float) -> None:
        if self._sock.gettimeout() != seconds:
            self._sock.settimeout(seconds)


class Sent:
    """How much may have left: over TLS a part that failed may have, in part."""

    maybe = 0

    def all_of(self, sock: socket.socket, content: bytes) -> None:
        view = memoryview(content)
        is_sealed = isinstance(sock, ssl.SSLSocket)
        while self.maybe < len(view):
            done = self.maybe
            if is_sealed:
                self.maybe = len(view)
            self.maybe = done + sock.send(view[done:])


def stuffed(content: bytes) -> bytes:
    """CRLF alone ends a line (a bare CR or LF would smuggle a second mail), and dots are doubled."""
    ends = content.count(b"\r\n")
    if content.count(b"\r") != ends or content.count(b"\n") != ends:
        content = BARE.sub(b"\r\n", content)
    if content.startswith(b".") or b"\n." in content:
        content = LEADING_DOT.sub(b"..", content)
    return content
