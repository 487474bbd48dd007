"""Where a message has few words, it says that there are files, and leads to them."""

from datetime import timedelta

import pytest

from reminder_app.accounts.site import Site
from reminder_app.contacts import service as contacts
from reminder_app.database import now
from reminder_app.delivery.endpoints import brief, gateways, orders, service
from reminder_app.reminders import planning
from reminder_app.reminders import service as reminders

SITE = "http://localhost"


@pytest.fixture
def sms(alice, box):
    return gateways.put(
        alice.workspace_id,
        "sms",
        url=f"json://127.0.0.1:{box.port}/sms?:to={{to}}",
        schemes=["*"],
        site=SITE,
        may_be_private=True,
    )


@pytest.fixture
def anna(alice, sms):
    """A client who gets SMS, through the workspace's gateway."""
    given = {"name": "Anna", "phone": "+49 151 23456789", "preferred_channel": "sms"}
    return contacts.create(alice.workspace_id, **given)


@pytest.fixture
def remind(alice, attach):
    """remind("Pay the rent", "bill.pdf", …): in an hour, with these files."""

    def remind(title: str, *files: str, **fields):
        made = reminders.create_reminder(
            alice.workspace_id,
            alice.id,
            title=title,
            starts_at=(now() + timedelta(hours=1)).replace(microsecond=0, tzinfo=None),
            time_zone="UTC",
            **fields,
        )
        for name in files:
            attach(made.id, name)

    return remind


@pytest.fixture
def told(later, settings, send):
    """told(account, hours=…): what is due by then goes out."""

    def told(account: str, **after) -> None:
        later(**after)
        planning.plan_due(Site.of(settings))
        send(account)

    return told


def test_a_push_says_it(alice, phone, push_service, remind, told):
    orders.set_order(alice.id, "push", "", 15)
    remind("Pay the rent", "bill.pdf", "terms.pdf")
    told(phone.account, minutes=60)

    (pushed,) = push_service.got
    assert pushed.said["body"].splitlines()[1] == "Files: bill.pdf (2 kB), terms.pdf (2 kB)"


def test_a_push_that_gathers_several_says_which_have_some(alice, phone, push_service, remind, told):
    orders.set_order(alice.id, "push", "", 15)
    remind("Pay the rent", "bill.pdf")
    remind("Call Anna")
    told(phone.account, hours=4)

    (pushed,) = push_service.got
    titles, files = pushed.said["body"].splitlines()
    assert sorted(titles.split(", ")) == ["Call Anna", "Pay the rent"]
    assert files == "With files: Pay the rent"


def test_a_chat_leads_to_them(alice, box, trusting, remind, told):
    url = f"json://127.0.0.1:{box.port}/a-secret-path"
    chat = service.add_apprise(
        alice.id, name="Chat", url=url, schemes=["*"], site=SITE, may_be_private=True
    )
    orders.set_order(alice.id, "apprise", "", 15)
    remind("Pay the rent", "bill.pdf")
    told(chat.account, minutes=60)

    *_, files, act, link = box.got[0]["message"].splitlines()
    assert files == "Files: bill.pdf (2 kB)"
    assert act.startswith(f"{SITE}/d/")
    assert link.startswith(f"{SITE}/f/")


def test_a_text_that_gathers_several_leads_to_those_of_each(sms, anna, box, remind, told):
    whom = [{"kind": "contact", "id": anna.id}]
    remind("Invoice 1", "one.pdf", recipients=whom)
    remind("Invoice 2", recipients=whom)
    remind("Invoice 3", "three.pdf", recipients=whom)
    told(sms.account, hours=4)

    (said,) = box.got
    lines = said["message"].splitlines()
    assert "With files: Invoice 1, Invoice 3" in lines
    assert [line[:19] for line in lines[-2:]] == [f"{SITE}/f/"] * 2


def test_a_link_to_pay_takes_no_invoice_away(sms, anna, box, remind, told):
    whom = [{"kind": "contact", "id": anna.id}]
    remind("Invoice 1", "one.pdf", recipients=whom, link="https://pay.example.org/1")
    told(sms.account, minutes=60)

    *_, files, pay, link = box.got[0]["message"].splitlines()
    assert (files, pay) == ("Files: one.pdf (2 kB)", "https://pay.example.org/1")
    assert link.startswith(f"{SITE}/f/")


def test_where_there_is_little_room_the_first_link_stays_whole():
    found = brief.with_links(["word " * 100], ["https://a.example", "https://b.example"], 100)

    assert len(found) <= 100
    assert found.endswith("…\nhttps://a.example")
