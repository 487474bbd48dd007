"""What is said of an occurrence, and by which ways it goes to somebody."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reminder_app.delivery.endpoints.orders import BY_MAIL, OWN, Way, Ways
from reminder_app.delivery.states import PENDING
from reminder_app.reminders.models import Recipient

NOW = timedelta(0)
LAST_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Saying:
    """One thing to say about one occurrence, whoever it is said to."""

    occurrence_id: uuid.UUID
    due_at: datetime
    at: datetime  # when it was promised
    what: str  # the last part of the key: due, the minutes before, or snooze-N
    deadline_at: datetime
    is_late: bool = False
    passed_over: int = 0  # older ones that nobody was told of
    nags: int = 0  # so many times it was asked again, this one included
    silence: timedelta = NOW  # since it was said first
    state: str = PENDING
    reason: str = ""


def ways_to(
    recipient: Recipient, saying: Saying, ways: Mapping[uuid.UUID, Ways]
) -> Collection[Way]:
    """Contacts are reached as they prefer, whatever their row says. What asks again goes by each whose turn has come: a first
    message through what follows later stands in the ledger already."""
    who = recipient.user_id or recipient.contact_id
    theirs = ways.get(who, BY_MAIL) if who else BY_MAIL
    found = theirs.of(recipient.channel if recipient.user_id else OWN)
    if not saying.nags:
        return found
    return [replace(way, after=NOW) for way in found if not way.after or way.after < saying.silence]


def later_at(saying: Saying, way: Way, now: datetime) -> datetime:
    """What follows a first message still comes while it is of use; what is late anyway waits no longer."""
    if not way.after or saying.is_late:
        return saying.at
    at = max(saying.at, now)
    return min(at + way.after, max(saying.at, saying.deadline_at - LAST_MINUTE))


def part(recipient: Recipient, way: Way) -> str:
    """In a message's key: to whom, and through what."""
    to = f"{recipient.id}:{later(recipient)}" if way.after else str(recipient.id)
    return f"{to}:{way.part}"


def later(recipient: Any) -> str:
    """In the keys of what is called off once its reader has seen the first message."""
    return f"later-{recipient.id.hex}"
