"""What a client was told, as proof: what, to whom, when it was handed over, and what the server said."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reminder_app.contacts import service as contacts
from reminder_app.contacts.models import Contact
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.origin import origin
from reminder_app.proofs import repository

MOST, LEAF = 10_000, 50


@dataclass(frozen=True)
class Line:
    id: uuid.UUID
    due_at: datetime
    subject: str
    address: str
    channel: str
    state: str
    reason: str
    handed_over_at: datetime | None
    sent_at: datetime | None
    answer: str
    message_id: str
    digest: str  # SHA-256 of what it said
    from_name: str
    from_address: str
    files: Sequence[Mapping[str, Any]] = ()  # what went with it


@dataclass(frozen=True)
class History:
    contact: Contact
    items: Sequence[Line]
    next_cursor: str | None = None
    is_cut: bool = False  # there is more than a file holds


def page(
    workspace_id: uuid.UUID,
    contact_id: uuid.UUID,
    mail_from: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = LEAF,
) -> History:
    """The latest first. `mail_from`: the site's own sender. Raises NotFound, Invalid (cursor)."""
    contact = contacts.get(workspace_id, contact_id)
    query = repository.of_contact(workspace_id, contact_id, since, until)
    found = repository.page(query, cursor, limit)
    answers = repository.answers([row.id for row in found.items])
    return History(contact, lines(found.items, answers, mail_from), found.next_cursor)


def whole(
    workspace_id: uuid.UUID,
    contact_id: uuid.UUID,
    mail_from: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> History:
    """For a file: the latest MOST. Raises NotFound."""
    contact = contacts.get(workspace_id, contact_id)
    query = repository.of_contact(workspace_id, contact_id, since, until)
    rows = repository.latest(query, MOST + 1)
    answers = repository.latest_answers(query, MOST)
    return History(contact, lines(rows[:MOST], answers, mail_from), is_cut=len(rows) > MOST)


def lines(rows: Sequence[Delivery], answers: Mapping[uuid.UUID, str], mail_from: str) -> list[Line]:
    return [
        Line(
            row.id,
            row.due_at,
            row.subject,
            row.address,
            row.channel,
            row.state,
            row.reason,
            row.handed_over_at,
            row.sent_at,
            answers.get(row.id, ""),
            row.message_id,
            row.content_hash.hex() if row.content_hash else "",
            *origin(row, mail_from),
            row.with_files,
        )
        for row in rows
    ]
