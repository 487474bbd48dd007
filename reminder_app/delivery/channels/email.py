"""Mail over one kept-open SMTP connection per process."""

import re
import smtplib
import socket
import time
from collections.abc import Callable
from contextlib import suppress

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
MOST_MAILS, IDLE_SECONDS = 100, 30
BARE = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
ANSWER_LOST = "The connection broke after the message was handed over, before the server answered."


class EmailChannel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = Sender.of(settings)
        self._smtp: smtplib.SMTP | None = None
        self._mails = 0
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
        if self._smtp is not None:
            connection.leave(self._smtp)
        self._smtp = None

    def stop(self) -> None:
        """Cut the wire, also from a signal handler: whoever waits for an answer hears none."""
        self._is_stopped = True
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.shutdown(socket.SHUT_RDWR)

    def send(self, letter: Letter, content: bytes, before_dot: Callable[[], None]) -> str:
        """Hand it over and give the server's words; `before_dot` is the last moment to raise.

        Raises SendError. A connection that was closed behind our back is opened anew, once.
        """
        try:
            return self._send(letter, content, before_dot)
        except NotHandedOver:
            self._break_off_when_stopped()
        try:
            return self._send(letter, content, before_dot)
        except NotHandedOver as error:
            raise SendError(PROVIDER, False, str(error)) from error

    def _break_off_when_stopped(self) -> None:
        if self._is_stopped:
            raise SendError(ACCOUNT, False, "The worker was stopped.")

    def _send(self, letter: Letter, content: bytes, before_dot: Callable[[], None]) -> str:
        smtp = self.open()
        self._mails += 1
        try:
            self._envelope(smtp, mail_address(letter.address))
            self._content(smtp, content, before_dot)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotHandedOver(f"The connection broke: {error}") from error
        return self._answer(smtp)

    def _envelope(self, smtp: smtplib.SMTP, address: str) -> None:
        crash.point("mail")
        self._expect("mail", 250, *smtp.mail(self.sender.address))
        crash.point("mailed")
        self._expect("rcpt", 250, *smtp.rcpt(address))
        crash.point("data")
        self._expect("data", 354, *smtp.docmd("DATA"))

    def _expect(self, at: str, wanted: int, code: int, words: bytes) -> None:
        if code // 100 == wanted // 100:
            return
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

    def _content(self, smtp: smtplib.SMTP, content: bytes, before_dot: Callable[[], None]) -> None:
        try:
            smtp.send(stuffed(content))
            before_dot()
        except BaseException:
            self._drop()  # in the middle of a message: the next one cannot use it
            raise
        crash.point("dot")
        wait_at_most(smtp, DOT_SECONDS)
        # Three bytes leave whole or not at all: an error here means the server has nothing.
        smtp.send(b".\r\n")
        crash.point("dotted")

    def _answer(self, smtp: smtplib.SMTP) -> str:
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
        self._smtp = None


def wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def stuffed(content: bytes) -> bytes:
    """CRLF alone ends a line (a bare CR or LF would smuggle a second mail), and dots are doubled."""
    return LEADING_DOT.sub(b"..", BARE.sub(b"\r\n", content))
