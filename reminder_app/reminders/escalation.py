"""Whom a reminder tells when nobody answers, and after how long."""

import uuid
from collections.abc import Mapping
from typing import Any

from reminder_app.errors import refuse
from reminder_app.reminders.recipients import Chosen, check_contacts, check_members, chosen
from reminder_app.translations import gettext as _

SHORTEST, LONGEST = 5, 14 * 24 * 60  # minutes
NONE: dict[str, Any] = dict.fromkeys(("escalate_after", "escalate_user_id", "escalate_contact_id"))


def columns(
    workspace_id: uuid.UUID, actor_id: uuid.UUID, given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """`given`: after, in minutes, and to, as a recipient is named. Raises Invalid naming escalation."""
    if given is None:
        return dict(NONE)
    if not SHORTEST <= given["after"] <= LONGEST:
        refuse(
            "escalation",
            _("Tell somebody else after %(shortest)s minutes to 14 days.", shortest=SHORTEST),
        )
    one = person(workspace_id, actor_id, given["to"])
    return {
        "escalate_after": given["after"],
        "escalate_user_id": one.user_id,
        "escalate_contact_id": one.contact_id,
    }


def person(workspace_id: uuid.UUID, actor_id: uuid.UUID, wanted: Mapping[str, Any]) -> Chosen:
    one = chosen(0, actor_id, wanted)
    check_members(workspace_id, actor_id, [one])
    check_contacts(workspace_id, [one])
    return one
