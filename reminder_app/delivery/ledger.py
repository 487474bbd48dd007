"""The ledger, read page by page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reminder_app.database import Page
from reminder_app.delivery import repository
from reminder_app.delivery.models import Delivery

LEAF = 50


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
    state: str | None = None,
    since: datetime | None = None,
    channel: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = LEAF,
) -> Page[Delivery]:
    """Newest due first. Raises Invalid for a cursor that is none."""
    query = repository.ledger(
        workspace_id,
        reminder_id=reminder_id,
        state=state,
        since=since,
        channel=channel,
        search=q,
    )
    return repository.page(query, cursor=cursor, limit=limit, descending=True)


def turn_to(
    workspace_id: uuid.UUID,
    *,
    reminder_id: uuid.UUID | None = None,
    state: str | None = None,
    q: str | None = None,
    older_than: str | None = None,
    newer_than: str | None = None,
) -> Leaf:
    """Newest due first, from one of two cursors on. Raises Invalid for a cursor that is none."""
    query = repository.ledger(workspace_id, reminder_id=reminder_id, state=state, search=q)
    if newer_than:
        back = repository.page(query, cursor=newer_than, limit=LEAF, descending=False)
        items = back.items[::-1]
        return Leaf(items, repository.cursor_of(items[-1]) if items else None, back.next_cursor)
    page = repository.page(query, cursor=older_than, limit=LEAF, descending=True)
    has_newer = older_than and page.items
    return Leaf(
        page.items, page.next_cursor, repository.cursor_of(page.items[0]) if has_newer else None
    )
