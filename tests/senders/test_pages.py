"""Senders and mail servers as a person meets them, under the workspace's settings."""

import re
from io import BytesIO
from uuid import UUID

import pytest

from reminder_app.contacts import service as contacts
from reminder_app.database import db
from reminder_app.delivery import service
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders import configurations, identities
from reminder_app.reminders import service as reminders
from tests.delivery.notes import planned
from tests.senders.conftest import PASSWORD, fields

SENDERS, SERVERS = "/settings/senders", "/settings/mail-servers"
TYPED = {
    "title": "Rent",
    "date": "2036-01-01",
    "time": "09:00",
    "time_zone": "UTC",
    "recipients": "me",
}


def code_of(identity_id) -> str:
    db.session.rollback()
    found = db.session.query(Delivery).filter_by(
        source_kind="sender", source_id=UUID(str(identity_id))
    )
    return found.order_by(Delivery.id.desc()).first().payload["code"]


def test_an_empty_page_says_what_a_sender_is_for(browser):
    page = browser.get(SENDERS).text

    assert "No senders yet" in page
    assert SENDERS in browser.get("/settings/workspace").text


def test_from_an_address_to_a_verified_default(browser, alice):
    made = browser.post(
        SENDERS, data={"type": "email", "address": "office@example.org", "display_name": "Lee"}
    )
    (one,) = identities.browse(alice.workspace_id).items
    here = f"{SENDERS}/{one.id}"
    assert made.headers["Location"] == here
    page = browser.get(here).text
    assert "A code is on its way to office@example.org" in page
    assert "Not verified" in page

    wrong = browser.post(f"{here}/verify", data={"code": "12"})
    assert wrong.status_code == 422
    assert str(identities.WRONG) in wrong.text
    assert browser.post(f"{here}/code").status_code == 303
    assert browser.post(f"{here}/verify", data={"code": code_of(one.id)}).status_code == 303
    page = browser.get(SENDERS).text
    assert "goes out as office@example.org" in page
    assert "Default" in page

    assert browser.post(f"{here}/default", data={"no_longer": "1"}).status_code == 303
    assert browser.post(here, data={"display_name": "Lee & Sons"}).status_code == 303
    assert "Lee &amp; Sons" in browser.get(here).text
    assert browser.post(f"{here}/delete").status_code == 303
    assert "office@example.org is removed." in browser.get(SENDERS).text


def test_a_wrong_address_is_said_beside_its_field(browser):
    answer = browser.post(SENDERS, data={"type": "email", "address": "office"})

    assert answer.status_code == 422
    assert 'href="#f-address"' in answer.text
    assert 'value="office"' in answer.text


def test_a_new_number_leads_to_the_gateway(browser):
    page = browser.get(f"{SENDERS}/new").text

    assert "SMS to clients goes out by the gateway" in page
    assert "/sms" in page


@pytest.mark.parametrize("is_chosen", [False, True])
def test_send_now_shows_from_whom_it_comes(browser, alice, sender, is_chosen):
    if is_chosen:
        sender("office@example.org", display_name="Lee & Sons", is_default=True)
    anna = contacts.create(alice.workspace_id, name="Anna", email="anna@example.com")
    typed = {**TYPED, "recipients": f"contact:{anna.id}"}
    typed["files"] = (BytesIO(b"%PDF-1.4"), "invoice.pdf")
    made = browser.post("/reminders", data=typed)

    page = browser.get(f"{made.location}/send-now").text

    assert ('<dd class="text-break">Lee &amp; Sons &lt;' in page) is is_chosen
    answers = "office@example.org" if is_chosen else alice.email
    assert f'<dd class="text-break">{answers}</dd>' in page
    assert "invoice.pdf" in page


def test_a_phone_number_says_who_verifies_it(browser, alice):
    browser.post(SENDERS, data={"type": "phone", "address": "+49 30 1234567"})
    (one,) = identities.browse(alice.workspace_id).items

    page = browser.get(f"{SENDERS}/{one.id}").text

    assert "Whoever runs this site verifies phone numbers by hand" in page
    assert "/verify" not in page


def test_one_that_is_used_offers_to_move_its_reminders(browser, alice, sender):
    office, shop = sender("office@example.org"), sender("shop@example.org")
    browser.post("/reminders", data={**TYPED, "sender_identity_id": str(office.id)})
    here = f"{SENDERS}/{office.id}"
    assert "1 reminders (“Rent”)" in browser.get(here).text
    assert browser.post(f"{here}/delete").status_code == 422

    assert browser.post(f"{here}/delete", data={"move_to": str(shop.id)}).status_code == 303

    (reminder,) = reminders.list_reminders(alice.workspace_id).items
    assert reminder.sender_identity_id == shop.id


def test_the_reminders_form_asks_only_where_there_is_a_choice(browser, alice, sender):
    assert "sender_identity_id" not in browser.get("/reminders/new").text
    identities.create(alice.workspace_id, address="unverified@example.org")
    assert "sender_identity_id" not in browser.get("/reminders/new").text

    office = sender("office@example.org", display_name="Lee", is_default=True)
    page = browser.get("/reminders/new").text
    assert "The default: Lee &lt;office@example.org&gt;" in page
    assert "unverified@" not in page
    browser.post("/reminders", data={**TYPED, "sender_identity_id": str(office.id)})

    (reminder,) = reminders.list_reminders(alice.workspace_id).items
    form = browser.get(f"/reminders/{reminder.id}/edit").text
    assert re.search(f'<option value="{office.id}" selected', form)
    assert "Lee &lt;office@example.org&gt;" in browser.get(f"/reminders/{reminder.id}").text
    assert "Rent" in browser.get(f"/reminders?sender_identity_id={office.id}").text
    assert "Nothing matches" in browser.get(f"/reminders?sender_identity_id={alice.id}").text
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    browser.post(f"/reminders/{reminder.id}/edit", data={**TYPED, "version": version})
    assert reminders.get_reminder(alice.workspace_id, reminder.id).sender_identity_id is None


def test_members_choose_and_admins_manage(alice, bob, sender):
    sender("office@example.org")
    member = bob.browser()

    assert member.get(SENDERS).status_code == 403
    assert SENDERS not in member.get("/settings").text
    assert "office@example.org" in member.get("/reminders/new").text
    assert bob.api().get("/api/v1/sender-identities").json["items"]
    assert bob.api().post("/api/v1/sender-identities", json={}).status_code == 403
    assert bob.api().get("/api/v1/email-configurations").status_code == 403


def test_a_mail_server_from_the_form_to_the_test_and_out(browser, alice, own):
    typed = {**fields(own), "is_active": "1"}
    assert browser.get(f"{SERVERS}/new").status_code == 200
    made = browser.post(SERVERS, data=typed)
    here = made.headers["Location"]
    assert "Not tested" in browser.get(here).text

    assert browser.post(f"{here}/test").status_code == 303
    page = browser.get(here).text
    assert "It works: localhost was reached over TLS, signed in" in page
    assert "Works" in browser.get(SENDERS).text
    assert browser.post(f"{here}/test", data={"send": "1"}).status_code == 303
    assert own.accepted()[0]["to"] == [alice.email]

    kept = {**typed, "smtp_password": "", "name": "Shop"}
    assert browser.post(here, data=kept).status_code == 303
    wrong = browser.post(here, data={**kept, "smtp_port": "465"})
    assert wrong.status_code == 422
    assert str(configurations.ANEW) in wrong.text
    assert browser.post(f"{here}/delete").status_code == 303
    assert "The mail server is removed." in browser.get(SENDERS).text


def test_a_server_that_is_used_offers_another(browser, alice, configuration, sender):
    one = sender("office@example.org", configuration_id=configuration.id)
    here = f"{SERVERS}/{configuration.id}"
    assert "office@example.org goes out through it" in browser.get(here).text
    assert browser.post(f"{here}/delete").status_code == 422

    assert browser.post(f"{here}/delete", data={"move_to": "site"}).status_code == 303

    db.session.expire_all()
    assert identities.get(alice.workspace_id, one.id).configuration_id is None


def test_no_password_is_on_a_page_also_where_it_is_shown_again(browser, own, configuration):
    wrong = browser.post(SERVERS, data={**fields(own), "name": "", "smtp_host": ""})
    pages = [wrong, browser.get(f"{SERVERS}/{configuration.id}"), browser.get(SENDERS)]

    assert wrong.status_code == 422
    for page in pages:
        assert PASSWORD not in page.text


@pytest.mark.usefixtures("careful")
def test_a_private_server_is_refused_in_words(browser, configuration, own):
    before = own.connections
    here = f"{SERVERS}/{configuration.id}"

    browser.post(f"{here}/test")

    assert "localhost is in a private network" in browser.get(here).text
    assert own.connections == before


def test_what_was_sent_shows_in_whose_name(browser, alice, sender):
    note = planned(alice, "note:1", from_name="Lee", from_address="office@example.org")
    id = service.enqueue(note)

    assert "Lee &lt;office@example.org&gt;" in browser.get(f"/deliveries/{id}").text
    shown = alice.api().get(f"/api/v1/deliveries/{id}").json
    assert (shown["from_name"], shown["from_address"]) == ("Lee", "office@example.org")
