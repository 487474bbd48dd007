"""The ledger, read page by page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reminder_app.database import Page
from reminder_app.delivery import repository
from reminder_app.delivery.models import Delivery

LEAF = 50
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Leaf:
    """A page that can be turned both ways: cursors, None where there is no more."""

    items: Sequence[Delivery]
    older: str | None
    newer: str | None


def browse(
    workspace_id: uuid.UUID,
    *,
    reminder_id: uuid.UUID | None = None,
    contact_id: uuid.UUID | None = None,
    state: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = LEAF,
) -> Page[Delivery]:
    """Newest due first. Raises Invalid for a cursor that is none."""
    query = repository.ledger(
        workspace_id,
        reminder_id=reminder_id,
        contact_id=contact_id,
        state=state,
        since=since,
        until=until,
        channel=channel,
        search=q,
    )
    return repository.page(query, cursor=cursor, limit=limit, descending=True)


def count(workspace_id: uuid.UUID, *, q: str | None = None, **wanted: Any) -> int:
    """How many there are, up to MOST + 1. `wanted`: as browse() has it."""
    return repository.count(repository.ledger(workspace_id, search=q, **wanted), MOST_COUNTED + 1)


def turn_to(
    workspace_id: uuid.UUID,
    *,
    q: str | None = None,
    older_than: str | None = None,
    newer_than: str | None = None,
    **wanted: Any,
) -> Leaf:
    """Newest due first, from one of two cursors on; `wanted`: as browse() has it. Raises Invalid for
    a cursor that is none."""
    query = repository.ledger(workspace_id, search=q, **wanted)
    if newer_than:
        back = repository.page(query, cursor=newer_than, limit=LEAF, descending=False)
        items = back.items[::-1]
        return Leaf(items, repository.cursor_of(items[-1]) if items else None, back.next_cursor)
    page = repository.page(query, cursor=older_than, limit=LEAF, descending=True)
    has_newer = older_than and page.items
    return Leaf(
        page.items, page.next_cursor, repository.cursor_of(page.items[0]) if has_newer else None
    )
