"""What came due while nothing could be sent reaches a person as one message, not as a burst."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.reminders import planning_repository as repository
from reminder_app.reminders.collapsing import least_urgent
from reminder_app.reminders.lateness import LATE_AFTER
from reminder_app.reminders.sending_as import shared
from reminder_app.translations import N_, ngettext, of, speaking

MOST_LISTED = 50
LISTED = ("title", "when", "path", "passed_over", "act_path", "files_path")
# While reminders are still waiting to be planned, more may belong into the same message: but not for ever.
PATIENCE = timedelta(minutes=1)


def tell(held: Sequence[Delivery], at: datetime) -> int:
    """One message per workspace and address; returns how many there were to write to."""
    if is_catching_up(at) and at - min(one.created_at for one in held) < PATIENCE:
        return 0
    groups = [list(group) for _key, group in groupby(sorted(held, key=reader), key=reader)]
    repository.release([group[0].id for group in groups if len(group) == 1])
    several = [group for group in groups if len(group) > 1]
    delivery.plan([digest(group, at) for group in several])
    for group in several:
        values = {"count": len(group) - 1, "key": key(group)}
        told_in = N_("Told in one message with %(count)s more: %(key)s") % values
        repository.told_together([one.id for one in group], told_in)
    return len(groups)


def is_catching_up(at: datetime) -> bool:
    return repository.has_unplanned(at - LATE_AFTER)


def reader(one: Delivery) -> tuple[str, str, str]:
    return str(one.workspace_id), one.address, one.account


def key(group: Sequence[Delivery]) -> str:
    return f"late:{group[0].id}"


def digest(group: Sequence[Delivery], at: datetime) -> Planned:
    first = group[0]
    with speaking(said(first).get("lang")):
        subject = ngettext(
            "%(num)s reminder came due while none could be sent",
            "%(num)s reminders came due while none could be sent",
            len(group),
        )
    return Planned(
        key=key(group),
        source_kind="late",
        workspace_id=first.workspace_id,
        channel=first.channel,
        account=first.account,
        address=first.address,
        name=first.name,
        reply_to=first.reply_to,
        **shared(group),
        template="late",
        payload={
            "subject": subject,
            "lang": of(said(first).get("lang")),
            "items": list(items(group[:MOST_LISTED])),
            "more": max(0, len(group) - MOST_LISTED),
            "workspace": said(first)["workspace"],
            "priority": least_urgent(said(one).get("priority", "") for one in group),
            "quiet": bool(said(first).get("quiet")),
        },
        due_at=at,
        deadline_at=max(one.deadline_at for one in group if one.deadline_at),
        is_late=True,
    )


def items(group: Sequence[Delivery]) -> Iterator[dict[str, Any]]:
    for one in group:
        yield {name: said(one).get(name, "") for name in LISTED}


def said(one: Delivery) -> dict[str, Any]:
    """Payloads are dropped from what is long settled, never from what waits."""
    return one.payload or {}
