"""In whose name a reminder's messages go out, and which reminders go out in whose."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders.uses import Use
from reminder_app.delivery.senders.voices import SITE, Voice, Voices, voices
from reminder_app.delivery.states import PENDING
from reminder_app.reminders import repository
from reminder_app.reminders.models import Reminder
from reminder_app.translations import lazy_gettext

SHOWN = 3


def voices_of(reminders: Iterable[Reminder]) -> Voices:
    """One query."""
    return voices({(one.workspace_id, one.sender_identity_id) for one in reminders})


def voiced(message: Planned, voice: Voice) -> Planned:
    if voice is SITE or message.channel != "email" or message.account:
        return message
    is_told = voice.reason and message.state == PENDING and not message.reason
    return replace(
        message,
        account=voice.account,
        from_name=voice.from_name,
        from_address=voice.from_address,
        reply_to=voice.reply_to,
        reason=voice.reason if is_told else message.reason,
    )


def shared(told: Collection[Delivery]) -> dict[str, Any]:
    """Of one message in place of several: whom all of them were to come from, if they agree."""
    whom = {(one.from_name, one.from_address) for one in told}
    name, address = whom.pop() if len(whom) == 1 else ("", "")
    return {"from_name": name, "from_address": address}


def many(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> int:
    return repository.count_sent_as(workspace_id, identity_id)


def some(workspace_id: uuid.UUID, identity_id: uuid.UUID) -> list[str]:
    return [f"“{one}”" for one in repository.titles_sent_as(workspace_id, identity_id, SHOWN)]


def move(workspace_id: uuid.UUID, identity_id: uuid.UUID, to: uuid.UUID | None) -> None:
    repository.send_as(workspace_id, identity_id, to)


USE = Use(lazy_gettext("reminders"), many, some, move)
