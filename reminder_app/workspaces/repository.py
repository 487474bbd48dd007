import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.database import db
from reminder_app.workspaces.models import Membership, Workspace


def add(row: Workspace | Membership) -> None:
    db.session.add(row)
    db.session.flush()


def of_user(user_id: uuid.UUID) -> Sequence[Workspace]:
    query = select(Workspace).join(Membership).where(Membership.user_id == user_id)
    return db.session.scalars(query.order_by(Workspace.created_at, Workspace.id)).all()


def acting(source: type[UserSession] | type[ApiToken]) -> Select[Any]:
    query = select(source, User, Workspace, Membership).join(User, source.user_id == User.id)
    return (
        query.join(Workspace, source.workspace_id == Workspace.id)
        .join(
            Membership, (Membership.workspace_id == Workspace.id) & (Membership.user_id == User.id)
        )
        .where(User.is_active.is_(True))
    )


def by_session(token_hash: bytes, at: datetime) -> Row[Any] | None:
    query = acting(UserSession).where(
        UserSession.token_hash == token_hash, UserSession.expires_at > at
    )
    return db.session.execute(query).one_or_none()


def by_token(token_hash: bytes, at: datetime) -> Row[Any] | None:
    query = acting(ApiToken).where(
        ApiToken.token_hash == token_hash,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at.is_(None) | (ApiToken.expires_at > at),
    )
    return db.session.execute(query).one_or_none()
