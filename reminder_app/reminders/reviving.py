"""An undo lets go out what was called off: unless something else keeps it back by now."""

import uuid
from collections.abc import Collection
from typing import Any

from reminder_app.contacts.service import ARCHIVED
from reminder_app.delivery import service as delivery
from reminder_app.delivery.models import REMINDER
from reminder_app.reminders import audience_repository as repository
from reminder_app.reminders import planning_repository as planner
from reminder_app.reminders import repository as reminders
from reminder_app.reminders.escalation_mail import second_of
from reminder_app.reminders.models import DONE, MISSED, OPEN, SKIPPED, Reminder
from reminder_app.reminders.notice_mail import Members, address, gone
from reminder_app.translations import N_

DELETED, PAUSED = N_("The reminder was deleted."), N_("The reminder was paused.")
# Why a message was called off; undoing the act revives those of its reason.
REASONS = {DONE: N_("Done before it went out."), SKIPPED: N_("Skipped."), OPEN: N_("Snoozed.")}


def revive(
    reason: str, *, reminder_ids: Collection[uuid.UUID] = (), part_id: uuid.UUID | None = None
) -> None:
    """What was called off for `reason`; what is settled meanwhile, or gone, has its own reason."""
    found = delivery.called_off(
        source_kind=REMINDER, source_ids=reminder_ids, part_id=part_id, reason=reason
    )
    if not found:
        return
    states = repository.states_of({one.part_id for one in found})
    sources = repository.with_everybody({one.source_id for one in found})
    members = set(planner.memberships(users_of(sources)))
    readers = {one.id: readers_of(one, members) for one in sources}
    delivery.revive(
        [
            one.id
            for one in found
            if states.get(one.part_id) not in (None, MISSED)
            and is_for_somebody(one, readers.get(one.source_id, set()))
        ]
    )
    for occurrence_id, state in states.items():
        if state in (DONE, SKIPPED):
            delivery.cancel(source_kind=REMINDER, part_id=occurrence_id, reason=REASONS[state])


def contact_is_back(workspace_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """What was called off as they were archived, of reminders that are at work."""
    ids = delivery.called_off_to(workspace_id, contact_id, ARCHIVED)
    there = (reminders.lock(workspace_id, one) for one in sorted(ids))
    if at_work := [one.id for one in there if one and one.is_active]:
        revive(ARCHIVED, reminder_ids=at_work)


def users_of(sources: Collection[Reminder]) -> set[uuid.UUID]:
    users = {one.user_id for reminder in sources for one in reminder.recipients}
    return {one for one in users | {each.escalate_user_id for each in sources} if one}


def readers_of(reminder: Reminder, members: Members) -> set[str]:
    """Ids and addresses of those whom something may still go to."""
    second = second_of(reminder)
    told = [*reminder.recipients, *([second] if second else [])]
    there = [one for one in told if not gone(reminder, one, members)]
    return {str(one.id) for one in there} | {address(one) for one in there}


def is_for_somebody(one: Any, readers: Collection[str]) -> bool:
    """Who stands in its key, or somebody who reads it at that address."""
    return one.key.split(":")[2] in readers or one.address in readers
