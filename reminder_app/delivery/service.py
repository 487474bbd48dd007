"""What the features ask of delivery: plan messages, call them off, read the ledger.

Sending is in sending.py, what a crash leaves in recovery.py, the sums in books.py.
"""

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from reminder_app.database import after_commit, database_now, new_id, transaction
from reminder_app.delivery import account_repository, crash, repository
from reminder_app.delivery.account_names import kind_of
from reminder_app.delivery.headers import one_line
from reminder_app.delivery.lately import Lately
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.repository import CHUNK
from reminder_app.delivery.states import KEPT, PENDING, SENT_AGAIN
from reminder_app.errors import Conflict, NotFound
from reminder_app.translations import lazy_gettext

# Of one workspace in ten seconds: what is beyond lets the messages of others pass.
FEW = 50
lately = Lately()  # in this process
NO_SUCH = lazy_gettext("There is no such delivery here.")
NOT_AGAIN = lazy_gettext("Only a message that failed, was missed or is in doubt can be sent again.")
GONE = lazy_gettext(
    "What this message held was for one use and is gone: ask for a new one instead."
)
FORGOTTEN = lazy_gettext(
    "What this message said was forgotten, as it is old: it cannot be sent again."
)


@transaction
def plan(messages: Sequence[Planned]) -> int:
    """Write messages into the ledger, in the caller's transaction; those whose key is there stay.

    Returns how many were new. Nothing is sent before the commit. `payload["subject"]` is the
    subject; the rest of the payload is what templates/mail/<template>.txt and .html name.
    """
    if not messages:
        return 0
    at = database_now()
    # In one order everywhere, so that two planners of the same rows wait instead of deadlocking.
    rows = sorted((row_of(message, at) for message in messages), key=lambda row: row["key"])
    mark_bulk(rows)
    new = repository.insert(rows)
    repository.add_plans(plans_of([row for row in rows if row["id"] in new], at))
    crash.point("plan.insert")
    after_commit(lambda: crash.point("plan.commit"))
    return len(new)


@transaction
def enqueue(message: Planned) -> uuid.UUID:
    """plan() for one message; gives its id, or that of the message which has the key already."""
    plan([message])
    found = repository.id_of(message.key)
    assert found is not None  # noqa: S101 - inserted above, or there before
    return found


def row_of(message: Planned, at: datetime) -> dict[str, Any]:
    """Raises KeyError for a payload without a subject."""
    due_at = message.due_at or at
    account = message.account or message.channel
    return vars(message) | {
        "id": new_id(),
        "account": account,
        "channel": kind_of(account),
        "subject": one_line(message.payload["subject"]),
        "name": one_line(message.name, 120),
        "from_name": one_line(message.from_name, 120),
        "due_at": due_at,
        "not_before": message.not_before or due_at,
    }


def mark_bulk(rows: Sequence[dict[str, Any]]) -> None:
    at = time.monotonic()
    for row in rows:
        whose = row["workspace_id"]
        row["is_bulk"] = whose is not None and lately.count(whose, at) > FEW


def plans_of(rows: Sequence[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """How many were asked for, by workspace; the source is named where it was planned alone."""
    audiences, sources = Counter[Any](), defaultdict[Any, set[uuid.UUID | None]](set)
    for row in rows:
        where = row["workspace_id"], row["source_kind"]
        audiences[where] += 1
        sources[where].add(row["source_id"])
    return [
        {
            "workspace_id": workspace_id,
            "source_kind": kind,
            "source_id": next(iter(found)) if len(found) == 1 else None,
            "audience": audiences[workspace_id, kind],
            "planned_at": at,
        }
        for (workspace_id, kind), found in sources.items()
    ]


@transaction
def cancel(
    *,
    source_kind: str,
    source_id: uuid.UUID | None = None,
    part_id: uuid.UUID | None = None,
    with_in_key: Collection[uuid.UUID | str] | None = None,
    reason: str,
) -> int:
    """Call off what has not been handed over; returns how many. Name a source, a part, or both.

    `with_in_key`: only what has one of these in its key, such as a recipient. What is on the wire
    at this moment still goes, but is not tried again afterwards.
    """
    of = repository.of_source(source_kind, source_id, part_id)
    if with_in_key is not None and len(with_in_key) > FEW:
        return cancel_named(of, with_in_key, reason)
    if with_in_key is not None:
        of.append(repository.with_in_key(with_in_key))
    return repository.cancel(of, one_line(reason), database_now())


def cancel_named(of: Sequence[Any], in_keys: Collection[uuid.UUID | str], reason: str) -> int:
    ids = repository.ids_with_in_key(of, in_keys)
    return repository.cancel_ids(ids, one_line(reason), database_now())


@transaction
def cancel_all(workspace_id: uuid.UUID, reason: str) -> int:
    """Call off whatever a workspace still has waiting, before it goes, with its accounts."""
    of = [Delivery.workspace_id == workspace_id]
    account_repository.forget_of(workspace_id)
    return repository.cancel(of, one_line(reason), database_now())


@transaction
def cancel_to(
    workspace_ids: Collection[uuid.UUID],
    *,
    contact_id: uuid.UUID | None = None,
    address: str = "",
    with_in_key: Collection[uuid.UUID | str] | None = None,
    reason: str,
) -> int:
    """Call off what waits for one reader: a contact, or whoever else has this address.

    `with_in_key`: as of cancel().
    """
    of = [Delivery.workspace_id.in_(workspace_ids), Delivery.contact_id == contact_id]
    if contact_id is None:
        of.append(Delivery.address == address)
    if with_in_key is not None:
        return cancel_named(of, with_in_key, reason)
    return repository.cancel(of, one_line(reason), database_now())


@transaction
def called_off(
    *,
    source_kind: str,
    source_ids: Collection[uuid.UUID] = (),
    part_id: uuid.UUID | None = None,
    reason: str,
) -> Sequence[Any]:
    """id, source_id, part_id, key and address of what cancel() has called off for this reason."""
    of = repository.of_sources(source_kind, source_ids, part_id)
    return repository.called_off(of, one_line(reason))


@transaction
def called_off_to(workspace_id: uuid.UUID, contact_id: uuid.UUID, reason: str) -> set[uuid.UUID]:
    """Of which sources cancel_to() has called something off for this reason."""
    of = [Delivery.workspace_id == workspace_id, Delivery.contact_id == contact_id]
    found = repository.called_off(of, one_line(reason))
    return {one.source_id for one in found if one.source_id}


@transaction
def revive(ids: Sequence[uuid.UUID]) -> int:
    """Undo cancel(); returns how many wait again.

    What has become due meanwhile goes at once, unless its deadline has passed.
    """
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return sum(repository.revive(chunk) for chunk in chunks)


@transaction
def hand_over(
    *,
    source_kind: str,
    part_ids: Collection[uuid.UUID],
    source_id: uuid.UUID,
    in_keys: Mapping[str, str],
) -> None:
    """These parts are another source's now. `in_keys`: the words there, and what takes their place."""
    if part_ids:
        repository.hand_over(source_kind, part_ids, source_id, in_keys)


@transaction
def send_again(workspace_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery:
    """At once, with the same Message-ID, as a person asked for it. Raises NotFound, Conflict."""
    delivery = repository.lock(workspace_id, delivery_id)  # an answer may come in meanwhile
    if delivery is None:
        raise NotFound(NO_SUCH)
    return ask_again(delivery)


def ask_again(delivery: Delivery) -> Delivery:
    if delivery.state not in SENT_AGAIN:
        raise Conflict(NOT_AGAIN)
    if delivery.is_forgotten:
        raise Conflict(GONE if delivery.is_secret else FORGOTTEN)
    delivery.state, delivery.reason = PENDING, ""
    delivery.not_before, delivery.lease_until = database_now(), None
    delivery.deadline_at = delivery.cancelled_at = None
    delivery.tries = 0
    return delivery


@transaction
def take_file_out(
    workspace_id: uuid.UUID, source_kind: str, source_id: uuid.UUID, file_id: uuid.UUID
) -> int:
    """What has not gone out goes without it; returns how many. What may have arrived stays as it was."""
    of = [Delivery.workspace_id == workspace_id]
    of += repository.of_source(source_kind, source_id, None)
    # Also where it was planned long after it was due: what is older has no words to be sent with.
    return repository.take_file_out(of, file_id.hex, database_now() - 2 * KEPT)


def count_with_key(part_id: uuid.UUID, ending: str) -> int:
    """How many messages of a part have a key that ends so."""
    return repository.count_with_key(part_id, ending)


def get(workspace_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery:
    delivery = repository.get(workspace_id, delivery_id)
    if delivery is None:
        raise NotFound(NO_SUCH)
    return delivery
