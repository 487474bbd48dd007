"""Mail over one kept-open SMTP connection per process."""

import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from reminder_app.config import Settings
from reminder_app.delivery import crash
from reminder_app.delivery.channels import connection, message
from reminder_app.delivery.channels.answers import SERVICE_CLOSING, refusal
from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    PROVIDER,
    UNKNOWN,
    NotHandedOver,
    SendError,
)
from reminder_app.delivery.channels.message import Sender
from reminder_app.delivery.headers import mail_address, one_line
from reminder_app.delivery.letters import Letter

# RFC 5321 4.5.3.2.6: who gives up sooner after the dot makes duplicates.
DOT_SECONDS = 600
PATIENCE_SECONDS = 2
MOST_MAILS, IDLE_SECONDS = 100, 30
BARE = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
ANSWER_LOST = "The connection broke after the message was handed over, before the server answered."


def nothing() -> None:
    """Where there is nothing to do."""


@dataclass(frozen=True)
class Moments:
    """What the sender has to do while a message is handed over. The last two must not raise."""

    before: Callable[[], None] = nothing  # its first byte: the last moment to raise
    meanwhile: Callable[[], None] = nothing  # the server works on it
    silence: Callable[[], None] = nothing  # the server takes long to answer


class EmailChannel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = Sender.of(settings)
        self._smtp: smtplib.SMTP | None = None
        self._mails = 0
        self._ahead = ""  # to whom the envelope has left already
        self._used_at = 0.0
        self._is_stopped = False

    def warm(self) -> None:
        """Do now what need not wait for the moment when a message is due."""
        message.warm()
        self.open()

    def render(self, letter: Letter) -> bytes:
        """The same bytes at every try. Raises SendError."""
        return message.render(letter, self.sender)

    def message_id(self, letter: Letter) -> str:
        return letter.message_id or self.sender.message_id(letter.id)

    def open(self) -> smtplib.SMTP:
        """Raises SendError("account") where no message can go at all."""
        if self._mails >= MOST_MAILS:
            self.close()
        self.rest()
        if self._smtp is None:
            self._smtp = connection.connect(self.settings, self.sender.domain)
            self._mails = 0
        self._used_at = time.monotonic()
        return self._smtp

    def rest(self) -> None:
        """Leave a connection that was idle for long: servers close those without a word."""
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        if self._smtp is not None and not self._ahead:
            connection.leave(self._smtp)
        self._drop()

    def stop(self) -> None:
        """Cut the wire, also from a signal handler: whoever waits for an answer hears none."""
        self._is_stopped = True
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.shutdown(socket.SHUT_RDWR)

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        """Hand it over and give the server's words.

        To `following` goes the next one: where the server takes commands in groups (RFC 2920), its
        envelope leaves together with this content. Raises SendError, and what `at.before` raises.
        A connection that was closed behind our back is opened anew, once.
        """
        try:
            return self._send(letter, content, at, following)
        except NotHandedOver:
            self._break_off_when_stopped()
        try:
            return self._send(letter, content, at, following)
        except NotHandedOver as error:
            raise SendError(PROVIDER, False, str(error)) from error

    def _break_off_when_stopped(self) -> None:
        if self._is_stopped:
            raise SendError(ACCOUNT, False, "The worker was stopped.")

    def _send(self, letter: Letter, content: bytes, at: Moments, following: str) -> str:
        smtp = self.open()
        self._mails += 1
        try:
            self._envelope(smtp, mail_address(letter.address))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotHandedOver(f"The connection broke: {error}") from error
        try:
            at.before()
        except BaseException:
            self._drop()  # the server waits for a content that will not come
            raise
        self._content(smtp, content, self._announced(smtp, following))
        at.meanwhile()
        if is_silent(smtp, min(PATIENCE_SECONDS, DOT_SECONDS)):
            at.silence()
        return self._answer(smtp)

    def _envelope(self, smtp: smtplib.SMTP, address: str) -> None:
        """Up to where the server waits for the content."""
        if self._ahead != address:
            if self._ahead:  # it waits for a content that will not come
                raise smtplib.SMTPServerDisconnected("another message was announced")
            crash.point("envelope")
            if is_pipelining(smtp):
                wire(smtp).sendall(self._commands(address))
                self._ahead = address
        if self._ahead:
            self._ahead = ""
            self._answers(smtp)
        else:
            self._expect("mail", *smtp.mail(self.sender.address))
            self._expect("rcpt", *smtp.rcpt(address))
            self._expect("data", *smtp.docmd("DATA"))
        crash.point("enveloped")

    def _commands(self, address: str) -> bytes:
        return f"MAIL FROM:<{self.sender.address}>\r\nRCPT TO:<{address}>\r\nDATA\r\n".encode()

    def _answers(self, smtp: smtplib.SMTP) -> None:
        """To a group of commands: each has one, also after a refusal."""
        answers: dict[str, tuple[int, bytes]] = {}
        for at in ("mail", "rcpt", "data"):
            try:
                answers[at] = smtp.getreply()
            except (OSError, smtplib.SMTPException):
                if not any(is_refused(*told) for told in answers.items()):
                    raise
                break  # refused, and hung up: what was said counts
        refused = [at for at, answer in answers.items() if is_refused(at, answer)]
        if refused and "data" in answers and not is_refused("data", answers["data"]):
            wire(smtp).sendall(b".\r\n")  # RFC 2920 3.1: to nobody, and so refused
            smtp.getreply()
        if refused:
            self._refuse(refused[0], *answers[refused[0]])

    def _expect(self, at: str, code: int, words: bytes) -> None:
        if is_refused(at, (code, words)):
            self._refuse(at, code, words)

    def _refuse(self, at: str, code: int, words: bytes) -> NoReturn:
        if code == SERVICE_CLOSING or code < 0:
            self._drop()
        elif self._smtp is not None:
            self._begin_anew()
        raise refusal(at, code, words)

    def _begin_anew(self) -> None:
        """Some servers refuse and hang up: what they said counts, not that they left."""
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _announced(self, smtp: smtplib.SMTP, following: str) -> str:
        """Whose envelope can leave with this content, if anybody's."""
        is_last = self._mails >= MOST_MAILS or not is_pipelining(smtp)
        return "" if is_last or not following else mail_address(following)

    def _content(self, smtp: smtplib.SMTP, content: bytes, following: str) -> None:
        """With the final dot. Until that has left, the server has nothing."""
        content = stuffed(content) + b".\r\n"
        commands = self._commands(following) if following else b""
        sent = Sent()
        try:
            sent.all_of(wire(smtp), content + commands)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            if sent.maybe < len(content):
                raise NotHandedOver(f"The connection broke: {error}") from error
            raise SendError(UNKNOWN, False, f"{ANSWER_LOST} ({error})") from error
        self._ahead = following
        crash.point("dotted")

    def _answer(self, smtp: smtplib.SMTP) -> str:
        wait_at_most(smtp, DOT_SECONDS)
        try:
            code, words = smtp.getreply()
            wait_at_most(smtp, connection.VERB_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise SendError(UNKNOWN, False, f"{ANSWER_LOST} ({error})") from error
        crash.point("answered")
        self._used_at = time.monotonic()
        if code // 100 == 2:
            return one_line(f"{code} {words.decode('utf-8', 'replace')}")
        if code == SERVICE_CLOSING or code < 0:
            self._drop()
        raise refusal("end", code, words)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._ahead = None, ""


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


def is_silent(smtp: smtplib.SMTP, seconds: float) -> bool:
    """Nothing comes within these seconds. Only right after a dot, when all else was read."""
    if smtp.sock is None or (isinstance(smtp.sock, ssl.SSLSocket) and smtp.sock.pending()):
        return False
    poll = select.poll()  # select() ends at the 1024th file
    poll.register(smtp.sock, select.POLLIN)
    return not poll.poll(seconds * 1000)


def is_refused(at: str, answer: tuple[int, bytes]) -> bool:
    return answer[0] // 100 != (3 if at == "data" else 2)


def is_pipelining(smtp: smtplib.SMTP) -> bool:
    return smtp.has_extn("pipelining")


def wire(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return smtp.sock


def wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def stuffed(content: bytes) -> bytes:
    """CRLF alone ends a line (a bare CR or LF would smuggle a second mail), and dots are doubled."""
    return LEADING_DOT.sub(b"..", BARE.sub(b"\r\n", content))
