"""The past of a demo reminder: what was done, and the ledger of what was sent."""

import random
from datetime import datetime, timedelta
from typing import Any

from reminder_app.accounts.models import User
from reminder_app.database import Model, new_id, now
from reminder_app.delivery import states
from reminder_app.delivery.models import Attempt, Delivery, DeliveryPlan
from reminder_app.demo import repository
from reminder_app.recurrence import between
from reminder_app.reminders import notice_words
from reminder_app.reminders.models import Occurrence, Recipient, Reminder

MOST = 12  # past occurrences told of one reminder
REFUSED = "550 5.1.1 No such user here"


def write(reminder: Reminder, owner: User, *, is_left_open: bool, is_refused: bool) -> None:
    """Past occurrences, all done but now and then one, each with its deliveries."""
    chance = random.Random(reminder.title)  # the same story each time
    past = between(reminder.schedule, now() - timedelta(days=60), now(), limit=200)[-MOST:]
    rows: list[Model] = []
    for due in past:
        occurrence = happened(reminder, owner, due, chance)
        rows.append(occurrence)
        for recipient in reminder.recipients:
            refused = is_refused and due == past[0]
            rows += told(reminder, occurrence, recipient, chance, is_refused=refused)
    if past and is_left_open:
        leave_open(reminder, rows)
    repository.add_all(rows)


def leave_open(reminder: Reminder, rows: list[Model]) -> None:
    last = [row for row in rows if isinstance(row, Occurrence)][-1]
    last.state, last.acted_by, last.acted_at = "open", None, None
    reminder.next_at = last.due_at


def happened(reminder: Reminder, owner: User, due: datetime, chance: random.Random) -> Occurrence:
    state = chance.choices(("done", "skipped", "missed"), weights=(9, 1, 1))[0]
    acted = due + timedelta(minutes=chance.randint(3, 300)) if state != "missed" else None
    return Occurrence(
        id=new_id(),
        workspace_id=reminder.workspace_id,
        reminder_id=reminder.id,
        due_at=due,
        state=state,
        acted_by=owner.id if acted else None,
        acted_at=min(acted, now()) if acted else None,
    )


def told(
    reminder: Reminder,
    occurrence: Occurrence,
    recipient: Recipient,
    chance: random.Random,
    *,
    is_refused: bool,
) -> list[Model]:
    due, late = occurrence.due_at, timedelta(milliseconds=chance.randint(6, 90))
    is_sent = chance.random() > 0.04 and not is_refused
    delivery = Delivery(
        id=new_id(),
        workspace_id=reminder.workspace_id,
        key=f"reminder:{occurrence.id}:{recipient.id}:email:due",
        source_kind="reminder",
        source_id=reminder.id,
        part_id=occurrence.id,
        channel="email",
        contact_id=recipient.contact_id,
        address=address(recipient)[0],
        name=address(recipient)[1],
        template="reminder",
        subject=reminder.title,
        payload=words(reminder, recipient, due),
        state=states.SENT if is_sent else states.FAILED,
        reason="" if is_sent else REFUSED,
        due_at=due,
        not_before=due,
        fence=1,
        attempts=1,
        handed_over_at=due + late / 2,
        sent_at=due + late if is_sent else None,
        created_at=due - timedelta(seconds=3),
        updated_at=due + late,
    )
    delivery.message_id = f"<{delivery.id}@demo.example.org>"
    return [delivery, attempt(delivery, late), plan(delivery)]


def words(reminder: Reminder, recipient: Recipient, due: datetime) -> dict[str, Any]:
    """Enough to be sent again."""
    user = recipient.user
    return {
        "subject": reminder.title,
        "title": reminder.title,
        "text": reminder.notes,
        "when": notice_words.when(due, reminder.time_zone, "en_GB"),
        "path": f"/reminders/{reminder.id}" if user else "",
        "workspace": reminder.workspace.name,
        "priority": reminder.priority,
        **dict.fromkeys(("when_there", "lead", "creator", "act_path", "repeats"), ""),
        **dict.fromkeys(("is_late", "is_snoozed", "passed_over", "nags"), 0),
    }


def address(recipient: Recipient) -> tuple[str, str]:
    person = recipient.user or recipient.contact
    return (person.email or "", person.name) if person else ("", "")


def attempt(delivery: Delivery, late: timedelta) -> Attempt:
    is_sent = delivery.state == states.SENT
    return Attempt(
        id=new_id(),
        delivery_id=delivery.id,
        number=1,
        worker="demo:1",
        started_at=delivery.due_at + late / 2,
        finished_at=delivery.due_at + late,
        outcome="sent" if is_sent else "permanent",
        reason="" if is_sent else "recipient",
        answer="250 2.0.0 Ok: queued" if is_sent else REFUSED,
    )


def plan(delivery: Delivery) -> DeliveryPlan:
    return DeliveryPlan(
        id=new_id(),
        source_kind="reminder",
        source_id=delivery.source_id,
        workspace_id=delivery.workspace_id,
        audience=1,
        planned_at=delivery.created_at,
    )
