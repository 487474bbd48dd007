"""Senders: shown to be one's own by a code, one default of each type, removed only with what they are used by."""

import re
from datetime import timedelta

import pytest

from reminder_app.database import db, now
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders import identities
from reminder_app.delivery.senders.models import SenderIdentity
from reminder_app.errors import Conflict, Invalid, NotFound
from reminder_app.reminders import service as reminders

HERE = {"workspace": "Lee & Sons", "url": "http://localhost/settings/senders/1"}


@pytest.fixture
def unverified(alice):
    return identities.create(alice.workspace_id, address="Office@Example.org", display_name=" Lee ")


def sent_code(site, courier) -> str:
    courier.send_due(0)
    mail = site.messages()[-1]
    body = mail.get_body(("plain",)).get_content()
    return re.search(r"^\d{6}\b", body, re.MULTILINE)[0]


def ask(alice, sender, settings) -> None:
    identities.send_code(alice.workspace_id, sender.id, settings, **HERE)


def verify(alice, sender, code, settings) -> SenderIdentity:
    return identities.verify(alice.workspace_id, sender.id, code, settings)


def a_reminder(alice, **fields):
    starts_at = (now() + timedelta(days=1)).replace(tzinfo=None)
    given = {"title": "Rent", "starts_at": starts_at, "time_zone": "UTC"} | fields
    return reminders.create_reminder(alice.workspace_id, alice.id, **given)


def test_its_address_is_kept_in_one_spelling(unverified):
    assert (unverified.address, unverified.display_name) == ("office@example.org", "Lee")
    assert not unverified.is_verified


@pytest.mark.parametrize("address", ["", "office", "a b@example.org", "x\r\nBcc: y@example.org"])
def test_no_address(alice, address):
    with pytest.raises(Invalid) as refused:
        identities.create(alice.workspace_id, address=address)
    assert list(refused.value.fields) == ["address"]


@pytest.mark.parametrize("number", ["0301234567", "+49", "+49 30 123456789012", "+0301234567", "x"])
def test_no_number(alice, number):
    with pytest.raises(Invalid):
        identities.create(alice.workspace_id, type="phone", address=number)


def test_a_number_in_one_spelling_and_through_no_mail_server(alice, configuration):
    made = identities.create(alice.workspace_id, type="phone", address="+49 (30) 123-4567")
    assert made.address == "+49301234567"

    with pytest.raises(Invalid):
        identities.create(
            alice.workspace_id,
            type="phone",
            address="+49301234568",
            configuration_id=configuration.id,
        )


def test_the_same_twice_is_refused_in_one_workspace_only(alice, charlie, unverified):
    with pytest.raises(Conflict):
        identities.create(alice.workspace_id, address="office@example.org")

    assert identities.create(charlie.workspace_id, address="office@example.org")


def test_the_code_that_was_sent_verifies_it(alice, unverified, courier, site, mail_settings, only):
    ask(alice, unverified, mail_settings)
    code = sent_code(site, courier)

    assert verify(alice, unverified, f" {code[:3]} {code[3:]} ", mail_settings).is_verified
    sent = only(source_kind="sender")
    assert (sent.address, sent.payload) == ("office@example.org", None)
    assert code not in sent.subject


def test_the_code_is_kept_as_a_hash_alone(alice, unverified, mail_settings, only):
    ask(alice, unverified, mail_settings)
    code = only(source_kind="sender").payload["code"]

    row = db.session.get(SenderIdentity, unverified.id)
    assert len(row.code_hash) == 32
    assert code not in repr(vars(row))


def test_a_wrong_code_counts_and_the_fifth_is_the_last(alice, unverified, mail_settings, only):
    ask(alice, unverified, mail_settings)
    code = only(source_kind="sender").payload["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for told in [identities.WRONG] * 4 + [identities.TOO_OFTEN] * 2:
        with pytest.raises(Invalid) as refused:
            verify(alice, unverified, wrong, mail_settings)
        assert refused.value.fields == {"code": told}
    with pytest.raises(Invalid):
        verify(alice, unverified, code, mail_settings)

    ask(alice, unverified, mail_settings)  # a new one, with five tries of its own
    codes = [one.payload["code"] for one in waiting()]
    assert verify(alice, unverified, codes[-1], mail_settings).is_verified


def waiting():
    query = db.session.query(Delivery).filter_by(source_kind="sender", state="pending")
    return query.order_by(Delivery.id).all()


def test_a_code_dies_after_a_quarter_of_an_hour_and_with_the_next(
    alice, unverified, mail_settings, only, later
):
    ask(alice, unverified, mail_settings)
    (first,) = [one.payload["code"] for one in waiting()]
    ask(alice, unverified, mail_settings)
    (second,) = [one.payload["code"] for one in waiting()]

    if first != second:
        with pytest.raises(Invalid):
            verify(alice, unverified, first, mail_settings)
    later(minutes=15)
    with pytest.raises(Invalid) as refused:
        verify(alice, unverified, second, mail_settings)
    assert refused.value.fields == {"code": identities.TOO_OLD}


def test_nobodys_code_fits(alice, unverified, mail_settings):
    for code in ("", "000000", "x" * 20):
        with pytest.raises(Invalid) as refused:
            verify(alice, unverified, code, mail_settings)
        assert refused.value.fields == {"code": identities.NO_CODE}


def test_phone_numbers_are_the_operators(app, alice, mail_settings):
    phone = identities.create(alice.workspace_id, type="phone", address="+49301234567")
    with pytest.raises(Conflict):
        ask(alice, phone, mail_settings)
    with pytest.raises(Invalid):
        verify(alice, phone, "000000", mail_settings)

    command = app.test_cli_runner().invoke
    assert f"{phone.id}  +49301234567" in command(args=["senders", "unverified"]).output
    done = command(args=["senders", "verify", str(phone.id)])

    assert done.output == "+49301234567 is verified.\n"
    assert command(args=["senders", "unverified"]).output == ""
    assert command(args=["senders", "verify", str(alice.id)]).exit_code == 1


def test_there_is_one_default_of_each_type(alice, sender):
    first, second = sender("a@example.org", is_default=True), sender("b@example.org")
    phone = sender("+49301234567", type="phone", is_default=True)

    identities.set_default(alice.workspace_id, second.id)

    found = identities.browse(alice.workspace_id).items
    assert {one.id for one in found if one.is_default} == {second.id, phone.id}
    identities.set_default(alice.workspace_id, second.id, False)
    assert first.id not in {
        one.id for one in identities.browse(alice.workspace_id).items if one.is_default
    }


def test_the_first_that_is_verified_is_the_default_by_itself(alice):
    def made(address, **given):
        one = identities.create(alice.workspace_id, address=address, **given)
        return identities.verify_as_operator(one.id)

    first = made("a@example.org")
    assert first.is_default
    assert made("+49301234567", type="phone").is_default
    assert not made("b@example.org").is_default
    identities.set_default(alice.workspace_id, first.id, False)
    assert not made("c@example.org").is_default


def test_what_is_not_verified_is_chosen_by_nobody(alice, unverified):
    with pytest.raises(Conflict):
        identities.set_default(alice.workspace_id, unverified.id)
    with pytest.raises(Invalid) as refused:
        a_reminder(alice, sender_identity_id=unverified.id)

    assert refused.value.fields == {"sender_identity_id": identities.UNVERIFIED}
    assert identities.choices(alice.workspace_id) == []


def test_nor_what_is_a_phone_number_or_anothers(alice, charlie, sender):
    phone = sender("+49301234567", type="phone")
    theirs = identities.create(charlie.workspace_id, address="theirs@example.org")
    identities.verify_as_operator(theirs.id)

    for id in (phone.id, theirs.id):
        with pytest.raises(Invalid):
            a_reminder(alice, sender_identity_id=id)


def test_one_that_is_used_says_by_what_and_goes_when_another_takes_its_place(alice, sender):
    office, shop = sender("office@example.org"), sender("shop@example.org")
    used = [a_reminder(alice, title=title, sender_identity_id=office.id) for title in "ABCD"]

    with pytest.raises(Conflict) as refused:
        identities.delete(alice.workspace_id, office.id)
    assert "4 reminders (“A”, “B”, “C” and 1 more)" in refused.value.message
    for wrong in ("nonsense", str(office.id), str(alice.id)):
        with pytest.raises(Invalid):
            identities.delete(alice.workspace_id, office.id, wrong)

    identities.delete(alice.workspace_id, office.id, str(shop.id))
    moved = [reminders.get_reminder(alice.workspace_id, one.id) for one in used]
    assert {one.sender_identity_id for one in moved} == {shop.id}

    identities.delete(alice.workspace_id, shop.id, identities.DEFAULT)
    moved = [reminders.get_reminder(alice.workspace_id, one.id) for one in used]
    assert {one.sender_identity_id for one in moved} == {None}


def test_strangers_find_nothing(charlie, sender, mail_settings):
    one = sender("office@example.org")
    where = charlie.workspace_id
    for action in (
        lambda: identities.get(where, one.id),
        lambda: identities.edit(where, one.id, display_name="Mine"),
        lambda: identities.send_code(where, one.id, mail_settings, **HERE),
        lambda: identities.verify(where, one.id, "000000", mail_settings),
        lambda: identities.set_default(where, one.id),
        lambda: identities.delete(where, one.id),
    ):
        with pytest.raises(NotFound):
            action()
