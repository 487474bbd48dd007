"""Push first, and mail after a while where nobody looked: each once, and none that is needed no more."""

from datetime import timedelta

import pytest

from reminder_app.accounts.site import Site
from reminder_app.database import db, now
from reminder_app.delivery.endpoints import orders, service
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Invalid
from reminder_app.reminders import planning
from reminder_app.reminders import service as reminders
from reminder_app.reminders.models import Recipient, Reminder


@pytest.fixture
def push_then_mail(alice, phone):
    return orders.set_order(alice.id, "push", "email", 15)


def acted(app, ledger, what: str) -> None:
    act = db.session.query(Delivery.payload).filter_by(channel="push").scalar()["act_path"]
    assert app.test_client().post(act, data={"act": what}).status_code == 303


def test_without_an_order_it_goes_by_email(phone, remind, ledger):
    remind()
    assert set(ledger()) == {"email"}


def test_the_second_waits_for_its_time(push_then_mail, remind, send, ledger, push_service, phone):
    remind()
    first, second = ledger()["push"], ledger()["email"]
    assert second.not_before - first.not_before == timedelta(minutes=15)
    assert second.due_at == second.not_before  # it is not late when it goes then
    send(phone.account)
    assert (len(push_service.got), ledger()["email"].state) == (1, "pending")


@pytest.mark.parametrize(
    ("what", "reason"),
    [("seen", "Seen before"), ("done", "Done before"), ("60", "Snoozed")],
)
def test_it_is_called_off_when_it_is_needed_no_more(
    app, push_then_mail, remind, ledger, what, reason
):
    remind()
    acted(app, ledger, what)
    email = ledger()["email"]
    assert email.state == "cancelled"
    assert email.reason.startswith(reason)


def test_seeing_it_calls_off_what_follows_and_nothing_else(
    app, alice, bob, push_then_mail, remind, ledger
):
    made = remind()
    reminder = db.session.get(Reminder, made)
    reminder.recipients.append(Recipient(user_id=bob.id, channel="own"))
    db.session.commit()
    acted(app, ledger, "seen")
    assert ledger()["push"].state == "pending"


def test_it_is_planned_once(app, settings, push_then_mail, remind):
    made = remind()
    db.session.execute(Reminder.__table__.update().values(plan_at=now() - timedelta(seconds=1)))
    db.session.commit()
    planning.plan_due(Site.of(settings))
    keys = [key for (key,) in db.session.query(Delivery.key)]
    assert len(keys) == len(set(keys)) == 2
    assert db.session.get(Reminder, made) is not None


def test_what_follows_comes_before_it_is_too_late(alice, push_then_mail, remind, ledger):
    """The next time is an hour later: there the first one is over."""
    orders.set_order(alice.id, "push", "email", 24 * 60)
    remind(rule="FREQ=HOURLY")
    email = ledger()["email"]
    assert email.not_before < email.deadline_at


def test_a_recipient_may_name_channels(phone, webhook, remind, ledger):
    remind("push", "webhook")
    assert set(ledger()) == {"push", "webhook"}


def test_where_none_is_left_email_stands_for_it(alice, push_then_mail, phone, remind, ledger):
    service.remove(alice.id, phone.id)
    remind()
    assert set(ledger()) == {"email"}


@pytest.mark.parametrize(
    ("first", "then", "minutes", "field"),
    [
        ("webhook", "", 15, "first"),
        ("push", "push", 15, "afterwards"),
        ("push", "webhook", 15, "afterwards"),
        ("push", "email", 0, "after_minutes"),
        ("push", "email", 1441, "after_minutes"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(alice, phone, first, then, minutes, field):
    with pytest.raises(Invalid) as refused:
        orders.set_order(alice.id, first, then, minutes)
    assert field in refused.value.fields


def test_it_is_told_in_words(push_then_mail, alice):
    words = "Push, and email after 15 minutes if it was not seen or done."
    assert push_then_mail.words == words
    assert words in alice.browser().get("/settings/channels").text


def test_an_edit_that_names_no_channel_leaves_it(alice, phone, remind):
    made = remind("push")
    api = alice.api()
    saved = api.patch(f"/api/v1/reminders/{made}", json={"recipients": [{"kind": "me"}]})
    assert [one["channel"] for one in saved.json["recipients"]] == ["push"]


def test_the_planner_asks_once_for_all(settings, phone, later, count_queries, alice):
    def cost(many: int) -> int:
        for n in range(many):
            remind_later(alice, n)
        later(minutes=2)
        with count_queries() as statements:
            planning.plan_due(Site.of(settings))
        return sum("FROM endpoints" in one for one in statements)

    assert cost(1) == cost(20) == 1


def remind_later(alice, number: int) -> None:
    due = (now() + timedelta(minutes=2)).replace(microsecond=0, tzinfo=None)
    reminders.create_reminder(
        alice.workspace_id, alice.id, title=f"Thing {number}", starts_at=due, time_zone="UTC"
    )
