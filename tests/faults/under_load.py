"""The pages and the API as they run in production, with people and programs at them."""

import json
import re
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.faults.product import Part
from tests.servers.process import can_connect, free_port

SECONDS = 30


class Web(Part):
    name = "web"

    def __init__(self, environ: dict[str, str], workers: int = 2) -> None:
        port = free_port()
        super().__init__({**environ, "PORT": str(port), "WEB_WORKERS": str(workers)})
        self.port = port

    def command(self) -> list[str]:
        return [sys.executable, "-m", "gunicorn", "wsgi:app"]

    def is_ready(self) -> bool:
        return can_connect(self.port)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@dataclass(frozen=True)
class Answer:
    at: float
    status: int
    headers: dict[str, str]
    body: str

    @property
    def is_clear(self) -> bool:
        """It is well, or says that it is not now, and when to come again."""
        return self.status < 400 or (self.status == 503 and "Retry-After" in self.headers)


class Browser:
    """A signed-in browser, or with a token a program."""

    def __init__(self, web: Web, secret: str = "", token: str = "") -> None:
        self.port = web.port
        self.cookies = {"sid": secret} if secret else {}
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields), form)

    def post_json(self, path: str, body: object) -> Answer:
        return self._send("POST", path, json.dumps(body), {"Content-Type": "application/json"})

    def _send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**self.headers, **(headers or {}), **({"Cookie": kept} if kept else {})}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(time.monotonic(), answer.status, dict(answer.headers), text)


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@dataclass
class Load:
    """Programs that add contacts and people that look, until it is ended."""

    web: Web
    token: str
    secret: str
    writes: list[tuple[str, Answer]] = field(default_factory=list)
    looks: list[Answer] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        kinds = [self.write] * 4 + [self.look] * 2
        self.threads = [
            threading.Thread(target=self.go_on, args=(kind, number))
            for number, kind in enumerate(kinds)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def go_on(self, kind, number: int) -> None:
        asker = Browser(self.web, token=self.token) if kind == self.write else None
        asker = asker or Browser(self.web, secret=self.secret)
        count = 0
        while not self.ended.is_set():
            count += 1
            try:
                kind(asker, f"{number}-{count}")
            except Exception as error:
                self.broken.append(error)
            time.sleep(0.02)

    def write(self, asker: Browser, name: str) -> None:
        answer = asker.post_json("/api/v1/contacts", {"name": name})
        self.writes.append((name, answer))

    def look(self, asker: Browser, _name: str) -> None:
        self.looks.append(asker.get("/contacts"))

    @property
    def acknowledged(self) -> set[str]:
        return {name for name, answer in self.writes if answer.status == 201}

    def statuses(self) -> dict[str, Counter[int]]:
        return {
            "writes": Counter(answer.status for _, answer in self.writes),
            "looks": Counter(answer.status for answer in self.looks),
        }
