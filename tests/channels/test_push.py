"""A reminder as a push: encrypted for one browser, signed by the site, and gone when the browser is."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from reminder_app.accounts import hours
from reminder_app.accounts.site import Site
from reminder_app.database import db, now
from reminder_app.delivery.endpoints import orders, push_keys, service
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.models import SendingAccount
from reminder_app.errors import Invalid
from reminder_app.reminders import planning
from reminder_app.reminders import service as reminders
from tests.channels.conftest import fresh


def test_a_browser_can_read_it_and_knows_who_sent_it(phone, push_service, remind, send, ledger):
    reminder_id = remind("push", priority="high")
    send(phone.account)

    (pushed,) = push_service.got
    assert pushed.said["title"] == "Pay the rent"
    assert pushed.said["path"] == f"/reminders/{reminder_id}"
    assert pushed.said["act"].startswith("/d/")
    assert pushed.claims["sub"].startswith("mailto:")
    assert pushed.headers["content-encoding"] == "aes128gcm"
    assert pushed.headers["urgency"] == "high"
    assert 0 < int(pushed.headers["ttl"]) <= 24 * 3600
    assert len(pushed.headers["topic"]) == 32
    assert (ledger()["push"].state, "email" in ledger()) == ("sent", False)
    assert (fresh(phone).state, fresh(phone).used_at is not None) == ("works", True)


def test_what_it_says_acts(app, alice, phone, push_service, remind, send):
    reminder_id = remind("push")
    send(phone.account)
    act = push_service.got[0].said["act"]

    assert app.test_client().post(act, data={"act": "done"}).status_code == 303
    (one,) = alice.api().get(f"/api/v1/reminders/{reminder_id}/occurrences").json["items"]
    assert one["state"] == "done"


def test_a_service_that_is_away_is_tried_again(phone, push_service, remind, send, ledger):
    push_service.answer = 503, {}, b""
    remind("push")
    send(phone.account)
    delivery = ledger()["push"]
    assert (delivery.state, delivery.attempts, fresh(phone).state) == ("pending", 1, "failing")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_signed_off_is_gone_and_email_stands_for_it(
    phone, push_service, remind, send, ledger, status
):
    push_service.answer = status, {}, b""
    remind("push")
    send(phone.account)
    assert (ledger()["push"].state, fresh(phone).state) == ("failed", "gone")
    assert "signed off" in fresh(phone).words

    remind("push", title="Another")
    assert ledger()["email"].subject == "Another"


def test_a_key_that_is_not_ours_is_told_in_words_and_nothing_is_given_up(
    phone, push_service, remind, send, ledger
):
    push_service.bound_to = "another"
    remind("push")
    send(phone.account)
    assert ledger()["push"].state == "pending"
    assert "does not accept our key" in fresh(phone).words


def test_one_that_is_too_big_ends_there(phone, push_service, remind, send, ledger):
    push_service.answer = 413, {}, b""
    remind("push")
    send(phone.account)
    assert (ledger()["push"].state, fresh(phone).state) == ("failed", "failing")


def test_who_is_asked_to_wait_waits(phone, push_service, remind, send, ledger):
    push_service.answer = 429, {"Retry-After": "3000"}, b""
    remind("push")
    send(phone.account)
    delivery = ledger()["push"]
    (account,) = db.session.query(SendingAccount).filter_by(name=phone.account)
    assert delivery.state == "pending"
    assert account.retry_at - account.broken_since >= timedelta(seconds=3000)


def test_a_long_title_still_fits(phone, push_service, remind, send, ledger):
    remind("push", title="ß" * 200, notes="x" * 5000)
    send(phone.account)
    assert ledger()["push"].state == "sent"
    assert len(json.dumps(push_service.got[0].said)) < 3000


def test_a_browser_that_says_it_again_is_no_second_one(alice, phone, push_service):
    again = service.subscribe(alice.id, name="", **push_service.subscription(), may_be_private=True)
    assert again.id == phone.id
    assert db.session.query(Endpoint).count() == 1


def test_a_browser_goes_with_who_signs_in_there(charlie, phone, push_service):
    service.subscribe(charlie.id, name="", **push_service.subscription(), may_be_private=True)
    (one,) = db.session.query(Endpoint)
    assert one.user_id == charlie.id


def test_the_key_is_made_once(app):
    assert push_keys.site_key() == push_keys.site_key()
    assert "private" not in repr(push_keys.site_key())


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://push.example.org/x"},
        {"url": "https://push.example.org:6379/x"},
        {"url": "https://me:you@push.example.org/x"},
        {"url": "file:///etc/passwd"},
        {"p256dh": "short"},
        {"p256dh": "a" * 87},
        {"auth": "!"},
    ],
)
def test_what_is_no_subscription_is_refused(alice, push_service, wrong):
    given = {**push_service.subscription(), "url": "https://push.example.org/x"} | wrong
    with pytest.raises(Invalid):
        service.subscribe(alice.id, name="", **given, may_be_private=False)


def test_a_push_service_in_a_private_network_is_never_asked(
    settings, phone, push_service, remind, send, ledger
):
    remind("push")
    send(phone.account, settings)
    assert (ledger()["push"].state, push_service.got) == ("failed", [])
    assert "private network" in ledger()["push"].reason


def test_what_was_late_comes_as_one_push(alice, settings, phone, push_service, send, later, ledger):
    orders.set_order(alice.id, "push", "", 15)
    due = (now() + timedelta(hours=1)).replace(microsecond=0, tzinfo=None)
    for title in ("Pay the rent", "Call Anna"):
        reminders.create_reminder(
            alice.workspace_id, alice.id, title=title, starts_at=due, time_zone="UTC"
        )
    later(hours=3)
    planning.plan_due(Site.of(settings))
    send(phone.account)

    (pushed,) = push_service.got
    assert pushed.said["title"].startswith("2 reminders")
    assert pushed.said["body"] == "Pay the rent, Call Anna"
    assert "email" not in ledger()


def test_a_quiet_hour_holds_a_push_as_it_does_a_mail(
    alice, settings, phone, push_service, remind, send, ledger
):
    orders.set_order(alice.id, "push", "", 15)
    at = now().astimezone(ZoneInfo("Europe/Berlin"))
    hours.set_hours(
        alice.id,
        quiet_from=(at - timedelta(hours=1)).time(),
        quiet_until=(at + timedelta(hours=1)).time(),
        days_off=[],
        lets_through="nothing",
        digest_at=None,
        digest_of="all",
    )
    remind()
    send(phone.account)
    assert (ledger()["push"].state, push_service.got) == ("held", [])
