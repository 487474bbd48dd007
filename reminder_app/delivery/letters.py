"""What is asked for, and what a channel is given: plain values that outlive their transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reminder_app.delivery.states import PENDING

ATTACHED, LINKED = "attached", "linked"  # how a file goes
HELD_FOR = timedelta(hours=24)  # after its reader's quiet hours, before it is too late


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One message to one address. `payload` holds `subject` and what its mail template names."""

    key: str  # the natural key: planned twice, sent once
    source_kind: str
    address: str
    template: str
    payload: dict[str, Any]
    source_id: uuid.UUID | None = None
    part_id: uuid.UUID | None = None
    workspace_id: uuid.UUID | None = None
    contact_id: uuid.UUID | None = None
    name: str = ""
    reply_to: str = ""
    from_name: str = ""  # in whose name; empty: the account's own
    from_address: str = ""
    channel: str = "email"
    account: str = ""  # through what it goes; empty: the site's account of its channel
    due_at: datetime | None = None  # what was promised; None: now
    not_before: datetime | None = None  # when it may go; None: when it is due
    deadline_at: datetime | None = None
    is_late: bool = False
    sent_again: bool = True  # False: in doubt it stays so instead of perhaps arriving twice
    is_secret: bool = False  # the payload is emptied as soon as it is sent
    files: dict[str, Any] | None = None  # what goes with it; see Delivery.files
    state: str = PENDING  # or missed, suppressed, …: for the record
    reason: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Letter:
    """A claimed delivery, as its channel sees it. Whoever holds an older fence has lost it."""

    id: uuid.UUID
    fence: int
    key: str
    workspace_id: uuid.UUID | None
    address: str
    name: str
    reply_to: str
    template: str
    subject: str
    payload: dict[str, Any]
    due_at: datetime
    is_late: bool
    is_secret: bool
    deadline_at: datetime | None
    message_id: str  # empty before the first try
    content_hash: bytes | None
    attempts: int
    tries: int
    from_name: str = ""
    from_address: str = ""
    files: dict[str, Any] | None = None


def in_order(files: dict[str, Any] | None) -> list[dict[str, Any]]:
    """As they were added: their ids are in order of time, and a database keeps keys as it likes."""
    return [files[key] for key in sorted(files)] if files else []


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one try ended. `kind`: sent, transient, permanent, unknown, or back (not handed over)."""

    letter: Letter
    kind: str
    at: datetime
    started_at: datetime
    reason: str = ""
    answer: str = ""  # the server's words, or ours
    content_hash: bytes | None = None  # of what was handed over
    again_after: timedelta | None = None  # as the server asked for


SENT, TRANSIENT, PERMANENT = "sent", "transient", "permanent"
IN_DOUBT, BACK = "unknown", "back"
KINDS = (SENT, TRANSIENT, PERMANENT, IN_DOUBT, BACK)
