"""What reminders know of a contact, and what becomes of them when two contacts are merged."""

import uuid
from collections.abc import Collection

from reminder_app.contacts.figures import SHOWN, Coming, Reminded
from reminder_app.database import transaction
from reminder_app.reminders import client_repository as repository


def reminded(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Reminded:
    """Two queries."""
    total, active = repository.counts(workspace_id, contact_id)
    coming = repository.coming(workspace_id, contact_id, SHOWN)
    return Reminded(total, active, [Coming(*one) for one in coming])


@transaction
def move(kept: uuid.UUID, gone: Collection[uuid.UUID]) -> None:
    """Recipients keep their row, whose id is part of the key that lets a message go out once."""
    repository.drop_twice_named(kept, gone)
    repository.rename(kept, gone)
