"""A reminder as signed JSON, to a server that somebody names: whatever it does, nobody else pays for it."""

import json
import socket

import pytest

from reminder_app.database import db
from reminder_app.delivery.channels import reach
from reminder_app.delivery.endpoints import service
from reminder_app.delivery.endpoints.webhook_channel import WebhookChannel, what_is_asked
from reminder_app.errors import Conflict, Invalid
from reminder_app.reminders.models import Occurrence
from tests.channels.conftest import fresh
from tests.servers.hook_receiver import HookReceiver, Refused


def state() -> str:
    db.session.expire_all()
    return db.session.query(Occurrence).one().state


def test_it_is_signed_and_says_what_is_due(webhook, hook, remind, send, ledger):
    reminder_id = remind("webhook", notes="By bank")
    send(webhook.account)

    (said,) = hook.got
    assert (said["type"], said["id"]) == ("reminder.due", str(ledger()["webhook"].id))
    assert said["reminder"]["id"] == str(reminder_id)
    assert said["reminder"]["title"] == "Pay the rent"
    assert said["act_url"].startswith("http://localhost/d/")
    assert said["occurrence"]["due_at"].endswith("+00:00")
    assert (ledger()["webhook"].state, fresh(webhook).state) == ("sent", "works")


def test_it_is_not_taken_twice_nor_from_others(webhook, hook, remind, send):
    remind("webhook")
    send(webhook.account)
    headers, body = hook.raw[0]
    for other in (headers, {**headers, "webhook-id": "1"}, {**headers, "webhook-timestamp": "1"}):
        with pytest.raises(Refused):
            hook.check(other, body)


@pytest.mark.parametrize("which", ["former", "newest"])
def test_for_a_day_both_secrets_sign(alice, webhook, hook, remind, send, later, which):
    former = hook.secret
    _, newest = service.rotate(alice.id, webhook.id)
    assert newest != former
    hook.secret = {"former": former, "newest": newest}[which]
    remind("webhook")
    send(webhook.account)
    assert len(hook.got) == 1


def test_after_a_day_the_former_one_does_not(alice, webhook, hook, remind, send, later, ledger):
    service.rotate(alice.id, webhook.id)
    later(hours=25)
    hook.check = lambda *_: None
    remind("webhook")
    send(webhook.account)
    assert len(hook.raw[0][0]["webhook-signature"].split()) == 1


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ({"action": "done"}, "done"),
        ({"action": "snooze", "for": "10"}, "open"),
        ({"action": "delete"}, "open"),
        ({"action": ["done"]}, "open"),
        ({}, "open"),
    ],
)
def test_its_answer_acts(webhook, hook, remind, send, asked, becomes):

    hook.answer = lambda said: (200, {}, json.dumps({"id": said["id"], **asked}).encode())
    remind("webhook")
    send(webhook.account)
    assert state() == becomes
    assert (db.session.query(Occurrence).one().snoozed_until is not None) == (
        asked.get("action") == "snooze"
    )


@pytest.mark.parametrize(
    "body", [b'{"action": "done"}', b'{"id": "another", "action": "done"}', b"done", b"[" * 2000]
)
def test_an_answer_that_does_not_name_the_message_does_nothing(webhook, hook, remind, send, body):
    hook.answer = lambda _: (200, {}, body)
    remind("webhook")
    send(webhook.account)
    assert (state(), what_is_asked(body, "1")) == ("open", None)


def test_a_redirect_is_not_followed(webhook, hook, remind, send, ledger):
    with HookReceiver() as inside:
        hook.answer = lambda _: (302, {"Location": inside.url}, b"")
        remind("webhook")
        send(webhook.account)
        assert (ledger()["webhook"].state, inside.raw) == ("failed", [])
    assert "another address" in fresh(webhook).words


def test_who_answers_410_is_not_asked_again(webhook, hook, remind, send, ledger):
    hook.answer = lambda _: (410, {}, b"")
    remind("webhook")
    send(webhook.account)
    assert (ledger()["webhook"].state, fresh(webhook).state) == ("failed", "gone")


def test_a_huge_answer_is_read_no_further_than_its_words(webhook, hook, remind, send, ledger):
    hook.mode = "flood"
    remind("webhook")
    send(webhook.account)
    assert ledger()["webhook"].state == "sent"
    assert hook.over.wait(60)  # we have hung up


def test_who_drips_is_left_after_its_time(webhook, hook, remind, send, ledger, monkeypatch):
    monkeypatch.setattr(WebhookChannel, "timeout", 1.0)
    hook.mode = "drip"
    remind("webhook")
    send(webhook.account)
    assert ledger()["webhook"].state == "unknown"
    assert fresh(webhook).state == "failing"


def test_a_name_that_leads_elsewhere_by_now_is_looked_at_again(
    settings, webhook, hook, remind, send, ledger, monkeypatch
):
    """At the wire: the name had a public address when it was written, and has one of ours now."""
    asked = []

    def resolver(host, port, **_):
        asked.append(host)
        address = "1.1.1.1" if len(asked) < 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(reach.socket, "getaddrinfo", resolver)
    assert resolver("hooks.example.org", 443)[0][4][0] == "1.1.1.1"
    remind("webhook")
    send(webhook.account, settings)
    assert (ledger()["webhook"].state, hook.raw) == ("failed", [])
    assert "private network" in fresh(webhook).words


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "https://hooks.example.org:3306/", "https://a:b@hooks.example.org/",
        "ftp://hooks.example.org/", "hooks.example.org", "https://", "https://hooks.exämple.org/",
        "https://hooks.example.org/\r\nX: y", "https://[::1", "https://x.example.org:99999/",
        "https://x.example.org/" + "x" * 1000,
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_beside_its_field(alice, url):
    with pytest.raises(Invalid) as refused:
        service.add_webhook(alice.id, name="", url=url, may_be_private=False)
    assert "url" in refused.value.fields


def test_the_same_one_twice_is_refused(alice, webhook, hook):
    with pytest.raises(Conflict):
        service.add_webhook(alice.id, name="", url=hook.url, may_be_private=True)


def test_one_that_was_removed_meanwhile_says_so(alice, webhook, remind, ledger, hook):
    remind("webhook")
    service.remove(alice.id, webhook.id)
    assert (ledger()["webhook"].state, hook.raw) == ("cancelled", [])


def test_one_that_hangs_holds_up_nobody(alice, webhook, hook, hangs_alone):
    with HookReceiver() as good:
        told = {"name": "Good", "url": good.url, "may_be_private": True}
        _, good.secret = service.add_webhook(alice.id, **told)
        hangs_alone("webhook", hook, good)


def test_nothing_of_its_address_is_seen(app, alice, webhook, hook, remind, send, caplog):
    hook.answer = lambda _: (500, {}, b"no")
    remind("webhook")
    send(webhook.account)
    seen = [caplog.text, repr(fresh(webhook).address), str(vars(fresh(webhook)))]
    browser, api = alice.browser(), alice.api()
    pages = ("/settings/channels", f"/settings/channels/{webhook.id}", "/deliveries")
    seen += [browser.get(path).text for path in pages]
    seen += [api.get(path).text for path in ("/api/v1/channels", "/api/v1/deliveries")]
    assert not any("hidden-in-the-path" in text or "whsec_" in text for text in seen)
