"""Mail over one kept-open SMTP connection."""

import smtplib
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NoReturn

from reminder_app.config import Settings
from reminder_app.config.rates import Rate
from reminder_app.delivery import crash
from reminder_app.delivery.channels import connection, message
from reminder_app.delivery.channels.answers import SERVICE_CLOSING, refusal
from reminder_app.delivery.channels.channel import Moments
from reminder_app.delivery.channels.errors import (
    PROVIDER,
    UNKNOWN,
    NotHandedOver,
    OursAlone,
    SendError,
)
from reminder_app.delivery.channels.message import Sender
from reminder_app.delivery.channels.wire import Answer, Sent, Wire, stuffed
from reminder_app.delivery.headers import mail_address, one_line
from reminder_app.delivery.letters import Letter
from reminder_app.translations import N_

# RFC 5321 4.5.3.2.6: who gives up sooner after the dot makes duplicates.
DOT_SECONDS = 600
MOST_MAILS, IDLE_SECONDS = 100, 30
ANSWER_LOST = N_(
    "The connection broke after the message was handed over, before the server answered. (%(error)s)"
)
BROKEN = (OSError, smtplib.SMTPException)


class EmailChannel:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = Sender.of(settings)
        self._smtp: smtplib.SMTP | None = None
        self._wire: Wire
        self._is_pipelining = False
        self._mails = 0
        self._ahead = ""  # to whom the envelope has left already
        self._used_at = 0.0
        self._is_stopped = False

    @property
    def domain(self) -> str:
        return self.sender.domain

    @property
    def rate(self) -> Rate | None:
        return self.settings.mail_rate

    @property
    def domain_rates(self) -> Mapping[str, Rate]:
        return self.settings.mail_domain_rates

    def warm(self) -> None:
        """Do now what need not wait for the moment when a message is due."""
        message.warm()
        self.open()

    def render(self, letter: Letter) -> bytes:
        """The same bytes at every try. Raises SendError."""
        return message.render(letter, self.sender)

    def open(self) -> smtplib.SMTP:
        """Raises SendError("account") where no message can go at all."""
        if self._mails >= MOST_MAILS:
            self.close()
        self.rest()
        if self._smtp is None:
            self._smtp = self._connect()
            self._wire = Wire(connection.socket_of(self._smtp))
            self._is_pipelining = self._smtp.has_extn("pipelining")
            self._mails = 0
        self._used_at = time.monotonic()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        return connection.connect(self.settings, self.sender.domain)

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
            raise OursAlone(N_("The worker was stopped."))

    def _send(self, letter: Letter, content: bytes, at: Moments, following: str) -> str:
        self.open()
        self._mails += 1
        try:
            self._envelope(mail_address(letter.address), at.silence)
        except BROKEN as error:
            self._drop()
            raise NotHandedOver(N_("The connection broke: %(error)s") % {"error": error}) from error
        try:
            at.before()
        except BaseException:
            self._drop()  # the server waits for a content that will not come
            raise
        self._content(content, self._announced(following))
        at.meanwhile()
        return self._taken(at.silence)

    def _envelope(self, address: str, silence: Callable[[], None]) -> None:
        """Up to where the server waits for the content."""
        if self._ahead != address:
            if self._ahead:  # it waits for a content that will not come
                raise smtplib.SMTPServerDisconnected("another message was announced")
            crash.point("envelope")
            if self._is_pipelining:
                self._wire.send(self._commands(address))
                self._ahead = address
        if self._ahead:
            self._ahead = ""
            self._answers(silence)
        else:
            for at, command in self._verbs(address):
                self._wire.send(command)
                self._expect(at, self._wire.answer(silence=silence))
        crash.point("enveloped")

    def _verbs(self, address: str) -> tuple[tuple[str, bytes], ...]:
        return (
            ("mail", f"MAIL FROM:<{self.sender.address}>\r\n".encode()),
            ("rcpt", f"RCPT TO:<{address}>\r\n".encode()),
            ("data", b"DATA\r\n"),
        )

    def _commands(self, address: str) -> bytes:
        return b"".join(command for _, command in self._verbs(address))

    def _answers(self, silence: Callable[[], None]) -> None:
        """To a group of commands: each has one, also after a refusal."""
        answers: dict[str, Answer] = {}
        for at in ("mail", "rcpt", "data"):
            try:
                answers[at] = self._wire.answer(silence=silence)
            except BROKEN:
                if not any(is_refused(*told) for told in answers.items()):
                    raise
                break  # refused, and hung up: what was said counts
        refused = [at for at, answer in answers.items() if is_refused(at, answer)]
        if refused and "data" in answers and not is_refused("data", answers["data"]):
            self._wire.send(b".\r\n")  # RFC 2920 3.1: to nobody, and so refused
            self._wire.answer()
        if refused:
            self._refuse(refused[0], answers[refused[0]])

    def _expect(self, at: str, answer: Answer) -> None:
        if is_refused(at, answer):
            self._refuse(at, answer)

    def _refuse(self, at: str, answer: Answer) -> NoReturn:
        if answer[0] == SERVICE_CLOSING and at == "mail" and self._mails > 1:
            # It was idle for too long, or had enough mails: true of this connection alone.
            raise smtplib.SMTPServerDisconnected(answer[1].decode("utf-8", "replace"))
        if answer[0] == SERVICE_CLOSING or answer[0] < 0:
            self._drop()
        else:
            self._begin_anew()
        raise refusal(at, *answer)

    def _begin_anew(self) -> None:
        """Some servers refuse and hang up: what they said counts, not that they left."""
        try:
            self._wire.send(b"RSET\r\n")
            self._wire.answer()
        except BROKEN:
            self._drop()

    def _announced(self, following: str) -> str:
        """Whose envelope can leave with this content, if anybody's."""
        is_last = self._mails >= MOST_MAILS or not self._is_pipelining
        return "" if is_last or not following else mail_address(following)

    def _content(self, content: bytes, following: str) -> None:
        """With the final dot. Until that has left, the server has nothing."""
        content = stuffed(content) + b".\r\n"
        commands = self._commands(following) if following else b""
        sent = Sent()
        try:
            self._wire.send(content + commands, sent)
        except BROKEN as error:
            self._drop()
            if sent.maybe < len(content):
                raise NotHandedOver(
                    N_("The connection broke: %(error)s") % {"error": error}
                ) from error
            raise SendError(UNKNOWN, False, ANSWER_LOST % {"error": error}) from error
        self._ahead = following
        crash.point("dotted")

    def _taken(self, silence: Callable[[], None]) -> str:
        """The server's words when it has taken the message over."""
        try:
            answer = self._wire.answer(DOT_SECONDS, silence)
        except BROKEN as error:
            self._drop()
            raise SendError(UNKNOWN, False, ANSWER_LOST % {"error": error}) from error
        crash.point("answered")
        self._used_at = time.monotonic()
        code, words = answer
        if code // 100 == 2:
            return one_line(f"{code} {words.decode('utf-8', 'replace')}")
        if code == SERVICE_CLOSING or code < 0:
            self._drop()
        raise refusal("end", code, words)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._ahead = None, ""


def is_refused(at: str, answer: Answer) -> bool:
    return answer[0] // 100 != (3 if at == "data" else 2)
