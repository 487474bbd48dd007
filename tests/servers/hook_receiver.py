"""Somebody's server that takes webhooks: it checks signatures as Standard Webhooks says, and takes none twice."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE = 300  # seconds
Answer = tuple[int, dict[str, str], bytes]


class Refused(Exception):
    """What came is not what its sender signed, or came before."""


class HookReceiver:
    """with HookReceiver(secret) as hook: hook.url, hook.got; `answer(message)` is what it says."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret
        self.got: list[dict[str, Any]] = []
        self.raw: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[dict[str, Any]], Answer] = lambda _: (200, {}, b"{}")
        self.mode = ""  # drip | hang | flood
        self.over = threading.Event()
        self.came = threading.Event()
        self._seen: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self._server.daemon_threads = True

    def __enter__(self) -> "HookReceiver":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?token=hidden-in-the-path"

    def take(self, headers: dict[str, str], body: bytes) -> Answer:
        try:
            self.check(headers, body)
        except (Refused, KeyError, ValueError) as error:
            return 401, {}, str(error).encode()
        message = json.loads(body)
        self.got.append(message)
        return self.answer(message)

    def check(self, headers: dict[str, str], body: bytes) -> None:
        id_, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        if abs(time.time() - int(stamp)) > TOLERANCE:
            raise Refused("too old")
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256)
        wanted = "v1," + base64.b64encode(digest).decode()
        given = headers["webhook-signature"].split(" ")
        if not any(hmac.compare_digest(one, wanted) for one in given):
            raise Refused("not signed by who has the secret")
        if id_ in self._seen:
            raise Refused("came before")
        self._seen.add(id_)


def handler(of: HookReceiver) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (Taking,), {"hook": of})


class Taking(BaseHTTPRequestHandler):
    hook: HookReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hook.raw.append((headers, body))
        self.hook.came.set()
        if self.hook.mode == "hang":
            self.hook.over.wait(60)
        elif self.hook.mode == "drip":
            self._drip()
        else:
            self._answer(*self.hook.take(headers, body))

    def _answer(self, status: int, headers: dict[str, str], words: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._write(words)

    def _drip(self) -> None:
        for sign in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
            if self.hook.over.wait(0.05):
                return
            self._write(bytes([sign]))

    def _write(self, words: bytes) -> None:
        try:
            self.wfile.write(words)
            while self.hook.mode == "flood" and not self.hook.over.is_set():
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.hook.over.set()  # who asked has hung up

    def log_message(self, *_: object) -> None:
        """Nothing is told."""
