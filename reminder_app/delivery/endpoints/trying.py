"""A message that finds out whether a channel works, sent the way that others will be."""

import uuid
from datetime import timedelta

from reminder_app.database import database_now, new_id, now
from reminder_app.delivery import sending_accounts, states
from reminder_app.delivery import service as delivery
from reminder_app.delivery.endpoints import repository
from reminder_app.delivery.endpoints.models import Endpoint, Gateway
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.errors import Conflict
from reminder_app.translations import N_, language
from reminder_app.translations import gettext as _

LASTS = timedelta(minutes=10)
ANOTHER = N_("Another test took its place.")


def last_of(found: Endpoint | Gateway) -> Delivery | None:
    return repository.tests_of([found.id]).get(found.id)


def is_under_way(test: Delivery) -> bool:
    """Nothing was heard of it yet. What is tried again by itself has been."""
    waits = test.state == states.HANDING_OVER or (test.state == states.PENDING and not test.reason)
    return waits and test.due_at > now() - LASTS


def send(
    found: Endpoint | Gateway, name: str, to: str, workspace_id: uuid.UUID | None = None
) -> Delivery:
    """`name`: of the channel; `to`: whom the ledger names. Raises Conflict."""
    last = last_of(found)
    if last is not None and is_under_way(last):
        raise Conflict(_("Wait for the answer to the last test first."))
    delivery.cancel(source_kind=repository.TEST, source_id=found.id, reason=ANOTHER)
    at, title = database_now(), _("This is a test")
    message = Planned(
        key=f"test:{found.id}:{new_id()}",
        source_kind=repository.TEST,
        source_id=found.id,
        workspace_id=workspace_id,
        account=found.account,
        address=to,
        template="channel_test",
        payload={"subject": title, "title": title, "channel": name, "lang": language()},
        due_at=at,
        deadline_at=at + LASTS,
        sent_again=False,
    )
    delivery.enqueue(message)
    sending_accounts.try_again(found.account)
    return repository.tests_of([found.id])[found.id]
