"""What a contact was told so far, and what is still to come."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reminder_app.contacts import repository
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.states import FAILED, SENT

SHOWN = 5


@dataclass(frozen=True)
class Coming:
    reminder_id: uuid.UUID
    title: str
    at: datetime


@dataclass(frozen=True)
class Reminded:
    """Of the reminders that name a contact."""

    total: int = 0
    active: int = 0
    coming: Sequence[Coming] = ()


@dataclass(frozen=True)
class Figures:
    reminders: int
    active_reminders: int
    messages: int
    messages_sent: int
    messages_failed: int
    last_sent_at: datetime | None
    coming: Sequence[Coming]


# Reminders lie above: the application says who knows of them.
Known = Callable[[uuid.UUID, uuid.UUID], Reminded]
known: list[Known] = []


def of(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Figures:
    """In as many queries whatever there is."""
    found = [ask(workspace_id, contact_id) for ask in known]
    states = repository.messages_by_state(workspace_id, contact_id)
    return Figures(
        reminders=sum(one.total for one in found),
        active_reminders=sum(one.active for one in found),
        messages=sum(many for many, _ in states.values()),
        messages_sent=states.get(SENT, (0, None))[0],
        messages_failed=states.get(FAILED, (0, None))[0],
        last_sent_at=max((at for _, at in states.values() if at), default=None),
        coming=[one for those in found for one in those.coming][:SHOWN],
    )


def last_messages(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Sequence[Delivery]:
    """The newest few; the history has all of them."""
    return repository.last_messages(workspace_id, contact_id, SHOWN)
