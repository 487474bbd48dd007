"""What was held back goes out once its time is there: late ones together, and those of quiet hours together."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from reminder_app.database import now, transaction
from reminder_app.delivery.models import REMINDER, Delivery
from reminder_app.delivery.states import SUPPRESSED
from reminder_app.recurrence.quiet import Quiet
from reminder_app.reminders import late_mail, quiet_mail
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.audience_repository import users_named
from reminder_app.reminders.notice_mail import GATHERED, NO_MEMBER

ADDRESSES = 200  # in one transaction


def gather() -> int:
    """Returns to how many readers something went."""
    gathered = 0
    while found := gather_some():
        gathered += found
    return gathered


@transaction
def gather_some() -> int:
    at = now()
    held = repository.held(at, ADDRESSES)
    asleep = without_strangers([one for one in held if was_quiet(one)])
    late = [one for one in held if not was_quiet(one)]
    found = quiet_mail.tell(asleep, at) if asleep else 0
    return found + (late_mail.tell(late, at) if late else 0)


def was_quiet(one: Delivery) -> bool:
    """What is only late was to go at once."""
    return one.reason != GATHERED


def without_strangers(asleep: Sequence[Delivery]) -> Sequence[Delivery]:
    """Who has left the workspace in their quiet hours is not told of it any more."""
    named = {
        one.id: uuid.UUID(one.key.split(":")[2]) for one in asleep if one.source_kind == REMINDER
    }
    if not named:
        return asleep
    users = users_named(named.values())
    # Who is told when nobody answers stands in the key themselves.
    user_of = {id: users.get(name, name) for id, name in named.items()}
    members = set(repository.memberships(set(user_of.values())))
    strangers = {
        one.id
        for one in asleep
        if one.id in user_of and (one.workspace_id, user_of[one.id]) not in members
    }
    repository.told_together(strangers, NO_MEMBER, SUPPRESSED)
    return [one for one in asleep if one.id not in strangers]


def hours_of(addresses: Collection[str]) -> Mapping[str, Quiet]:
    return repository.hours_of(addresses)


@transaction
def look_again(address: str) -> None:
    """This reader's quiet hours are others now: what they hold is looked at anew."""
    repository.look_again(address, now())
