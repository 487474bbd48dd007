"""Payments, deadlines and notices: what there is to pay or to read, and how a mail says it."""

import re

import pytest

from reminder_app.accounts.models import User
from reminder_app.contacts.models import Contact
from reminder_app.database import db
from reminder_app.errors import Invalid
from reminder_app.languages import language
from reminder_app.reminders import editing, money, sending_now, service, web_link
from reminder_app.workspaces.models import Workspace
from tests.reminders.conftest import SITE, change, ledger
from tests.reminders.test_mail import html, mail, text

URL = "/api/v1/reminders"
BILL = {
    "kind": "payment",
    "amount": "1234.50",
    "currency": "EUR",
    "link": "https://pay.example.org/42?a=1&b=2",
    "reference": "Invoice 2027-0042",
}
NEW = {"title": "Invoice", "starts_at": "2026-01-12T09:00", "time_zone": "Europe/Berlin"}
TYPED = {
    "title": "Invoice",
    "date": "2026-01-31",
    "time": "09:00",
    "time_zone": "Europe/Berlin",
    "recipients": "me",
}


@pytest.fixture
def bill(monday, make, plan, later):
    def planned(**fields):
        reminder = make(**BILL | fields)
        later(hours=1)
        plan()
        return ledger(reminder)

    return planned


def test_a_payment_says_how_much_and_where(bill):
    [row] = bill()

    for said in (text(row), html(row).replace("&amp;", "&")):
        assert "€1,234.50" in said
        assert "Invoice 2027-0042" in said
        assert "https://pay.example.org/42?a=1&b=2" in said
        assert "Pay at pay.example.org" in said
    assert mail(row)["Subject"] == "Pay the rent"


def test_each_reader_sees_the_amount_as_at_home(bill, alice):
    change(db.session.get(User, alice.id), locale="de")
    [row] = bill()

    assert "1.234,50 €" in text(row)


@pytest.mark.parametrize(("theirs", "amount"), [("de-AT", "€ 1.234,50"), (None, "1 234,50 €")])
def test_a_client_reads_it_as_at_home_or_as_the_workspace_does(
    bill, contact, alice, theirs, amount
):
    change(db.session.get(Workspace, alice.workspace_id), locale="fr")
    change(db.session.get(Contact, contact.id), locale=theirs)

    [row] = bill(recipients=[{"kind": "contact", "id": contact.id}])

    assert amount in text(row)


def test_who_is_told_instead_reads_times_as_at_home(monday, make, plan, later, contact):
    change(db.session.get(Contact, contact.id), locale="de")
    make(escalation={"after": 30, "to": {"kind": "contact", "id": contact.id}})
    for _ in range(2):
        later(hours=1)
        plan()

    [row] = [row for row in ledger() if row.contact_id == contact.id]
    assert row.payload["when"] == "Montag, 12. Januar 2026, 09:00"


def test_what_was_planned_before_there_were_amounts_still_goes(bill):
    [row] = bill()
    row.payload = {
        name: value
        for name, value in row.payload.items()
        if name not in ("amount", "kind", "link", "link_host", "reference")
    }

    assert "Pay the rent" in text(row)
    assert "Pay the rent" in html(row)


@pytest.mark.parametrize(
    ("kind", "due_day", "subject"),
    [
        ("payment", "Due January 12, 2026", "Pay the rent (due January 12, 2026)"),
        ("deadline", "Due January 12, 2026", "Pay the rent (due January 12, 2026)"),
        ("notice", "", "Pay the rent"),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
def test_a_client_reads_a_letter_of_a_firm(
    monday, alice, make, plan, later, contact, kind, due_day, subject, is_late
):
    bill = BILL if kind == "payment" else {"kind": kind}
    client = {"kind": "contact", "id": contact.id}
    reminder = make(**bill, recipients=[client], advance_notices=[30], priority="high")
    if is_late:
        later(hours=3)
        plan()
    else:
        sending_now.send_now(alice.workspace_id, alice.id, reminder.id, SITE)

    row = ledger(reminder)[-1]

    assert mail(row)["Subject"] == subject
    assert due_day in text(row)
    for ours in ("in 1 hour", "in 30", "ate: was due", "could not be sent", "High"):
        assert ours not in text(row)
        assert ours not in html(row)
    assert ("9:00" in text(row)) is (kind != "payment")


def test_what_was_sent_now_no_longer_comes_up_for_the_client(monday, alice, make, contact):
    reminder = make(**BILL, recipients=[{"kind": "contact", "id": contact.id}])
    page = f"/contacts/{contact.id}"
    assert "Coming up" in alice.browser().get(page).text

    sending_now.send_now(alice.workspace_id, alice.id, reminder.id, SITE)

    assert "Coming up" not in alice.browser().get(page).text


def test_the_api_takes_it_and_gives_it_back(monday, alice):
    api = alice.api()
    made = api.post(URL, json=NEW | BILL)
    assert made.status_code == 201
    assert made.json == made.json | BILL

    changed = api.patch(f"{URL}/{made.json['id']}", json={"amount": "20"})
    assert changed.json["amount"] == "20.00"
    assert changed.json["changed_by"] == str(alice.id)
    sent_back = {name: changed.json[name] for name in BILL}
    assert api.patch(f"{URL}/{made.json['id']}", json=sent_back).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"amount": "12345678901"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": 0.1 + 0.2}, "amount"),
        ({"amount": 1e30}, "amount"),
        ({"amount": True}, "amount"),
        ({"currency": ""}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XQX"}, "currency"),
        ({"kind": "notice"}, "amount"),
        ({"kind": "bill"}, "kind"),
        ({"link": "http://pay.example.org"}, "link"),
        ({"link": "https://bank.example.org@evil.example.org/"}, "link"),
        ({"link": "https://pay.example.org/a b"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://localhost/"}, "link"),
        ({"link": "https://[::1"}, "link"),
        ({"reference": "a\nb"}, "reference"),
        ({"reference": "a" * 141}, "reference"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(monday, alice, wrong, field):
    answer = alice.api().post(URL, json=NEW | BILL | wrong)

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def test_a_payment_that_becomes_a_notice_gives_up_its_amount_first(monday, make, alice):
    reminder = make(**BILL)
    where = alice.workspace_id, alice.id, reminder.id

    with pytest.raises(Invalid):
        editing.update_reminder(*where, {"kind": "notice"})

    editing.update_reminder(*where, {"kind": "notice", "amount": None, "currency": ""})
    assert service.get_reminder(alice.workspace_id, reminder.id).amount is None


def test_the_form_saves_it_and_shows_it_again(monday, alice):
    browser = alice.browser()
    made = browser.post("/reminders", data=TYPED | BILL | {"amount": "1 234,50"})
    assert made.status_code == 303

    shown = browser.get(made.location).text
    assert "€1,234.50" in shown
    assert 'href="https://pay.example.org/42?a=1&amp;b=2"' in shown
    form = browser.get(f"{made.location}/edit").text
    assert 'value="1234.50"' in form
    assert 'value="Invoice 2027-0042"' in form


@pytest.mark.parametrize(
    ("locale", "typed", "currency", "kept"),
    [
        ("de", "1.234,50", "EUR", "1234.50"),
        ("de", "1.234,50 €", "EUR", "1234.50"),
        ("de", "1.234.567,5 EUR", "EUR", "1234567.50"),
        ("de", "1 234,50", "EUR", "1234.50"),
        ("de", "1.234", "EUR", "1234.00"),
        ("de", "1234.50", "EUR", "1234.50"),
        ("de-AT", "€ 1.234,50", "EUR", "1234.50"),
        ("de-CH", "CHF 1’234.50", "CHF", "1234.50"),
        ("fr", "1 234,50 €", "EUR", "1234.50"),
        ("en", "1,234.50", "EUR", "1234.50"),
        ("en", "$1,234.50", "USD", "1234.50"),
        ("en-AU", "$1,234", "AUD", "1234.00"),
        ("en-IN", "₹12,34,567.00", "INR", "1234567.00"),
    ],
)
def test_the_form_takes_what_it_shows(monday, alice, locale, typed, currency, kept):
    change(db.session.get(User, alice.id), locale=locale)
    browser = alice.browser()

    made = browser.post("/reminders", data=TYPED | BILL | {"amount": typed, "currency": currency})

    assert made.status_code == 303, errors(made)
    (reminder,) = service.list_reminders(alice.workspace_id).items
    assert str(reminder.amount) == kept
    again = re.search(r'name="amount"[^>]*', browser.get(f"{made.location}/edit").text)[0]
    again = re.search('value="([^"]*)"', again)[1]
    assert money.read(again, currency, language(locale)) == reminder.amount


def errors(answer):
    return re.findall(r'<a href="#f-[^<]*', answer.text)


@pytest.mark.parametrize(
    ("locale", "typed", "example"),
    [
        ("de", "1,23,4", "1234,50"),
        ("de", "1.23.456", "1234,50"),
        ("de", "1,234", "1234,50"),
        ("de", "1.234,50 $", "1234,50"),
        ("en", "1.234,50", "1234.50"),
        ("en", "1,23,4", "1234.50"),
        ("en", "1.234", "1234.50"),
    ],
)
def test_the_form_refuses_what_may_mean_two_things(monday, alice, locale, typed, example):
    change(db.session.get(User, alice.id), locale=locale)
    answer = alice.browser().post("/reminders", data=TYPED | BILL | {"amount": typed})

    assert answer.status_code == 422
    assert any(example in one for one in errors(answer))
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize(("given", "kept"), [(1234.5, "1234.50"), (20, "20.00")])
def test_a_number_is_an_amount_too(monday, alice, given, kept):
    made = alice.api().post(URL, json=NEW | BILL | {"amount": given})

    assert (made.status_code, made.json["amount"]) == (201, kept)


def test_the_form_lets_go_of_an_amount_that_is_no_payments(monday, alice):
    browser = alice.browser()
    made = browser.post("/reminders", data=TYPED | BILL | {"kind": "deadline"})

    assert made.status_code == 303
    assert "€" not in browser.get(made.location).text


def test_the_form_says_all_that_is_wrong(monday, alice):
    wrong = {"amount": "much", "link": "ftp://x"}
    answer = alice.browser().post("/reminders", data=TYPED | BILL | wrong)

    assert answer.status_code == 422
    assert money.how() in answer.text
    assert str(web_link.HOW) in answer.text


def test_the_list_shows_one_kind(monday, make, alice):
    make(title="A bill", **BILL)
    make(title="A tax return", kind="deadline")

    page = alice.browser().get("/reminders?kind=payment").text
    assert "A bill" in page
    assert "A tax return" not in page
    found = alice.api().get(f"{URL}?kind=deadline").json["items"]
    assert [one["title"] for one in found] == ["A tax return"]


def test_a_host_in_other_letters_is_shown_as_what_it_is():
    assert web_link.host("https://pаypal.com/") == "xn--pypal-4ve.com"
