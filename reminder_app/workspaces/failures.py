"""What could not be sent to clients, told to those who run a workspace: collected, never a burst.

Only what is still failed counts: sent again or called off meanwhile, it is not told. These mails go to
members, so that none of them is ever about another one of them.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from reminder_app.database import database_now, transaction
from reminder_app.delivery import service as delivery
from reminder_app.delivery.letters import Planned
from reminder_app.delivery.models import Delivery
from reminder_app.translations import N_, kept, language, ngettext, speaking
from reminder_app.workspaces import failure_repository as repository
from reminder_app.workspaces import repository as workspaces
from reminder_app.workspaces.models import Membership, Workspace

KIND = "failures"
PAUSE = timedelta(minutes=10)  # between two of these mails of one workspace
FIRST = timedelta(hours=1)  # so far back, where nobody was told yet
AT_ONCE, MOST_LISTED = 100, 20
SWITCHED_OFF = N_("Nobody wants to be told any more.")


def tell() -> int:
    """One mail per workspace and person; returns how many workspaces had something new."""
    found = new_ones()
    for workspace_id in found:
        tell_of(workspace_id)
    return len(found)


@transaction
def new_ones() -> Sequence[uuid.UUID]:
    at = database_now()
    return repository.with_new_failures(at, at - PAUSE, at - FIRST, AT_ONCE)


@transaction
def tell_of(workspace_id: uuid.UUID) -> None:
    at = database_now()
    since = repository.told_until(workspace_id) or at - FIRST
    workspace = workspaces.get(workspace_id)
    rows = repository.failed(workspace_id, at, since, MOST_LISTED)
    many = repository.count_failed(workspace_id, at, since)
    repository.note(workspace_id, at)
    if workspace and rows and workspace.tells_of_failures:
        people = repository.who_hears(workspace_id)
        delivery.plan([letter(workspace, one, rows, many, at) for one in people])


def letter(
    workspace: Workspace, member: Membership, rows: Sequence[Delivery], many: int, at: datetime
) -> Planned:
    with speaking(member.user.locale):
        said = payload(workspace, rows, many)
    return Planned(
        key=f"failures:{workspace.id}:{member.user_id}:{at.timestamp():.6f}",
        source_kind=KIND,
        source_id=workspace.id,
        part_id=member.user_id,
        workspace_id=workspace.id,
        address=member.user.email,
        name=member.user.name,
        template="failures",
        payload=said,
    )


def payload(workspace: Workspace, rows: Sequence[Delivery], many: int) -> dict[str, Any]:
    return {
        "subject": ngettext(
            "A message to a client could not be sent",
            "%(num)s messages to clients could not be sent",
            many,
        ),
        "lang": language(),
        "workspace": workspace.name,
        "items": [item(workspace, row) for row in rows],
        "more": many - len(rows),
        "path": opened(workspace, "/deliveries?state=failed"),
    }


def item(workspace: Workspace, row: Delivery) -> dict[str, Any]:
    return {
        "title": row.subject,
        "to": f"{row.name} <{row.address}>" if row.name else row.address,
        "why": kept(row.reason),
        "path": opened(workspace, f"/deliveries/{row.id}"),
    }


def opened(workspace: Workspace, path: str) -> str:
    """Whoever reads it may be working in another workspace by then."""
    return f"/workspaces/{workspace.id}/open?{urlencode({'next': path})}"


@transaction
def switch(workspace_id: uuid.UUID, *, is_on: bool) -> None:
    """For all of a workspace."""
    repository.set_workspace(workspace_id, is_on)
    if not is_on:
        delivery.cancel(source_kind=KIND, source_id=workspace_id, reason=SWITCHED_OFF)


@transaction
def switch_own(workspace_id: uuid.UUID, user_id: uuid.UUID, *, is_on: bool) -> None:
    """For one person in it."""
    repository.set_member(workspace_id, user_id, is_on)
    if not is_on:
        delivery.cancel(
            source_kind=KIND, source_id=workspace_id, part_id=user_id, reason=SWITCHED_OFF
        )


def switches(workspace_id: uuid.UUID, user_id: uuid.UUID) -> tuple[bool, bool]:
    """Of the workspace, and of the person in it."""
    workspace, member = workspaces.get(workspace_id), workspaces.membership(workspace_id, user_id)
    return bool(workspace and workspace.tells_of_failures), bool(member and member.hears_failures)
