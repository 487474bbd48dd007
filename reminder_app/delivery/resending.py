"""Many messages sent again in one go, as a person asked for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reminder_app.database import audit, database_now, transaction
from reminder_app.delivery import repository, service
from reminder_app.delivery.states import SENT_AGAIN, WAITING
from reminder_app.errors import Invalid
from reminder_app.translations import N_, lazy_gettext

# In one transaction, short enough to be in nobody's way.
MOST_AT_ONCE = 1_000
WHICH = lazy_gettext("Choose which ones first: those that failed, were missed, or are in doubt.")


NOT_WAITING = lazy_gettext("Only what waits can be called off.")
CALLED_OFF = N_("Called off by hand, with others.")


@dataclass(frozen=True)
class SentAgain:
    many: int
    has_more: bool


@dataclass(frozen=True)
class CalledOff(SentAgain):
    pass


@transaction
def send_all_again(
    workspace_id: uuid.UUID,
    *,
    state: str | None,
    q: str | None = None,
    **wanted: Any,
) -> SentAgain:
    """At once, oldest first, each with its Message-ID. Those whose words are forgotten stay as they
    are. Raises Invalid for a state that is none of these."""
    if state not in SENT_AGAIN:
        raise Invalid(WHICH, state=WHICH)
    query = repository.ledger(workspace_id, state=state, search=q, **wanted)
    ids = repository.lock_sendable(query, MOST_AT_ONCE + 1)
    chosen = ids[:MOST_AT_ONCE]
    is_bulk = len(chosen) > service.FEW  # those of others go first
    repository.put_in_line(chosen, database_now(), is_bulk=is_bulk)
    noted("deliveries.send_again", workspace_id, f"{state}: {len(chosen)} messages", chosen)
    return SentAgain(len(chosen), has_more=len(ids) > len(chosen))


@transaction
def cancel_waiting(
    workspace_id: uuid.UUID, *, q: str | None = None, state: str | None = None, **wanted: Any
) -> CalledOff:
    """Before they are handed over, the oldest first. `wanted`: as ledger.browse() has it."""
    if state not in (None, *WAITING):
        raise Invalid(NOT_WAITING, state=NOT_WAITING)
    query = repository.ledger(workspace_id, state=state, search=q, **wanted)
    ids = repository.lock_waiting(query, MOST_AT_ONCE + 1)
    chosen = ids[:MOST_AT_ONCE]
    many = repository.cancel_ids(chosen, CALLED_OFF, database_now())
    noted("deliveries.cancel", workspace_id, f"{many} messages", chosen)
    return CalledOff(many, has_more=len(ids) > len(chosen))


def noted(what: str, workspace_id: uuid.UUID, note: str, chosen: Sequence[uuid.UUID]) -> None:
    """Who did it stands beside it. The ledger itself is not watched."""
    if chosen:
        audit.record(what, f"{note}, from {chosen[0]} on", scope_key=str(workspace_id))
