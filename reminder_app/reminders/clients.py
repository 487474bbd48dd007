"""What reminders know of a contact, what clients pay with, and what becomes of them when two contacts are merged."""

import uuid
from collections.abc import Collection

from reminder_app.contacts.figures import SHOWN, Coming, Reminded
from reminder_app.database import transaction
from reminder_app.delivery import service as delivery
from reminder_app.reminders import client_repository as repository
from reminder_app.reminders import money
from reminder_app.translations import N_
from reminder_app.workspaces import service as workspaces

ONCE = N_("It was merged into a contact who gets this message already.")


def reminded(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> Reminded:
    """Two queries."""
    total, active = repository.counts(workspace_id, contact_id)
    coming = repository.coming(workspace_id, contact_id, SHOWN)
    return Reminded(total, active, [Coming(*one) for one in coming])


def currency(workspace_id: uuid.UUID) -> str:
    """What it was last paid with here or, before that, where the workspace is at home."""
    return repository.last_currency(workspace_id) or money.of_place(
        workspaces.get(workspace_id).locale
    )


@transaction
def move(workspace_id: uuid.UUID, kept: uuid.UUID, gone: Collection[uuid.UUID]) -> None:
    """Recipients keep their row, whose id is part of the key that lets a message go out once.

    What was planned for those that go is of the one that is kept already.
    """
    if twice := repository.twice_named(kept, gone):
        delivery.cancel_to([workspace_id], contact_id=kept, with_in_key=twice, reason=ONCE)
        repository.drop(twice)
    repository.rename(kept, gone)
