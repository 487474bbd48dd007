"""A sign of life to a service outside: given while work gets done, and to nobody's harm."""

import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reminder_app import jobs
from reminder_app.config import load
from reminder_app.config.base import ConfigError
from reminder_app.database import now
from reminder_app.delivery import sending_accounts
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.operations import dead_man, service

SECRET = "0b9c-secret-check"


class Outside(ThreadingHTTPServer):
    """A server that notes what it is asked for, and answers with `status`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/{SECRET}"


class Answer(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def hangs() -> Iterator[str]:
    """Takes every connection, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET}"


@pytest.fixture(autouse=True)
def first_call(monkeypatch) -> None:
    monkeypatch.setattr(dead_man, "_calling", None)


@pytest.fixture
def all_is_well(app) -> None:
    for part in ("beat", "pump"):
        service.beat(part)


def ping(url: str) -> None:
    dead_man.ping(url)
    if dead_man._calling:
        dead_man._calling.join(60)


def test_all_is_well(all_is_well, outside):
    ping(outside.url)

    assert outside.asked == [f"/ping/{SECRET}"]


def test_nobody_is_told_without_an_address(all_is_well, outside):
    ping("")

    assert dead_man._calling is None


def test_no_sign_of_life_where_no_round_of_sending_ends(app, outside, caplog):
    service.beat("beat")
    service.beat("worker")  # it begins, and never ends

    ping(outside.url)

    assert outside.asked == []
    assert "no worker has finished a round" in caplog.text


def test_none_without_the_scheduler(app, outside):
    service.beat("pump")
    ping(outside.url)

    assert outside.asked == []


def test_none_after_half_a_minute_of_silence(all_is_well, outside, later):
    later(seconds=31)
    ping(outside.url)

    assert outside.asked == []


def wait_past_their_time(alice, later, account: str = "") -> None:
    message = Planned(
        key="k", source_kind="reminder", address="a@example.org", template="note", account=account,
        payload={"subject": "Rent"}, workspace_id=alice.workspace_id, due_at=now(),
    )  # fmt: skip
    delivery.plan([message])
    later(minutes=3)
    for part in ("beat", "pump"):
        service.beat(part)


def test_none_while_messages_are_stuck(alice, outside, later, caplog):
    wait_past_their_time(alice, later)

    ping(outside.url)

    assert outside.asked == []
    assert "waiting past their time" in caplog.text


@pytest.mark.parametrize("kind", ["sms", "email", "push"])
def test_what_waits_for_somebodys_own_account_is_no_alarm_of_the_site(alice, outside, later, kind):
    wait_past_their_time(alice, later, f"{kind}.{alice.workspace_id.hex}")
    service.beat("worker")

    ping(outside.url)

    assert len(outside.asked) == 1
    assert service.trouble() is None


def test_what_a_person_paused_is_no_alarm(alice, outside, later):
    wait_past_their_time(alice, later)
    sending_accounts.pause(sending_accounts.EMAIL, "Alice")

    ping(outside.url)

    assert len(outside.asked) == 1


def test_nobody_waits_for_a_server_that_hangs(all_is_well, hangs, monkeypatch, caplog):
    monkeypatch.setattr(dead_man, "SECONDS", 4)

    dead_man.ping(hangs)
    first = dead_man._calling
    dead_man.ping(hangs)  # no second one beside it

    assert first.is_alive()
    assert dead_man._calling is first
    first.join(60)
    assert not first.is_alive()
    assert "no sign of life to 127.0.0.1: TimeoutError" in caplog.text


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_harms_nobody_and_tells_no_secret(all_is_well, outside, caplog, status):
    caplog.set_level(logging.DEBUG)
    outside.status = status

    ping(outside.url)

    assert "no sign of life to 127.0.0.1: HTTPError" in caplog.text
    assert SECRET not in caplog.text


def test_nobody_there_harms_nobody(all_is_well, caplog):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    ping(f"http://127.0.0.1:{port}/{SECRET}")
    ping(f"http://127.0.0.1:{port}/white space {SECRET}")

    assert "URLError" in caplog.text
    assert SECRET not in caplog.text


def test_it_is_done_once_a_minute(app, all_is_well, outside, monkeypatch):
    settings = load(
        {
            "APP_ENV": "testing",
            "INSTANCE_PATH": str(app.config["SETTINGS"].instance_path),
            "DEAD_MAN_URL": outside.url,
        }
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)

    jobs.ping_dead_man.run()
    dead_man._calling.join(60)

    assert len(outside.asked) == 1
    assert [
        when.total_seconds() for task, when in jobs.SCHEDULE.values() if task == "ping_dead_man"
    ] == [60]


@pytest.mark.parametrize("url", ["ftp://example.org", "https://", "hc-ping.com/x"])
def test_an_address_that_is_none_is_refused_at_the_start(tmp_path, url):
    with pytest.raises(ConfigError, match="DEAD_MAN_URL must be") as refusal:
        load({"APP_ENV": "testing", "INSTANCE_PATH": str(tmp_path), "DEAD_MAN_URL": url})

    assert url not in str(refusal.value).removeprefix("DEAD_MAN_URL must be http://… or https://…")
