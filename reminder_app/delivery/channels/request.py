"""Channels for which a message is one HTTP request: no connection is kept, and the whole of it, from
the server's name to the last byte of its answer, has a limit of time."""

import errno
import http.client
import io
import logging
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, urlsplit

from reminder_app.config import Settings
from reminder_app.config.rates import Rate
from reminder_app.delivery import crash
from reminder_app.delivery.channels import message
from reminder_app.delivery.channels.channel import Moments
from reminder_app.delivery.channels.errors import (
    ACCOUNT,
    CONTENT,
    PROVIDER,
    UNKNOWN,
    OursAlone,
    SendError,
)
from reminder_app.delivery.channels.message import Sender
from reminder_app.delivery.channels.statuses import Response, judged
from reminder_app.delivery.channels.wire import PATIENCE_SECONDS, Sent
from reminder_app.delivery.letters import Letter
from reminder_app.translations import N_

log = logging.getLogger(__name__)
MOST_READ = 2000  # bytes of an answer, for its words
ANSWER_LOST = N_("No answer came after the request had left: %(error)s")
NOT_ENCRYPTED = N_("it does not encrypt there: perhaps it is http instead of https")
CERTIFICATE = N_("its certificate or encryption is not right: %(reason)s")
NO_WAY = dict.fromkeys((errno.EHOSTUNREACH, errno.ENETUNREACH), N_("no way leads there from here"))
TROUBLES: dict[type[BaseException], str] = {
    socket.gaierror: N_("its name is not known"),
    TimeoutError: N_("it took too long"),
    ConnectionRefusedError: N_("nothing answers there: is it running, and is the port right?"),
    ConnectionError: N_("it broke the connection"),
    http.client.HTTPException: N_("it does not answer as a web server does"),
}


@dataclass(frozen=True)
class Request:
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


class RequestChannel(ABC):
    """Say what is sent, in render() and request(), and where an answer means something else, judge()."""

    timeout: float = 20.0  # seconds for a message, all together
    # Whether all messages go to one server: then what is wrong with it stops the account.
    is_one_server: bool = True
    most_read: int = MOST_READ

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = Sender.of(settings)
        self._socket: socket.socket | None = None
        self._is_stopped = False

    @abstractmethod
    def render(self, letter: Letter) -> bytes:
        """As Channel.render: message.words() has its subject and text."""

    @abstractmethod
    def request(self, letter: Letter, content: bytes) -> Request:
        """Where `content` goes, with headers of this try, such as its signature. Raises SendError."""

    def judge(self, response: Response) -> str:
        """The server's words where it took the message. Raises SendError."""
        return judged(response, self.is_one_server)

    def reach(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connection. Raises OSError, or SendError for a host that must not be reached."""
        return socket.create_connection((host, port), timeout=seconds)

    @property
    def domain(self) -> str:
        return self.sender.domain

    @property
    def rate(self) -> Rate | None:
        return None

    @property
    def domain_rates(self) -> Mapping[str, Rate]:
        return {}

    def warm(self) -> None:
        message.warm()

    def open(self) -> object:
        return None

    def rest(self) -> None:
        return None  # nothing is kept

    def close(self) -> None:
        return None

    def stop(self) -> None:
        self._is_stopped = True
        if sock := self._socket:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def send(self, letter: Letter, content: bytes, at: Moments, following: str = "") -> str:
        until = time.monotonic() + self.timeout
        return self.judge(self.exchange(self.request(letter, content), at, until))

    def exchange(self, request: Request, at: Moments, until: float) -> Response:
        """Ask, and hear the answer, whatever it says. Raises SendError."""
        if self._is_stopped:
            raise OursAlone(N_("The worker was stopped."))
        url = urlsplit(request.url)
        try:
            sock = self._connected(url, until)
            self._socket = sock
            try:
                at.before()
                self._ask(sock, written(request, url), until)
                at.meanwhile()
                response = answer(sock, request.method, until, at.silence, self.most_read)
            finally:
                self._socket = None
                sock.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SendError(UNKNOWN, False, ANSWER_LOST % {"error": told(error)}) from error
        crash.point("answered")
        return response

    def _connected(self, url: SplitResult, until: float) -> socket.socket:
        crash.point("envelope")
        try:
            port = url.port or (443 if url.scheme == "https" else 80)
            host = url.hostname or ""
            plain = self.reach(host, port, left(until))
            try:
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                plain.settimeout(left(until))
                if url.scheme != "https":
                    return plain
                return context().wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise
        except (OSError, ValueError) as error:
            reason = ACCOUNT if self.is_one_server else PROVIDER
            words = N_("The server cannot be reached: %(error)s") % {"error": told(error)}
            raise SendError(reason, False, words) from error

    def _ask(self, sock: socket.socket, content: bytes, until: float) -> None:
        """Without its last byte a request is none, and surely did not count."""
        crash.point("enveloped")
        sent = Sent()
        try:
            sock.settimeout(left(until))
            sent.all_of(sock, content)
        except OSError as error:
            if sent.maybe < len(content):
                words = N_("The connection broke: %(error)s") % {"error": told(error)}
                raise SendError(PROVIDER, False, words) from error
            raise
        crash.point("dotted")


@cache
def context() -> ssl.SSLContext:
    return ssl.create_default_context()


def left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("it took too long")
    return seconds


def written(request: Request, url: SplitResult) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    host = url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    headers = {
        "Host": f"{host}:{url.port}" if url.port else host,
        "Content-Length": str(len(request.body)),
        "Connection": "close",
        "Accept-Encoding": "identity",
        **request.headers,
    }
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise SendError(CONTENT, True, N_("Its headers hold a line end."))
    head = "\r\n".join([*lines, "", ""])
    try:
        return head.encode("latin-1") + request.body
    except UnicodeEncodeError as error:
        raise SendError(CONTENT, True, N_("Its headers cannot be written.")) from error


class Patient(io.RawIOBase):
    """What the server says, until a moment; whoever waits is told every two seconds."""

    def __init__(self, sock: socket.socket, until: float, silence: Callable[[], None]) -> None:
        self._sock, self._until, self._silence = sock, until, silence
        self._told_at = time.monotonic()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while True:
            self._sock.settimeout(min(left(self._until), PATIENCE_SECONDS))
            self._tell()
            with suppress(TimeoutError):
                return self._sock.recv_into(buffer)

    def _tell(self) -> None:
        if time.monotonic() - self._told_at >= PATIENCE_SECONDS:
            self._told_at = time.monotonic()
            self._silence()

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self)


def answer(
    sock: socket.socket,
    method: str,
    until: float,
    silence: Callable[[], None],
    most_read: int = MOST_READ,
) -> Response:
    response = http.client.HTTPResponse(Patient(sock, until, silence), method=method)  # type: ignore[arg-type]
    response.begin()
    body, is_whole = b"", False
    with suppress(OSError, http.client.HTTPException):  # its status has said it
        body = response.read(most_read)
        is_whole = not response.length  # what is still to come
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Response(response.status, headers, body, is_whole)


def told(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        if error.reason == "WRONG_VERSION_NUMBER":
            return NOT_ENCRYPTED
        return CERTIFICATE % {"reason": getattr(error, "verify_message", error.reason)}
    if isinstance(error, OSError) and error.errno in NO_WAY:
        return NO_WAY[error.errno]
    for kind, words in TROUBLES.items():
        if isinstance(error, kind):
            return words
    return getattr(error, "strerror", None) or type(error).__name__
