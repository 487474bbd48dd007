"""What we write to people about their own account."""

import logging
from datetime import datetime

from reminder_app.accounts.credentials import digest
from reminder_app.accounts.models import User
from reminder_app.database import now
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned

log = logging.getLogger(__name__)
SUBJECTS = {
    "reset": "Choose a new password",
    "taken": "You have an account already",
    "password_changed": "Your password was changed",
    "email_changed": "Your address was changed",
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
            payload={"subject": SUBJECTS[kind], "kind": kind, "email": user.email, "link": link},
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
            payload={"subject": SUBJECTS[kind], "kind": kind, "email": user.email, "link": link},
        )
    )
