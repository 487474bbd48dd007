"""Reminders go out in the name that was chosen for them, through its own mail server."""

import dataclasses
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from jinja2 import ChoiceLoader

from reminder_app.accounts.site import Site
from reminder_app.contacts import service as contacts
from reminder_app.database import db, now
from reminder_app.delivery import sending_accounts, service
from reminder_app.delivery.channels import message
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders import configurations, own_channel
from reminder_app.reminders import editing, planning
from reminder_app.reminders import service as reminders
from tests.delivery.notes import WRITTEN_WITH, planned
from tests.senders.conftest import PASSWORD, fields


@pytest.fixture
def remind(app, alice, mail_settings, later) -> Callable[..., None]:
    """remind(sender_identity_id=…): Anna, a client, of what is due in two seconds, planned already."""

    def remind(**given) -> None:
        anna = contacts.create(alice.workspace_id, name="Anna", email="anna@example.com")
        whom = [{"kind": "contact", "id": anna.id, "channel": "email"}]
        at = (now() + timedelta(hours=1)).replace(tzinfo=None)
        reminders.create_reminder(
            alice.workspace_id,
            alice.id,
            **{"title": "Rent", "starts_at": at, "time_zone": "UTC", "recipients": whom} | given,
        )
        later(minutes=59, seconds=58)
        planning.plan_due(Site.of(mail_settings), seconds=0)

    return remind


def until(is_so: Callable[[], bool], lines=None, courier=None, seconds: float = 60) -> None:
    """As beat would, wake them again and again."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came"
        if lines:
            lines.wake()
        if courier:
            courier.send_due(0.1)
        time.sleep(0.05)


def is_sent() -> bool:
    db.session.rollback()
    return [one.state for one in db.session.query(Delivery)] == ["sent"]


def test_without_a_sender_all_is_as_it_was(remind, courier, site, only):
    remind()
    until(is_sent, courier=courier)

    (mail,) = site.messages()
    assert mail["From"] == "Reminder App <reminders@example.net>"
    assert mail["Reply-To"] == "alice@example.org"
    assert (only().account, only().from_name, only().from_address) == ("email", "", "")


def test_through_the_sites_server_it_bears_the_name_and_answers_go_to_the_sender(
    remind, courier, site, sender
):
    """The site's server sends as itself alone: as another it would be taken for a forger."""
    office = sender("office@example.org", display_name="Lee & Söhne")
    remind(sender_identity_id=office.id)
    until(is_sent, courier=courier)

    (mail,) = site.messages()
    assert mail["From"].addresses[0].display_name == "Lee & Söhne"
    assert mail["From"].addresses[0].addr_spec == "reminders@example.net"
    assert mail["Reply-To"] == "office@example.org"
    assert site.accepted()[0]["from"] == "reminders@example.net"


def test_the_whole_way_through_a_server_of_its_own(
    remind, lines, site, own, sender, configuration, only
):
    office = sender(
        "rent@example.org", display_name="Lee & Sons", configuration_id=configuration.id
    )
    remind(sender_identity_id=office.id)
    assert only().account == f"email.{configuration.id.hex}"

    until(is_sent, lines=lines)

    (mail,) = own.messages()
    assert mail["From"] == "Lee & Sons <rent@example.org>"
    assert (mail["To"], mail["Subject"]) == ("Anna <anna@example.com>", "Rent")
    assert "Reply-To" not in mail
    assert own.accepted()[0]["from"] == "office@example.org"  # the envelope: bounces go there
    assert mail["Message-ID"].endswith("@example.org>")
    assert site.count == 0


def test_the_default_of_the_workspace_speaks_for_those_that_choose_none(
    alice, remind, courier, site, sender
):
    sender("office@example.org", display_name="Office", is_default=True)
    remind()
    until(is_sent, courier=courier)

    assert site.messages()[0]["Reply-To"] == "office@example.org"


def test_others_are_not_spoken_for(alice, charlie, sender, mail_settings, only, later):
    sender("office@example.org", is_default=True)
    at = (now() + timedelta(hours=1)).replace(tzinfo=None)
    reminders.create_reminder(
        charlie.workspace_id, charlie.id, title="Mine", starts_at=at, time_zone="UTC"
    )
    later(hours=1)
    planning.plan_due(Site.of(mail_settings), seconds=0)

    assert (only().from_name, only().reply_to) == ("", "")


def test_a_changed_reminder_is_planned_in_its_new_name(alice, sender, mail_settings, only, later):
    office, shop = sender("office@example.org"), sender("shop@example.org")
    at = (now() + timedelta(hours=1)).replace(tzinfo=None)
    made = reminders.create_reminder(
        alice.workspace_id,
        alice.id,
        title="Rent",
        starts_at=at,
        time_zone="UTC",
        sender_identity_id=office.id,
    )
    changes = {"sender_identity_id": shop.id}
    editing.update_reminder(alice.workspace_id, alice.id, made.id, changes)
    later(minutes=59, seconds=58)
    planning.plan_due(Site.of(mail_settings), seconds=0)

    assert only().reply_to == "shop@example.org"


@pytest.mark.parametrize("others", [1, 30])
def test_planning_asks_once_whatever_the_number(
    alice, sender, mail_settings, count_queries, later, others
):
    office = sender("office@example.org", is_default=True)
    at = (now() + timedelta(hours=1)).replace(tzinfo=None)
    for number in range(others):
        reminders.create_reminder(
            alice.workspace_id,
            alice.id,
            title=f"Rent {number}",
            starts_at=at,
            time_zone="UTC",
            sender_identity_id=office.id,
        )
    later(hours=1)
    with count_queries() as statements:
        assert planning.plan_batch(Site.of(mail_settings), []) == others

    assert sum("sender_identities" in one for one in statements) == 1


@pytest.fixture
def quick(monkeypatch) -> None:
    """Not to wait for seconds that the product takes its time for."""
    monkeypatch.setattr(own_channel, "LOOK_EVERY", 0.0)


def plan(alice, configuration, count=1, **given) -> None:
    account = configurations.get(alice.workspace_id, configuration).account
    made = [
        planned(alice, f"note:{now().timestamp()}:{n}", account=account, **given)
        for n in range(count)
    ]
    service.plan(made)


@pytest.fixture(autouse=True)
def templates(monkeypatch) -> None:
    both = message.environment().overlay(
        loader=ChoiceLoader([message.environment().loader, WRITTEN_WITH.loader])
    )
    monkeypatch.setattr(message, "environment", lambda: both)


def states() -> set[str]:
    db.session.rollback()
    return {one.state for one in db.session.query(Delivery)}


def reasons() -> set[str]:
    db.session.rollback()
    return {one.reason for one in db.session.query(Delivery)}


def edit(alice, id, **changes):
    return configurations.edit(alice.workspace_id, id, "Alice", **changes)


def test_a_changed_password_is_used_by_a_worker_that_is_signed_in(
    alice, own, configuration, lines, monkeypatch
):
    """The old one works on the old connection: it is left all the same, within seconds."""
    id = configuration.id
    plan(alice, id)
    until(lambda: own.count == 1, lines)
    edit(alice, id, smtp_password="another")
    time.sleep(own_channel.LOOK_EVERY)

    plan(alice, id)
    until(lambda: account_of(alice, id).is_broken, lines)
    assert "did not accept user and password" in account_of(alice, id).broken_words

    edit(alice, id, smtp_password=PASSWORD)
    until(lambda: own.count == 2, lines)
    until(lambda: states() == {"sent"}, lines)
    assert not account_of(alice, id).is_broken


def account_of(alice, id) -> sending_accounts.Status:
    db.session.rollback()
    account = configurations.get(alice.workspace_id, id).account
    found = sending_accounts.find(account, alice.workspace_id)
    db.session.rollback()
    return found


def test_what_waits_for_one_that_is_switched_off_says_so_and_goes_when_it_is_on(
    alice, own, configuration, lines
):
    id = configuration.id
    plan(alice, id, 3)
    edit(alice, id, is_active=False)

    assert reasons() == {"Waits: the mail server Office is switched off under Senders."}
    assert account_of(alice, id).paused_by == "Alice"
    edit(alice, id, name="Shop")
    assert reasons() == {"Waits: the mail server Shop is switched off under Senders."}

    edit(alice, id, is_active=True)
    assert reasons() == {""}
    until(lambda: states() == {"sent"}, lines)
    assert own.count == 3


def test_what_is_planned_while_it_is_off_says_so_too(alice, remind, configuration, sender, only):
    edit(alice, configuration.id, is_active=False)
    remind(sender_identity_id=sender("o@example.org", configuration_id=configuration.id).id)

    assert only().reason == "Waits: the mail server Office is switched off under Senders."


def test_a_worker_that_was_told_to_go_on_past_it_stops_with_the_reason(
    alice, own, configuration, lines, quick
):
    """Somebody presses Resume under Deliveries."""
    id = configuration.id
    plan(alice, id)
    edit(alice, id, is_active=False)
    sending_accounts.resume(configurations.get(alice.workspace_id, id).account)

    until(lambda: account_of(alice, id).is_broken, lines)

    assert "switched off under Senders" in account_of(alice, id).broken_words
    assert own.count == 0


def test_one_that_is_used_is_removed_only_with_another_in_its_place(
    alice, configuration, sender, own
):
    sender("office@example.org", configuration_id=configuration.id)
    with pytest.raises(configurations.Conflict) as refused:
        configurations.delete(alice.workspace_id, configuration.id)

    assert "office@example.org sends through it" in refused.value.message
    for wrong in ("nonsense", str(configuration.id), str(alice.id)):
        with pytest.raises(configurations.Invalid):
            configurations.delete(alice.workspace_id, configuration.id, wrong)


def test_what_waits_moves_with_it_to_the_sites_server(
    alice, remind, configuration, sender, courier, site
):
    office = sender("rent@example.org", display_name="Lee", configuration_id=configuration.id)
    remind(sender_identity_id=office.id)

    configurations.delete(alice.workspace_id, configuration.id, configurations.SITE)

    until(is_sent, courier=courier)
    (mail,) = site.messages()
    assert (mail["From"], mail["Reply-To"]) == ("Lee <reminders@example.net>", "rent@example.org")


def test_what_waits_moves_with_it_to_another(alice, remind, configuration, sender, own, lines):
    other = configurations.create(alice.workspace_id, "Alice", **fields(own, name="Shop"))
    office = sender("rent@example.org", configuration_id=configuration.id)
    remind(sender_identity_id=office.id)

    configurations.delete(alice.workspace_id, configuration.id, str(other.id))

    until(is_sent, lines=lines)
    assert own.messages()[0]["From"] == "rent@example.org"


def test_what_waits_for_one_that_goes_alone_is_called_off_and_says_why(alice, configuration):
    id = configuration.id
    account = configuration.account
    plan(alice, id, 2)

    configurations.delete(alice.workspace_id, id)

    assert (states(), reasons()) == (
        {"cancelled"},
        {"Not sent: the mail server Office, which it was to go out through, was removed."},
    )
    with pytest.raises(sending_accounts.NotFound):
        sending_accounts.find(account, alice.workspace_id)


def test_what_was_planned_while_it_went_is_called_off_by_whoever_looks(alice, configuration, lines):
    """The planner had read it just before."""
    id = configuration.id
    plan(alice, id)
    rows = db.session.query(Delivery).all()
    account = rows[0].account
    rows[0].account = "email"
    db.session.commit()
    configurations.delete(alice.workspace_id, id)
    db.session.query(Delivery).update({"account": account})
    db.session.commit()

    until(lambda: states() == {"cancelled"}, lines)

    assert reasons() == {own_channel.GONE}


def test_its_own_pace(alice, own, configuration, mail_settings):
    edit(alice, configuration.id, mails_per_minute=90)
    site = dataclasses.replace(mail_settings, mail_domain_rates={"example.com": None})

    channel = own_channel.OwnChannel(
        configurations.get(alice.workspace_id, configuration.id).account, site
    )

    assert str(channel.rate) == "90 a minute"
    assert channel.domain_rates == {}


def test_a_private_server_is_not_reached_by_a_worker_either(
    alice, careful, own, configuration, app, lines
):
    id = configuration.id
    plan(alice, id)
    before = own.connections
    lines._settings = dataclasses.replace(lines._settings, private_hosts=False)

    until(lambda: account_of(alice, id).is_broken, lines)

    assert "private network" in account_of(alice, id).broken_words
    assert own.connections == before
