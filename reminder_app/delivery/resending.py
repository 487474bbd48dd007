"""Many messages sent again in one go, as a person asked for them."""

import uuid
from dataclasses import dataclass

from reminder_app.database import database_now, transaction
from reminder_app.delivery import repository, service
from reminder_app.delivery.states import SENT_AGAIN
from reminder_app.errors import Invalid

# In one transaction, short enough to be in nobody's way.
MOST_AT_ONCE = 1_000
WHICH = "Choose which ones first: those that failed, were missed, or are in doubt."


@dataclass(frozen=True)
class SentAgain:
    many: int
    has_more: bool


@transaction
def send_all_again(
    workspace_id: uuid.UUID,
    *,
    state: str | None,
    q: str | None = None,
    reminder_id: uuid.UUID | None = None,
) -> SentAgain:
    """At once, oldest first, each with its Message-ID. Those whose words are forgotten stay as they
    are. Raises Invalid for a state that is none of these."""
    if state not in SENT_AGAIN:
        raise Invalid(WHICH, state=WHICH)
    query = repository.ledger(workspace_id, reminder_id=reminder_id, state=state, search=q)
    ids = repository.lock_sendable(query, MOST_AT_ONCE + 1)
    chosen = ids[:MOST_AT_ONCE]
    is_bulk = len(chosen) > service.FEW  # those of others go first
    repository.put_in_line(chosen, database_now(), is_bulk=is_bulk)
    return SentAgain(len(chosen), has_more=len(ids) > len(chosen))
