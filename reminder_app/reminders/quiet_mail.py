"""What was held in somebody's quiet hours reaches them as one message when these are over."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.states import COLLAPSED
from reminder_app.recurrence import quiet
from reminder_app.recurrence.quiet import Quiet
from reminder_app.reminders import collapsing
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.sending_as import shared
from reminder_app.translations import N_, ngettext, of, speaking

MOST_LISTED = 50
LISTED = ("title", "when", "path", "passed_over", "act_path", "files_path")


def tell(held: Sequence[Delivery], at: datetime) -> int:
    """One message per address and account; returns how many there were to write to."""
    hours = repository.hours_of({one.address for one in held})
    groups = collapsing.by_reader(held)
    for group in groups:
        awake = put_off(group, hours.get(group[0].address), at)
        if awake:
            tell_one(awake, at)
    return len(groups)


def put_off(group: Sequence[Delivery], its: Quiet | None, at: datetime) -> list[Delivery]:
    """Those that may go, as the person has set it by now."""
    until = quiet.may_go(its, at) if its else at
    if its is None or until == at:
        return list(group)
    asleep = [one for one in group if not its.is_pierced_by(said(one).get("priority", ""))]
    repository.put_off([one.id for one in asleep], until)
    return [one for one in group if one not in asleep]


def tell_one(group: Sequence[Delivery], at: datetime) -> None:
    told = collapsing.worth_saying(group)
    if len(told) == 1:
        repository.release([told[0].id])
        carrier = told[0].key
    else:
        carrier = f"quiet:{told[0].id}"
        delivery.plan([letter(carrier, told, at)])
    rest: Collection[Delivery] = [one for one in group if one.key != carrier]
    told_in = N_("Told when the quiet hours were over, in the message %(key)s") % {"key": carrier}
    repository.told_together([one.id for one in rest], told_in, COLLAPSED)


def letter(key: str, told: Sequence[Delivery], at: datetime) -> Planned:
    first, found = told[0], [item for one in told for item in items(one)]
    workspaces = {one.workspace_id for one in told}
    answers = {one.reply_to for one in told}
    names = dict.fromkeys(said(one).get("workspace", "") for one in told)
    with speaking(said(first).get("lang")):
        subject = ngettext(
            "%(num)s reminder from your quiet hours",
            "%(num)s reminders from your quiet hours",
            len(found),
        )
    return Planned(
        key=key,
        source_kind="quiet",
        workspace_id=first.workspace_id if len(workspaces) == 1 else None,
        channel=first.channel,
        account=first.account,
        address=first.address,
        name=first.name,
        reply_to=first.reply_to if len(answers) == 1 else "",
        **shared(told),
        template="quiet",
        payload={
            "subject": subject,
            "lang": of(said(first).get("lang")),
            "items": found[:MOST_LISTED],
            "more": max(0, len(found) - MOST_LISTED),
            "workspace": ", ".join(filter(None, names)),
            "priority": collapsing.least_urgent(said(one).get("priority", "") for one in told),
            "quiet": True,
        },
        due_at=at,
        deadline_at=max((one.deadline_at for one in told if one.deadline_at), default=None),
    )


def items(one: Delivery) -> Iterator[dict[str, Any]]:
    """Of a message that tells several already, these."""
    for item in said(one).get("items", [said(one)]):
        yield {name: item.get(name, "") for name in LISTED}


def said(one: Delivery) -> dict[str, Any]:
    return one.payload or {}
