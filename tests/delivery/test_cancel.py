from datetime import timedelta

import pytest

from reminder_app.database import new_id, now
from reminder_app.delivery import claims, recovery, service
from reminder_app.delivery.letters import BACK, Outcome
from reminder_app.delivery.outcomes import CALLED_OFF
from reminder_app.errors import Conflict, NotFound


def test_what_waits_is_called_off_and_is_not_sent(courier, plan, sink, fresh, alice):
    rows = plan(2)

    assert service.cancel(source_kind="reminder", source_id=alice.id, reason="Done by Alice.") == 2
    courier.send_due(0)

    assert sink.count == 0
    assert [(fresh(row).state, fresh(row).reason) for row in rows] == [
        ("cancelled", "Done by Alice.")
    ] * 2


def test_what_is_claimed_and_comes_back_was_called_off(plan, fresh, alice):
    (delivery,) = plan()
    at, (letter,) = claims.claim("w:1", "example.net", 50)

    service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")

    assert claims.keep(letter, at) is False
    claims.settle([Outcome(letter=letter, kind=BACK, at=at, started_at=at)], "w:1")
    assert (fresh(delivery).state, fresh(delivery).reason) == ("cancelled", CALLED_OFF)


def test_only_one_part_is_called_off(plan, fresh):
    part = new_id()
    (one,) = plan(part_id=part)
    (other,) = plan(part_id=new_id())

    assert service.cancel(source_kind="reminder", part_id=part, reason="Skipped.") == 1

    assert (fresh(one).state, fresh(other).state) == ("cancelled", "pending")


def test_of_several_recipients_one_is_called_off(plan, fresh, alice):
    first, second = new_id(), new_id()
    rows = [plan(key=f"reminder:{new_id()}:{who}:email:due")[0] for who in (first, second)]
    which = {"source_kind": "reminder", "source_id": alice.id, "reason": "Left."}

    assert service.cancel(**which, with_in_key=[]) == 0
    assert service.cancel(**which, with_in_key=[first]) == 1

    assert [fresh(row).state for row in rows] == ["cancelled", "pending"]


def test_a_whole_kind_is_never_called_off(app):
    with pytest.raises(ValueError, match="never called off"):
        service.cancel(source_kind="reminder", reason="?")


def test_what_was_sent_stays_sent(courier, plan, fresh, alice):
    (delivery,) = plan()
    courier.send_due(0)

    assert service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.") == 0
    assert fresh(delivery).state == "sent"


def revive(alice, reason):
    found = service.called_off(source_kind="reminder", source_ids=[alice.id], reason=reason)
    return service.revive([one.id for one in found])


def test_an_undo_revives_what_it_called_off(courier, plan, sink, fresh, alice):
    (skipped,) = plan(due_at=now() + timedelta(hours=1))
    service.cancel(source_kind="reminder", source_id=alice.id, reason="Skipped.")
    (delivery,) = plan()
    service.cancel(source_kind="reminder", source_id=alice.id, reason="Deleted.")

    assert revive(alice, "Deleted.") == 1
    courier.send_due(0)

    assert fresh(delivery).state == "sent"
    assert fresh(skipped).state == "cancelled"
    assert revive(alice, "Skipped.") == 1
    assert (fresh(skipped).state, fresh(skipped).reason) == ("pending", "")


def test_revived_after_its_deadline_it_is_missed(courier, plan, sink, fresh, alice, later):
    (delivery,) = plan(deadline_at=now() + timedelta(hours=1))
    service.cancel(source_kind="reminder", source_id=alice.id, reason="Done.")
    later(hours=2)

    revive(alice, "Done.")
    courier.send_due(0)

    assert fresh(delivery).state == "missed"
    assert sink.count == 0


@pytest.mark.parametrize("state", ["failed", "missed", "unknown"])
def test_a_person_may_ask_for_it_again(courier, plan, sink, fresh, alice, state):
    (delivery,) = plan(state=state, deadline_at=now() - timedelta(hours=1), reason="Was away.")

    service.send_again(alice.workspace_id, delivery)
    courier.send_due(0)

    row = fresh(delivery)
    assert (row.state, row.reason) == ("sent", "")
    assert sink.count == 1


@pytest.mark.parametrize("state", ["pending", "handing_over", "sent", "cancelled", "suppressed"])
def test_others_are_not_sent_again(plan, alice, state):
    (delivery,) = plan(state=state)

    with pytest.raises(Conflict):
        service.send_again(alice.workspace_id, delivery)


def test_a_secret_that_is_gone_is_not_sent_again(plan, alice):
    (delivery,) = plan(state="failed", is_secret=True)

    with pytest.raises(Conflict, match="ask for a new one"):
        service.send_again(alice.workspace_id, delivery)


def test_what_was_forgotten_is_neither_offered_nor_sent_again(plan, fresh, alice, later):
    (delivery,) = plan(state="failed")
    browser = alice.browser()
    assert b"Send again" in browser.get(f"/deliveries/{delivery}").data
    later(days=91)
    recovery.purge()

    with pytest.raises(Conflict, match="forgotten, as it is old"):
        service.send_again(alice.workspace_id, delivery)
    assert not fresh(delivery).can_be_sent_again
    page = alice.browser().get(f"/deliveries/{delivery}").text
    assert "Send again" not in page
    assert "/send-again" not in page


def test_a_stranger_finds_nothing(plan, charlie):
    (delivery,) = plan(state="failed")

    with pytest.raises(NotFound):
        service.send_again(charlie.workspace_id, delivery)
