"""Messages to clients that failed lately, by (state, not_before), and who is told of them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.orm import joinedload

from reminder_app.accounts.models import User
from reminder_app.database import changed, db
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.states import FAILED
from reminder_app.workspaces.models import FailureNotice, Membership, Workspace
from reminder_app.workspaces.roles import ROLES

# A message that fails had its last turn not long before: older ones are not looked through again.
LATELY = timedelta(days=3)
HEARS = [role for role, may in ROLES.items() if "workspace:write" in may]


def failed_lately(at: datetime) -> list[ColumnElement[bool]]:
    return [
        Delivery.state == FAILED,
        Delivery.not_before >= at - LATELY,
        Delivery.contact_id.is_not(None),
        Delivery.workspace_id.is_not(None),
    ]


def with_new_failures(
    at: datetime, told_before: datetime, first: datetime, limit: int
) -> Sequence[Any]:
    query = select(Delivery.workspace_id).where(*failed_lately(at)).distinct()
    query = query.outerjoin(FailureNotice, FailureNotice.workspace_id == Delivery.workspace_id)
    query = query.where(Delivery.updated_at > func.coalesce(FailureNotice.told_at, first))
    query = query.where(or_(FailureNotice.told_at.is_(None), FailureNotice.told_at <= told_before))
    return db.session.scalars(query.limit(limit)).all()


def of_workspace(
    workspace_id: uuid.UUID, at: datetime, since: datetime
) -> list[ColumnElement[bool]]:
    return [
        *failed_lately(at),
        Delivery.workspace_id == workspace_id,
        Delivery.updated_at > since,
        Delivery.updated_at <= at,
    ]


def failed(
    workspace_id: uuid.UUID, at: datetime, since: datetime, limit: int
) -> Sequence[Delivery]:
    query = select(Delivery).where(*of_workspace(workspace_id, at, since))
    return db.session.scalars(query.order_by(Delivery.due_at, Delivery.id).limit(limit)).all()


def count_failed(workspace_id: uuid.UUID, at: datetime, since: datetime) -> int:
    query = select(func.count()).select_from(Delivery)
    return db.session.scalar(query.where(*of_workspace(workspace_id, at, since))) or 0


def told_until(workspace_id: uuid.UUID) -> datetime | None:
    query = select(FailureNotice.told_at).filter_by(workspace_id=workspace_id)
    return db.session.scalar(query.with_for_update())


def note(workspace_id: uuid.UUID, at: datetime) -> None:
    theirs = update(FailureNotice).where(FailureNotice.workspace_id == workspace_id)
    if not changed(theirs.values(told_at=at)):
        db.session.add(FailureNotice(workspace_id=workspace_id, told_at=at))
        db.session.flush()


def who_hears(workspace_id: uuid.UUID) -> Sequence[Membership]:
    query = select(Membership).filter_by(workspace_id=workspace_id).join(Membership.user)
    query = query.where(Membership.role.in_(HEARS), Membership.hears_failures == true())
    query = query.where(User.is_active == true()).options(joinedload(Membership.user))
    return db.session.scalars(query.order_by(Membership.id)).all()


def set_workspace(workspace_id: uuid.UUID, is_on: bool) -> None:
    changed(update(Workspace).where(Workspace.id == workspace_id).values(tells_failures=is_on))


def set_member(workspace_id: uuid.UUID, user_id: uuid.UUID, is_on: bool) -> None:
    mine = update(Membership).where(
        Membership.workspace_id == workspace_id, Membership.user_id == user_id
    )
    changed(mine.values(hears_failures=is_on))
