"""What we write to people about their own account."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from reminder_app.accounts.credentials import digest
from reminder_app.accounts.models import User
from reminder_app.database import now
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.translations import lazy_gettext, of, speaking

log = logging.getLogger(__name__)
# The names of what else gets a person's reminders, of whoever keeps such a list.
channels: list[Callable[[uuid.UUID], list[str]]] = []
SUBJECTS = {
    "reset": lazy_gettext("Choose a new password"),
    "taken": lazy_gettext("You have an account already"),
    "password_changed": lazy_gettext("Your password was changed"),
    "email_changed": lazy_gettext("Your address was changed"),
}


def send_link(user: User, kind: str, link: str, until: datetime) -> None:
    """A link that opens the account: not shown in the ledger, and not sent once it is dead."""
    delivery.enqueue(
        Planned(
            key=f"account:{user.id}:{digest(link).hex()[:32]}",
            source_kind="account",
            source_id=user.id,
            workspace_id=None,
            address=user.email,
            name=user.name,
            template="reset",
            payload=payload(user, kind, link),
            is_secret=True,
            deadline_at=until,
        )
    )


def tell(user: User, kind: str, address: str, link: str) -> None:
    """So that its owner sees a change that was not theirs. `link` is where to begin a reset."""
    log.info("user %s: %s", user.id, kind)
    delivery.enqueue(
        Planned(
            key=f"account:{user.id}:{kind}:{now().timestamp():.6f}",
            source_kind="account",
            source_id=user.id,
            workspace_id=None,
            address=address,
            name=user.name,
            template="reset",
            payload=payload(user, kind, link)
            | {"channels": [name for names in channels for name in names(user.id)]},
        )
    )


def payload(user: User, kind: str, link: str) -> dict[str, Any]:
    with speaking(user.locale):
        subject = str(SUBJECTS[kind])
    said = {"subject": subject, "lang": of(user.locale)}
    return said | {"kind": kind, "email": user.email, "link": link}
