"""A mail server of somebody's: how it is reached and signed in to, and what is in the way."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from reminder_app.delivery.channels.connection import prompt
from reminder_app.delivery.channels.reach import reach
from reminder_app.delivery.channels.wire import VERB_SECONDS

CONNECT_SECONDS = 10
# What is being done when something goes wrong.
REACH, GREET, ENCRYPT, SIGN_IN = "reach", "greet", "encrypt", "sign in"


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    security: str  # none | starttls | tls
    user: str
    password: str = field(repr=False)
    may_be_private: bool


class Given(smtplib.SMTP):
    """SMTP over a connection that is there already."""

    def __init__(self, sock: socket.socket, our_name: str) -> None:
        self._given = sock
        super().__init__(local_hostname=our_name)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._given

    def ask_for_tls(self) -> None:
        """Raises SMTPNotSupportedError, SMTPResponseException."""
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError
        code, words = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)

    def go_on_over(self, sock: socket.socket) -> None:
        """RFC 3207: what was said before does not count."""
        if self.file is not None:
            self.file.close()
        self.sock, self.file, self.ehlo_resp, self.helo_resp = sock, None, None, None
        self.esmtp_features, self.does_esmtp = {}, False
        self.ehlo()


class Way:
    """To a signed-in connection, step by step: `step` is the one it came to.

    `seconds`: how long each answer is waited for.
    """

    def __init__(self, server: Server, our_name: str, seconds: float = VERB_SECONDS) -> None:
        self.server, self.our_name, self.seconds = server, our_name, seconds
        self.step = REACH
        self.context = ssl.create_default_context()
        self._sock: socket.socket | None = None
        self._smtp: smtplib.SMTP | None = None

    def go(self) -> smtplib.SMTP:
        """Raises OSError, smtplib.SMTPException, ValueError; the connection is closed then."""
        try:
            found = self.encrypted()
            self.step = SIGN_IN
            if self.server.user:
                found.login(self.server.user, self.server.password)
        except BaseException:
            self.close()
            raise
        return found

    def encrypted(self) -> smtplib.SMTP:
        server = self.server
        sock = self.reached()
        if server.security == "tls":
            self.step = ENCRYPT
            sock = self.sealed(sock)
        self.step = GREET
        self._smtp = found = Given(sock, self.our_name)
        code, words = found.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        found.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            self.step = ENCRYPT
            found.ask_for_tls()
            found.go_on_over(self.sealed(sock))
        return found

    def sealed(self, sock: socket.socket) -> ssl.SSLSocket:
        """In two steps, so that it can be cut in between, too."""
        sealed = self.context.wrap_socket(
            sock, server_hostname=self.server.host, do_handshake_on_connect=False
        )
        self._sock = sealed
        sealed.do_handshake()
        return sealed

    def reached(self) -> socket.socket:
        server = self.server
        sock = reach(
            server.host, server.port, CONNECT_SECONDS, may_be_private=server.may_be_private
        )
        self._sock = prompt(sock)
        sock.settimeout(self.seconds)
        return sock

    def close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        if self._sock is not None:
            self._sock.close()

    def cut(self) -> None:
        """From another thread: whoever waits for an answer hears none."""
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def no_longer_than(self, seconds: float) -> Iterator[None]:
        """A server that says a byte now and then is not waited for all day."""
        is_over = threading.Event()
        threading.Thread(target=self._cut_after, args=(seconds, is_over), daemon=True).start()
        try:
            yield
        finally:
            is_over.set()

    def _cut_after(self, seconds: float, is_over: threading.Event) -> None:
        if not is_over.wait(seconds):
            self.cut()
