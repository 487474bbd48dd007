from sqlalchemy import func, select

from reminder_app.database import db
from reminder_app.reminders import service, upkeep
from reminder_app.reminders.models import Occurrence, Recipient, Reminder, ReminderLabel
from tests.reminders.conftest import ledger, states


def test_what_was_deleted_a_month_ago_is_forgotten_and_its_proof_stays(
    monday, make, plan, later, alice
):
    kept, gone = make(labels=["x"], rule="FREQ=YEARLY"), make(labels=["x"])
    later(hours=1)
    plan()
    service.delete_reminder(alice.workspace_id, gone.id)
    assert upkeep.purge() == 0
    later(days=31)

    assert upkeep.purge() == 1
    assert list(db.session.scalars(select(Reminder.id))) == [kept.id]
    for part in (Occurrence, Recipient, ReminderLabel):
        assert db.session.scalar(select(func.count()).select_from(part)) == 1
    assert len(ledger(gone)) == 1


def test_what_was_deleted_while_nothing_was_planned_for_long_can_be_brought_back(
    monday, make, plan, later, alice
):
    reminder = make(rule="FREQ=MONTHLY")
    later(days=40)
    service.delete_reminder(alice.workspace_id, reminder.id)

    assert upkeep.purge() == 0
    service.restore_reminder(alice.workspace_id, reminder.id)
    plan()
    assert states(reminder) == ["missed", "pending"]  # as after any silence


def test_a_long_list_is_forgotten_in_parts(monday, make, later, alice, monkeypatch):
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    for _ in range(5):
        service.delete_reminder(alice.workspace_id, make().id)
    later(days=31)

    assert upkeep.purge() == 5
