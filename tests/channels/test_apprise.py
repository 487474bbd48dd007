"""A reminder through a service that Apprise knows: whatever that service does, nobody else pays for it."""

import dataclasses
import json
import socket

import pytest
from sqlalchemy import text

from reminder_app.database import db
from reminder_app.delivery.channels import reach
from reminder_app.delivery.endpoints import service
from reminder_app.delivery.endpoints.apprise_channel import AppriseChannel
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.models import SendingAccount
from reminder_app.delivery.sending import Courier
from reminder_app.errors import Conflict, Invalid
from tests.channels.conftest import fresh
from tests.servers.hook_receiver import HookReceiver

SITE = "http://localhost"


@pytest.fixture
def add(alice):
    """add(url): alice's, where servers of this machine may be named."""

    def add(url: str, *, schemes=("*",), trusted=True, person=alice) -> Endpoint:
        told = {"schemes": schemes, "site": SITE, "may_be_private": trusted}
        return service.add_apprise(person.id, name="", url=url, **told)

    return add


@pytest.fixture
def chat(add, box) -> Endpoint:
    return add(f"json://127.0.0.1:{box.port}/zebra-path")


def test_it_says_what_is_due_in_a_few_words(chat, box, remind, send, ledger):
    remind("apprise", notes="By bank")
    send(chat.account)
    (said,) = box.got
    assert said["title"].startswith("Pay the rent")
    when, notes, link = said["message"].splitlines()
    assert (notes, link[:19]) == ("By bank", "http://localhost/d/")
    assert (ledger()["apprise"].state, fresh(chat).state) == ("sent", "works")


def test_by_ntfy(add, box, remind, send, ledger):
    one = add(f"ntfy://127.0.0.1:{box.port}/a-secret-topic")
    remind("apprise")
    send(one.account)
    assert box.got[0]["topic"] == "a-secret-topic"
    assert (ledger()["apprise"].state, one.name) == ("sent", "ntfy")


def test_where_there_is_no_title_it_leads_the_text(add, box, remind, send):
    one = add(f"mmost://127.0.0.1:{box.port}/{'a' * 24}")
    remind("apprise", title="Pay <the> & rent")
    send(one.account)
    assert box.got[0]["text"].startswith("Pay <the> & rent")


def test_of_a_long_text_the_link_stays(chat, box, remind, send, monkeypatch):
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.body_maxlen", 400)
    remind("apprise", notes="word " * 400)
    send(chat.account)
    assert len(box.got[0]["message"]) <= 400
    assert "/d/" in box.got[0]["message"].splitlines()[-1]


@pytest.mark.parametrize(
    ("answer", "becomes", "why"),
    [
        ((400, {}, b"no such chat"), "failed", "check to whom it goes"),
        ((404, {}, b""), "failed", "check token, room, topic or number"),
        ((401, {}, b"bad"), "pending", "make a new one there"),
        ((500, {}, b"sorry"), "pending", "500 sorry"),
        ((429, {"Retry-After": "600"}, b""), "pending", "429"),
        ((504, {}, b""), "unknown", "504"),
    ],
)
def test_what_its_answer_means(chat, box, remind, send, ledger, answer, becomes, why):
    box.answer = lambda _: answer
    remind("apprise")
    send(chat.account)
    assert (ledger()["apprise"].state, fresh(chat).state) == (becomes, "failing")
    assert why in fresh(chat).words


def test_a_yes_that_is_a_no_is_no_yes(add, box, remind, send, ledger):
    one = add(f"onebot://127.0.0.1:{box.port}/@12345")
    box.answer = lambda _: (200, {}, b'{"status": "failed", "retcode": 1404, "wording": "no user"}')
    remind("apprise")
    send(one.account)
    assert (ledger()["apprise"].state, len(box.got)) == ("pending", 1)
    assert "takes no message" in fresh(one).words
    assert "no user" in fresh(one).words
    box.answer = lambda _: (200, {}, b'{"status": "ok", "retcode": 0}')
    service.test(one.user_id, one.id, "alice@example.org")  # who tries again may have mended it
    send(one.account)
    assert (ledger()["apprise"].state, fresh(one).state) == ("sent", "works")


def test_a_redirect_is_not_followed(chat, box, remind, send, ledger):
    with HookReceiver() as inside:
        box.answer = lambda _: (302, {"Location": inside.url}, b"")
        remind("apprise")
        send(chat.account)
        assert (ledger()["apprise"].state, inside.raw) == ("failed", [])
    assert "another address" in fresh(chat).words


def test_who_hangs_is_left_in_doubt(chat, box, remind, send, ledger, monkeypatch):
    monkeypatch.setattr(AppriseChannel, "timeout", 1.0)
    box.mode = "hang"
    remind("apprise")
    send(chat.account)
    assert (ledger()["apprise"].state, len(box.raw)) == ("unknown", 1)


def test_who_cannot_be_reached_has_surely_not_got_it(chat, remind, send, ledger):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    found = db.session.get(Endpoint, chat.id)
    found.address = service.sealed({"url": f"json://127.0.0.1:{port}/"})
    db.session.commit()
    remind("apprise")
    send(chat.account)
    assert ledger()["apprise"].state == "pending"
    assert db.session.query(SendingAccount).filter_by(name=chat.account).one().broken_since


def test_a_name_that_leads_elsewhere_by_now_is_looked_at_again(
    settings, add, box, remind, send, ledger, monkeypatch
):
    """At the wire: the name has an address of ours by the time that it is asked."""
    one = add("jsons://box.example.org/", trusted=False)
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", box.port))]
    monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *_, **__: found)
    remind("apprise")
    send(one.account, settings)
    assert (ledger()["apprise"].state, box.raw) == ("failed", [])
    assert "private network" in fresh(one).words


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("json://box.example.org/", "begin with https"),
        ("jsons://box.example.org:3306/", "ports 443 and 8443"),
        ("file:///etc/passwd", "not among"),
        ("syslog://", "not among"),
        ("windows://x", "not among"),
        ("mailto://a:b@example.org", "not among"),
        ("twitter://a/b/c/d", "not among"),
        ("hello", "tgram://"),
        ("https://example.org/hook", "is a webhook"),
        ("tgram://nonsense/1", "does not look right"),
        ("ntfys://ntfy.sh/one/two", "several"),
        ("ntfys://ntfy.sh/x\r\nX: y", "whole address"),
        ("ntfys://" + "x" * 1000, "whole address"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(settings, add, url, why):
    with pytest.raises(Invalid) as refused:
        add(url, schemes=settings.apprise_schemes, trusted=False)
    assert why in refused.value.fields["url"]


def test_the_operator_may_switch_it_off(add):
    with pytest.raises(Invalid) as refused:
        add("ntfys://ntfy.sh/topic", schemes=())
    assert "switched" in refused.value.message


def test_what_the_operator_no_longer_allows_goes_no_more(trusting, chat, box, remind, ledger):
    remind("apprise")
    settings = dataclasses.replace(trusting, apprise_schemes=["tgram"])
    with pytest.raises(Exception, match="json://"):
        Courier(settings, chat.account)
    assert (ledger()["apprise"].state, box.raw) == ("pending", [])


def test_the_same_one_twice_is_refused(add, chat, box):
    with pytest.raises(Conflict):
        add(f"json://127.0.0.1:{box.port}/zebra-path")


def test_one_that_was_removed_meanwhile_says_so(alice, chat, remind, ledger, box):
    remind("apprise")
    service.remove(alice.id, chat.id)
    assert (ledger()["apprise"].state, box.raw) == ("cancelled", [])


def test_one_that_hangs_holds_up_nobody(add, chat, box, hangs_alone):
    with HookReceiver() as good:
        good.check = lambda *_: None
        add(f"json://127.0.0.1:{good.port}/")
        hangs_alone("apprise", box, good)


def test_nothing_of_its_address_is_seen(app, alice, chat, box, remind, send, caplog):
    box.answer = lambda _: (500, {}, b"no zebra-path here")
    caplog.set_level(0)
    remind("apprise")
    send(chat.account)
    kept = db.session.execute(text("SELECT * FROM endpoints")).one()
    seen = [caplog.text, repr(fresh(chat).address), str(vars(fresh(chat))), str(tuple(kept))]
    browser, api = alice.browser(), alice.api()
    pages = ("/settings/channels", f"/settings/channels/{chat.id}", "/deliveries")
    seen += [browser.get(path).text for path in pages]
    seen += [api.get(path).text for path in ("/api/v1/channels", "/api/v1/deliveries")]
    assert not any("zebra-path" in one for one in seen)
    assert "json://127.0.0.1" in browser.get("/settings/channels").text


PAGE = "/settings/channels"


def test_a_service_of_the_list_by_its_page(alice):
    browser = alice.browser()
    assert "Telegram" in browser.get(PAGE).text
    form = {"token": "123456789:" + "a" * 35, "chat": "987654321"}
    refused = browser.post(f"{PAGE}/services/telegram", data=form | {"chat": ""})
    assert (refused.status_code, form["token"] in refused.text) == (422, True)
    assert "Please fill in “Number of the chat”." in refused.text
    refused = browser.post(f"{PAGE}/services/telegram", data={"name": "Mine"})
    assert all(
        f"Please fill in “{one}”." in refused.text
        for one in ("Token of the bot", "Number of the chat")
    )
    refused = browser.post(f"{PAGE}/services/telegram", data=form | {"token": "nonsense"})
    assert "does not look right for Telegram" in refused.text
    made = browser.post(f"{PAGE}/services/telegram", data=form)
    assert made.status_code == 303
    page = browser.get(made.location).text
    assert "tgram://1...a/9...1" in page
    assert form["token"] not in page


def test_an_address_of_slack_is_taken_as_it_is(alice):
    url = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    made = alice.browser().post(f"{PAGE}/apprise", data={"apprise": url})
    assert made.status_code == 303
    assert db.session.query(Endpoint.name).scalar() == "Slack"
    refused = alice.browser().post(f"{PAGE}/apprise", data={"apprise": "hello"})
    assert (refused.status_code, "hello" in refused.text) == (422, True)


def test_by_the_api(alice):
    api = alice.api()
    made = api.post("/api/v1/channels/apprise", json={"url": "ntfys://ntfy.sh/zebra-topic"})
    assert (made.status_code, made.json["kind"], made.json["name"]) == (201, "apprise", "ntfy")
    assert "zebra" not in made.text
    wrong = api.post("/api/v1/channels/apprise", json={"url": "dbus://"})
    assert (wrong.status_code, "url" in json.loads(wrong.text)["fields"]) == (422, True)
    order = {"first": "apprise", "afterwards": "email", "after_minutes": 5}
    assert api.put("/api/v1/channels/order", json=order).json == order


def test_the_operator_has_the_say_on_the_page_too(app, alice):
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(settings, apprise_schemes=[])
    try:
        browser = alice.browser()
        assert "Telegram" not in browser.get(PAGE).text
        assert browser.get(f"{PAGE}/services/telegram").status_code == 404
    finally:
        app.config["SETTINGS"] = settings
