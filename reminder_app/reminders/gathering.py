"""What was held back goes out once its time is there: late ones together, and those of quiet hours together."""

from collections.abc import Collection, Mapping

from reminder_app.database import now, transaction
from reminder_app.delivery.models import Delivery
from reminder_app.recurrence.quiet import Quiet
from reminder_app.reminders import late_mail, quiet_mail
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.notice_mail import GATHERED

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
    asleep = [one for one in held if was_quiet(one)]
    late = [one for one in held if not was_quiet(one)]
    found = quiet_mail.tell(asleep, at) if asleep else 0
    return found + (late_mail.tell(late, at) if late else 0)


def was_quiet(one: Delivery) -> bool:
    """What is only late was to go at once."""
    return one.reason != GATHERED


def hours_of(addresses: Collection[str]) -> Mapping[str, Quiet]:
    return repository.hours_of(addresses)


@transaction
def look_again(address: str) -> None:
    """This reader's quiet hours are others now: what they hold is looked at anew."""
    repository.look_again(address, now())
