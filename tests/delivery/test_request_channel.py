"""A message as one HTTP request: what surely did not go, what is in doubt, and when to try again."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reminder_app.database import db
from reminder_app.delivery import claims
from reminder_app.delivery.channels import message, registry
from reminder_app.delivery.channels.errors import SendError
from reminder_app.delivery.channels.request import Request, RequestChannel
from reminder_app.delivery.channels.statuses import Response, judged
from reminder_app.delivery.models import Delivery, SendingAccount
from reminder_app.delivery.sending import Courier
from tests.servers.process import free_port

HOOK = "hook.1"


class Sink(BaseHTTPRequestHandler):
    """Keeps what it is given, and answers as its server says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(body)  # type: ignore[attr-defined]
        status, headers, drips = self.server.answer  # type: ignore[attr-defined]
        if drips:
            self.wfile.write(b"HTTP/1.1 2")
            self.server.over.wait(60)  # type: ignore[attr-defined]
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@pytest.fixture
def hook() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.got, server.over, server.answer = [], threading.Event(), (200, {}, False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


class Hook(RequestChannel):
    port = 0

    def render(self, letter) -> bytes:
        said = message.words(letter, self.sender.public_url)
        return f"{said.subject}\n{said.text}".encode()

    def request(self, letter, content) -> Request:
        return Request(f"http://127.0.0.1:{self.port}/in?x=1", content, {"X-Id": str(letter.id)})


@pytest.fixture
def courier(app, mail_settings, hook, monkeypatch) -> Iterator[Courier]:
    monkeypatch.setitem(registry._makers, "hook", lambda _, settings: Hook(settings))
    monkeypatch.setattr(Hook, "port", hook.server_port)
    courier = Courier(mail_settings, HOOK)
    yield courier
    courier.close()


def broken() -> list[str]:
    return [row.name for row in db.session.query(SendingAccount) if row.broken_since]


def test_it_goes_with_its_subject_and_its_text(courier, hook, plan, fresh):
    (one,) = plan(account=HOOK)
    courier.send_due(0)
    delivery = fresh(one)
    assert (delivery.state, delivery.channel) == ("sent", "hook")
    assert delivery.history[0].answer == "200 thanks"
    assert hook.got[0].startswith(b"Rent\nPay the rent.")


def test_who_wants_to_be_left_alone_is(courier, hook, plan, fresh):
    hook.answer = 429, {"Retry-After": "3000"}, False
    first, second = plan(2, account=HOOK)
    began = claims.database_now()
    courier.send_due(0)

    assert len(hook.got) == 1  # the other would hear the same
    wait = fresh(first).not_before - began
    assert timedelta(seconds=3000) <= wait < timedelta(seconds=3600)
    assert (fresh(first).state, fresh(first).tries) == ("pending", 1)
    assert (fresh(second).state, fresh(second).tries) == ("pending", 0)
    (account,) = db.session.query(SendingAccount).filter_by(name=HOOK)
    assert account.retry_at - began >= timedelta(seconds=3000)


def test_a_server_that_is_away_has_nothing_and_costs_no_try(courier, plan, fresh, monkeypatch):
    monkeypatch.setattr(Hook, "port", free_port())
    (one,) = plan(account=HOOK)
    courier.send_due(0)
    assert (fresh(one).state, fresh(one).attempts, broken()) == ("pending", 0, [HOOK])


def test_an_answer_that_never_ends_is_a_doubt_after_its_time(
    courier, hook, plan, fresh, monkeypatch
):
    monkeypatch.setattr(Hook, "timeout", 0.5)
    hook.answer = 200, {}, True
    (one,) = plan(account=HOOK)
    courier.send_due(0)
    assert (fresh(one).state, len(hook.got)) == ("unknown", 1)


def test_while_it_is_waited_for_the_lease_is_kept_and_the_others_go_back(
    courier, hook, plan, fresh, monkeypatch
):
    monkeypatch.setattr(Hook, "timeout", 5.0)
    hook.answer = 200, {}, True
    first, second = plan(2, account=HOOK)
    courier.send_due(0)
    assert (fresh(first).state, fresh(second).state) == ("unknown", "pending")
    assert fresh(second).attempts == 0


def test_cut_off_it_is_a_doubt(courier, hook, plan, fresh):
    hook.answer = 200, {}, True
    (one,) = plan(account=HOOK)

    def cut() -> None:
        while not hook.got:
            time.sleep(0.01)
        courier.stop(cut=True)

    threading.Thread(target=cut, daemon=True).start()
    courier.send_due(0)
    assert fresh(one).state == "unknown"


@pytest.mark.parametrize(
    ("status", "reason", "is_permanent", "stops", "is_try"),
    [
        (301, "account", False, True, True),
        (401, "account", False, True, True),
        (404, "recipient", True, False, True),
        (410, "recipient", True, False, True),
        (408, "provider", False, False, True),
        (413, "content", True, False, True),
        (429, "provider", False, True, True),
        (500, "provider", False, False, True),
        (503, "provider", False, True, True),
        (504, "unknown", False, False, True),
    ],
)
def test_what_a_status_means(status, reason, is_permanent, stops, is_try):
    with pytest.raises(SendError) as error:
        judged(Response(status, {}, b"no"), is_one_server=True)
    found = error.value
    assert (found.reason, found.permanent, found.stops, found.is_try) == (
        reason,
        is_permanent,
        stops,
        is_try,
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("", None), ("soon", None), ("0", None), ("99999999999", 86400)],
)
def test_retry_after(text, seconds):
    with pytest.raises(SendError) as error:
        judged(Response(503, {"retry-after": text}, b""), is_one_server=False)
    wait = error.value.again_after
    assert (wait.total_seconds() if wait else None) == seconds


def test_retry_after_may_be_a_date(later):
    with pytest.raises(SendError) as error:
        judged(Response(503, {"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, b""), True)
    assert error.value.again_after == timedelta(hours=24)


def test_a_channel_keeps_no_row_open(courier, hook, plan):
    plan(3, account=HOOK)
    courier.send_due(0)
    assert db.session.query(Delivery).filter_by(state="sent").count() == len(hook.got) == 3
