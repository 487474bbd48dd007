from datetime import timedelta

import pytest

from reminder_app.database import db, new_id, now, transaction
from reminder_app.delivery import service
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery, DeliveryPlan
from tests.delivery.notes import planned


def test_what_is_planned_waits_in_the_ledger(alice):
    due_at = now() + timedelta(hours=1)

    assert (
        service.plan([planned(alice, "one", due_at=due_at, name="Alice\r\nBcc: all@example.org")])
        == 1
    )

    delivery = db.session.query(Delivery).one()
    assert (delivery.state, delivery.subject, delivery.attempts) == ("pending", "Rent", 0)
    assert delivery.due_at == delivery.not_before == due_at
    assert delivery.name == "Alice Bcc: all@example.org"
    assert delivery.lateness_ms is None


def test_planning_twice_is_planning_once(alice):
    service.plan([planned(alice, "one"), planned(alice, "two")])

    assert (
        service.plan([planned(alice, "two"), planned(alice, "three"), planned(alice, "one")]) == 1
    )

    assert db.session.query(Delivery).count() == 3
    assert sorted(plan.audience for plan in db.session.query(DeliveryPlan)) == [1, 2]


def test_the_same_key_twice_in_one_planning_is_one_message(alice):
    assert service.plan([planned(alice, "one"), planned(alice, "one")]) == 1


def test_keys_differ_in_case(alice):
    assert service.plan([planned(alice, "a"), planned(alice, "A"), planned(alice, "á")]) == 3


def test_nothing_is_planned_when_the_caller_fails(alice):
    @transaction
    def fail():
        service.plan([planned(alice, "one")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert db.session.query(Delivery).count() == db.session.query(DeliveryPlan).count() == 0


def test_enqueue_gives_the_id_of_the_one_that_is_there(alice):
    message = planned(alice, "one")
    fields = {
        name: getattr(message, name)
        for name in ("key", "source_kind", "source_id", "workspace_id", "address", "template")
    }

    first = service.enqueue(Planned(**fields, payload={"subject": "Rent"}))
    second = service.enqueue(Planned(**fields, payload={"subject": "Other"}))

    assert first == second
    assert db.session.get(Delivery, first).subject == "Rent"


def test_what_is_only_for_the_record_is_never_sent(alice):
    service.plan([planned(alice, "one", state="missed", reason="Too old.")])

    assert db.session.query(Delivery).one().state == "missed"


def test_a_thousand_are_planned_with_a_handful_of_statements(alice, count_queries):
    messages = [planned(alice, str(number), source_id=new_id()) for number in range(1000)]

    with count_queries() as statements:
        assert service.plan(messages) == 1000

    assert len(statements) < 10
