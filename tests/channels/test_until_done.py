"""What asks again goes by every channel whose turn has come; whoever else is told, by their own order."""

from datetime import timedelta

import pytest

from reminder_app.accounts.site import Site
from reminder_app.database import db
from reminder_app.delivery.endpoints import orders, service
from reminder_app.delivery.endpoints.models import Endpoint
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import planning


@pytest.fixture
def chat(bob) -> Endpoint:
    """bob's, who is told by it first."""
    url = "https://hooks.example.org/bob"
    found, _ = service.add_webhook(bob.id, name="Chat", url=url, may_be_private=False)
    orders.set_order(bob.id, "webhook", "email", 15)
    return found


@pytest.fixture
def plan(settings, later):
    def plan(minutes: int = 0) -> None:
        later(minutes=minutes)
        planning.plan_due(Site.of(settings))

    return plan


def planned(what: str, state: str | None = None) -> list[str]:
    db.session.expire_all()
    rows = db.session.query(Delivery).filter(Delivery.key.endswith(f":{what}"))
    return sorted(one.channel for one in rows if state in (None, one.state))


def is_a_quarter(apart: timedelta) -> bool:
    """Of an hour, counted from the moment the first is planned: that may be a little after its own."""
    return timedelta(minutes=15) <= apart < timedelta(minutes=20)


def test_it_asks_again_by_each_channel_whose_turn_has_come(alice, phone, remind, plan):
    orders.set_order(alice.id, "push", "email", 15)
    remind(nag={"every": 10, "most": 3})
    assert planned("due") == ["email", "push"]  # the mail is for a quarter of an hour later
    for _ in range(3):
        plan(minutes=10)
    assert planned("nag-1") == ["push"]
    assert planned("nag-2") == planned("nag-3") == ["email", "push"]
    first, later = (
        db.session.query(Delivery.due_at).filter_by(channel=one).order_by(Delivery.due_at).first()
        for one in ("push", "email")
    )
    assert is_a_quarter(later[0] - first[0])
    whole = db.session.query(Delivery).filter(Delivery.key.endswith(":nag-2")).all()
    assert len({one.due_at for one in whole}) == 1


def test_one_that_names_its_channel_hears_it_there_alone(alice, phone, remind, plan):
    orders.set_order(alice.id, "push", "email", 15)
    remind("push", nag={"every": 30, "most": 1})
    plan(minutes=30)
    assert planned("nag-1") == ["push"]


def escalated(remind, plan, bob) -> Delivery:
    remind(escalation={"after": 30, "to": {"kind": "member", "id": bob.id}})
    plan(minutes=30)
    return db.session.query(Delivery).filter_by(channel="webhook").one()


def test_whoever_else_is_told_is_told_by_their_own_order(bob, chat, remind, plan):
    told = escalated(remind, plan, bob)
    mail = db.session.query(Delivery).filter(Delivery.key.endswith("email:escalate")).one()
    assert (told.account, told.template) == (chat.account, "escalation")
    assert is_a_quarter(mail.due_at - told.due_at)
    assert (mail.address, told.address) == (bob.email, bob.email)
    assert told.payload["act_path"].startswith("/e/")
    plan(minutes=1)
    assert planned("escalate") == ["email", "webhook"]


@pytest.mark.parametrize("what", ["seen", "take", "back", "done"])
def test_an_answer_calls_off_what_would_follow(app, bob, chat, remind, plan, what):
    told = escalated(remind, plan, bob)
    answer = app.test_client().post(told.payload["act_path"], data={"act": what})
    assert answer.status_code == 303
    assert "email" in planned("escalate", "cancelled")
    assert ("webhook" in planned("escalate", "cancelled")) == (what in ("take", "done"))
    plan(minutes=20)
    assert planned("escalate") == ["email", "webhook"]
