"""Clients who prefer SMS or WhatsApp get it, through a gateway of the workspace; all others get email."""

from datetime import timedelta

import pytest

from reminder_app.accounts.site import Site
from reminder_app.contacts import service as contacts
from reminder_app.database import database_now, db, now
from reminder_app.delivery import sending_accounts
from reminder_app.delivery.endpoints import (
    apprise_forms,
    endpoint_channel,
    gateways,
)
from reminder_app.delivery.endpoints.models import Gateway
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.sending import Courier
from reminder_app.errors import Invalid, NotFound
from reminder_app.reminders import planning
from reminder_app.reminders import service as reminders
from reminder_app.translations import speaking
from tests.servers.hook_receiver import HookReceiver
from tests.servers.process import free_port

NUMBER = "+49 151 23456789"
PAGE, API = "/settings/gateways/sms", "/api/v1/gateways"


@pytest.fixture
def put(alice):
    def put(url: str, channel: str = "sms", *, trusted: bool = True) -> Gateway:
        told = {"schemes": ["*"], "site": "http://localhost", "may_be_private": trusted}
        return gateways.put(alice.workspace_id, channel, url=url, **told)

    return put


@pytest.fixture
def sms(put, box) -> Gateway:
    return put(f"json://127.0.0.1:{box.port}/zebra-path?:to={{to}}")


@pytest.fixture
def client(alice):
    """client(preferred_channel=…): anna, a client of alice's."""

    def client(**fields):
        fields = {"name": "Anna", "email": "anna@example.org", "phone": NUMBER} | fields
        return contacts.create(alice.workspace_id, **{"preferred_channel": "sms"} | fields)

    return client


@pytest.fixture
def tell(alice, settings, later):
    def tell(*people, **fields):
        due = (now() + timedelta(seconds=60)).replace(microsecond=0, tzinfo=None)
        reminders.create_reminder(
            alice.workspace_id,
            alice.id,
            **{"title": "Pay the invoice", "starts_at": due, "time_zone": "UTC"} | fields,
            recipients=[{"kind": "contact", "id": one.id} for one in people],
        )
        later(seconds=59)
        planning.plan_due(Site.of(settings))

    return tell


def test_who_prefers_it_gets_a_short_text(sms, box, client, tell, send, ledger, alice):
    link = "https://pay.example.org/4711"
    tell(client(), notes="word " * 100, link=link)
    send(sms.account)
    (said,) = box.got
    first, *_, notes, last = said["message"].splitlines()
    assert (said["to"], last) == ("+4915123456789", link)
    assert first.startswith("Pay the invoice")
    assert "Alice" in first
    assert len(notes) <= 100
    row = ledger()["sms"]
    assert (row.state, row.address, row.template) == ("sent", "+4915123456789", "reminder")
    assert db.session.get(Gateway, sms.id).state == "works"


@pytest.mark.parametrize(
    "fields",
    [
        {"preferred_channel": "email"},
        {"preferred_channel": ""},
        {"preferred_channel": "whatsapp"},  # for which there is no gateway
        {"phone": ""},
        {"phone": "030 1234567"},  # of which country?
    ],
)
def test_all_others_get_email(sms, client, tell, ledger, fields):
    tell(client(**fields))
    assert {name: one.address for name, one in ledger().items()} == {"email": "anna@example.org"}


def test_without_a_gateway_it_is_email(client, tell, ledger):
    tell(client())
    assert set(ledger()) == {"email"}


def test_who_has_a_number_alone_can_be_reminded_too(sms, client, tell, ledger, alice):
    tell(client(email=None))
    assert set(ledger()) == {"sms"}
    with pytest.raises(Invalid):
        tell(client(email=None, phone="", name="Bert"))


def test_whatsapp_goes_to_its_own_number(put, box, client, tell, send):
    one = put(f"json://127.0.0.1:{box.port}/?:to={{to}}", "whatsapp")
    tell(client(preferred_channel="whatsapp", phone_whatsapp="+43 660 1234567"))
    send(one.account)
    assert box.got[0]["to"] == "+436601234567"


def test_a_notice_goes_once_whatever_they_prefer_by_then(
    app, alice, settings, sms, client, tell, later
):
    one = client()
    tell(one)
    contacts.edit(alice.workspace_id, one.id, preferred_channel="email")
    db.session.execute(db.text("UPDATE reminders SET plan_at = next_at"))
    db.session.commit()
    planning.plan_due(Site.of(settings))
    assert db.session.query(Delivery).count() == 1


def test_one_number_that_is_wrong_stops_no_other(put, box, client, tell, send):
    one = put(f"smseagle://token@127.0.0.1:{box.port}/{{to}}")
    box.answer = lambda said: (200, {}, b'{"result": [{"status": "no"}]}')
    tell(client(), client(name="Bert", email="bert@example.org", phone="+49 151 99999999"))
    send(one.account)
    assert len(box.got) == 2


def test_whoever_else_is_told_may_be_such_a_client(sms, client, remind, settings, later, ledger):
    second = {"kind": "contact", "id": client().id}
    remind("email", escalation={"after": 5, "to": second})
    later(minutes=5)
    planning.plan_due(Site.of(settings))
    assert ledger()["sms"].template == "escalation"
    assert ledger()["sms"].address == "+4915123456789"


def test_another_address_is_used_at_once(sms, put, box, client, tell, send):
    tell(client())
    with HookReceiver() as other:
        other.check = lambda *_: None
        assert put(f"json://127.0.0.1:{other.port}/?:to={{to}}").id == sms.id
        send(sms.account)
        assert (len(other.got), box.got) == (1, [])


def test_without_it_what_waits_is_called_off_and_the_rest_is_email(
    alice, sms, client, tell, ledger, box
):
    one = client()
    tell(one)
    gateways.remove(alice.workspace_id, "sms")
    assert ledger()["sms"].state == "cancelled"
    tell(one, title="Another")
    assert ledger()["email"].state == "pending"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("json://box.example.org/{to}", "begin with https"),
        ("https://box.example.org/{to}", "write jsons:// in place of https://"),
        ("clicksend://user:key@+4915112345678", "Write {to}"),
        ("dbus://{to}", "not among"),
        ("twilio://nonsense@{to}", "does not look right"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(put, url, why):
    with pytest.raises(Invalid) as refused:
        put(url, trusted=False)
    assert why in refused.value.fields["url"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("clicksend://user:key@{to}", "ClickSend, clicksend://u...r:****@{to}"),
        ("seven://zebra-key/{to}", "seven, seven://z...y/{to}"),
        ("jsons://box.example.org/in?:to={to}", "JSON, jsons://box.example.org/i...n"),
    ],
)
def test_where_the_number_goes_is_shown_as_such(put, url, shown):
    assert put(url, trusted=False).host == shown


def test_another_gateway_cuts_as_it_does(
    monkeypatch, alice, put, box, sms, client, tell, trusting, later
):
    """Whoever sends through it stays, and what is read anew is read at once."""
    monkeypatch.setattr("apprise.plugins.smseagle.NotifySMSEagle.body_maxlen", 80)
    monkeypatch.setattr(endpoint_channel, "LOOK_EVERY", 0.0)
    courier, anna = Courier(trusting, sms.account), client()
    try:
        for url in ("", f"smseagle://token@127.0.0.1:{box.port}/{{to}}"):
            if url:
                put(url)
            tell(anna, notes="word " * 100)
            later(seconds=2)
            courier.send_due(0)
    finally:
        courier.close()
    whole, cut = box.got
    assert len(whole["message"]) > 80
    assert len(cut["params"]["message"]) <= 80
    assert cut["params"]["message"].startswith("Pay the invoice")


def test_there_are_two_kinds(put):
    with pytest.raises(NotFound):
        put("clicksend://user:key@{to}", "fax")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 151 23456789", "+4915123456789"),
        ("0049 (151) 234-567.89", "+4915123456789"),
        ("0151 23456789", ""),
        ("+49", ""),
        ("+0123456789", ""),
        ("call me", ""),
    ],
)
def test_a_number_has_its_country(written, number):
    assert gateways.number_of(written) == number


def test_examples_are_gateways():
    found = [one for one in apprise_forms.SERVICES if one.to_numbers_by]
    assert {one.to_numbers_by for one in found} == {"sms", "whatsapp"}
    assert all("{to}" in one.gateway for one in found)


def test_examples_name_what_goes_where_in_the_language_of_who_reads_them():
    with speaking("de"):
        assert (
            apprise_forms.BY_NAME["clicksend"].gateway
            == "clicksend://BENUTZERNAME:API-SCHLÜSSEL@{to}"
        )
        assert apprise_forms.BY_NAME["twilio"].gateway == "twilio://ACCOUNT-SID:AUTH-TOKEN@VON/{to}"


def test_by_the_page(app, alice, box, send, trusting, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", trusting)
    browser, url = alice.browser(), f"json://127.0.0.1:{box.port}/zebra-path?:to={{to}}"
    assert "clicksend://USER-NAME:API-KEY@{to}" in browser.get(PAGE).text
    refused = browser.post(PAGE, data={"url": url.replace("{to}", "1")})
    assert (refused.status_code, "zebra-path" in refused.text) == (422, True)
    assert browser.post(PAGE, data={"url": url}).status_code == 303
    page = browser.get(PAGE).text
    assert "zebra-path" not in page
    assert "json://127.0.0.1" in page
    assert browser.post(f"{PAGE}/test", data={"to": "0151"}).status_code == 422
    assert browser.post(f"{PAGE}/test", data={"to": NUMBER}).status_code == 303
    send(db.session.query(Gateway).one().account)
    assert box.got[0]["to"] == "+4915123456789"
    assert "Works" in browser.get(PAGE).text
    assert "SMS" in browser.get("/settings/senders").text
    assert browser.post(f"{PAGE}/remove").status_code == 303
    assert browser.get("/settings/gateways/fax").status_code == 404


def test_by_the_api(alice):
    api = alice.api()
    url = "clicksend://user:zebra-key@{to}"
    made = api.put(f"{API}/sms", json={"url": url})
    assert (made.status_code, made.json["channel"], made.json["state"]) == (200, "sms", "new")
    assert "zebra" not in made.text + api.get(API).text
    assert api.post(f"{API}/sms/test", json={"to": NUMBER}).status_code == 202
    assert api.post(f"{API}/sms/test", json={"to": NUMBER}).status_code == 409
    assert api.delete(f"{API}/sms").status_code == 204
    assert api.delete(f"{API}/sms").status_code == 404


def test_a_test_leaves_a_pause_as_it_is(alice, sms):
    """It may be broken and paused: whoever paused it decides."""
    sending_accounts.broke(sms.account, "no", sending_accounts.FREE)
    sending_accounts.pause(sms.account, "Alice")
    gateways.test(alice.workspace_id, "sms", NUMBER)
    found = sending_accounts.find(sms.account, alice.workspace_id)
    assert found.is_paused
    assert found.retry_at <= database_now()


def test_the_ledger_names_it_as_people_do(alice, sms):
    page = alice.browser().get("/deliveries").text
    assert "Sms" not in page
    assert "SMS" in page


def test_where_it_is_broken_its_one_line_says_so_with_the_way_to_mend_it(alice, charlie, sms):
    sending_accounts.broke(
        sms.account, "The server cannot be reached: Timeout", sending_accounts.FREE
    )

    page = alice.browser().get("/deliveries").text

    rows = page.split('<p class="row-title">')[1:]
    (its,) = [row for row in rows if row.startswith("SMS")]
    assert "In trouble" in its
    assert f"/accounts/{sms.account}/pause" in its
    assert "SMS is in trouble" in page
    assert f'<a href="{PAGE}">Look at its settings</a>' in page
    assert "mail server is in trouble" not in page
    assert "in trouble" not in charlie.browser().get("/deliveries").text


def test_what_it_never_handed_over_says_why_and_when_it_is_looked_at_next(
    put, client, tell, alice, trusting
):
    gateway = put(f"json://127.0.0.1:{free_port()}/?:to={{to}}")
    account = gateway.account
    courier = Courier(trusting, account)
    tell(client())
    courier.send_due(1)
    courier.close()
    url = f"/deliveries/{db.session.query(Delivery).one().id}"

    told = alice.api().get(f"/api/v1{url}").json

    known = sending_accounts.find(account, alice.workspace_id)
    assert (told["attempts"], told["history"], told["put_back"]) == (0, [], 1)
    assert told["reason"]
    assert told["next_look_at"][:19] == known.retry_at.isoformat()[:19]
    page = alice.browser().get(url).text
    assert "A worker took it up once and did not hand it over" in page
    sending_accounts.pause(account, "Alice")
    assert alice.api().get(f"/api/v1{url}").json["next_look_at"] is None


def test_another_workspace_sees_nothing_of_it(charlie, sms):
    browser = charlie.browser()
    assert "127.0.0.1" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/remove").status_code == 404
    assert charlie.api().get(API).json == []
    assert db.session.query(Gateway).count() == 1


def test_who_may_not_change_mail_servers_may_not_change_it(bob, sms):
    """bob is a member."""
    assert bob.browser().get(PAGE).status_code == 403
    assert bob.api().put(f"{API}/sms", json={"url": "x"}).status_code == 403


def test_the_planner_asks_once_for_all(settings, sms, client, tell, count_queries, later, alice):
    people = [client(name=f"Person {n}", email=f"p{n}@example.org") for n in range(20)]
    due = (now() + timedelta(minutes=2)).replace(microsecond=0, tzinfo=None)
    for n in range(5):
        reminders.create_reminder(
            alice.workspace_id, alice.id, title=f"{n}", starts_at=due, time_zone="UTC",
            recipients=[{"kind": "contact", "id": one.id} for one in people],
        )  # fmt: skip
    later(minutes=2)
    with count_queries() as statements:
        planning.plan_due(Site.of(settings))
    assert sum("FROM gateways" in one for one in statements) == 1
    assert (
        db.session.query(Delivery).filter_by(channel="sms", state="pending").count() == 5
    )  # one number
