import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from reminder_app.accounts.models import ApiToken, User, UserSession
from reminder_app.database import Page, changed, db, keyset_page
from reminder_app.workspaces.models import Invitation, Membership, Workspace

# Everybody has exactly one of these, made with the account.
HOME = (Workspace.kind == "personal") & (Membership.role == "owner")


def add(row: Workspace | Membership | Invitation) -> None:
    db.session.add(row)
    db.session.flush()


def get(workspace_id: uuid.UUID) -> Workspace | None:
    return db.session.get(Workspace, workspace_id)


def lock(workspace_id: uuid.UUID) -> Workspace | None:
    """Whoever changes who belongs here waits for the others who do."""
    query = select(Workspace).filter_by(id=workspace_id).with_for_update()
    return db.session.scalar(query)


def delete_workspace(workspace_id: uuid.UUID) -> None:
    """All that is in it goes by the keys' ON DELETE; the ledger stays and names no workspace."""
    changed(delete(Workspace).where(Workspace.id == workspace_id))


def of_user(user_id: uuid.UUID) -> Sequence[Workspace]:
    query = select(Workspace).join(Membership).where(Membership.user_id == user_id)
    return db.session.scalars(query.order_by(Workspace.created_at, Workspace.id)).all()


def count_of_user(user_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Membership).filter_by(user_id=user_id)
    return db.session.scalar(query) or 0


def by_session(
    token_hash: bytes, at: datetime
) -> Row[UserSession, User, Workspace, Membership] | None:
    """Session, user, workspace, membership. Whoever may no longer act where they did acts at home.

    So a removed member's open session never sees the workspace again, and is not lost either.
    """
    here = Workspace.id == UserSession.workspace_id
    query = (
        select(UserSession, User, Workspace, Membership)
        .join(User, UserSession.user_id == User.id)
        .join(Membership, Membership.user_id == User.id)
        .join(Workspace, Workspace.id == Membership.workspace_id)
        .where(UserSession.token_hash == token_hash, UserSession.expires_at > at)
        .where(User.is_active.is_(True), here | HOME)
        .order_by(case((here, 0), else_=1))
    )
    return db.session.execute(query.limit(1)).one_or_none()


def by_token(token_hash: bytes, at: datetime) -> Row[ApiToken, User, Workspace, Membership] | None:
    """The same for a token, which dies with the membership."""
    mine = (Membership.user_id == ApiToken.user_id) & (
        Membership.workspace_id == ApiToken.workspace_id
    )
    query = (
        select(ApiToken, User, Workspace, Membership)
        .join(User, ApiToken.user_id == User.id)
        .join(Workspace, ApiToken.workspace_id == Workspace.id)
        .join(Membership, mine)
        .where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None))
        .where(User.is_active.is_(True), alive(at))
    )
    return db.session.execute(query).one_or_none()


def alive(at: datetime) -> Any:
    return ApiToken.expires_at.is_(None) | (ApiToken.expires_at > at)


def current_membership(user_id: uuid.UUID, workspace_id: uuid.UUID | None) -> Membership | None:
    """There, or else at home."""
    here = Workspace.id == workspace_id
    query = select(Membership).join(Workspace).where(Membership.user_id == user_id, here | HOME)
    return db.session.scalar(query.order_by(case((here, 0), else_=1)).limit(1))


def membership(workspace_id: uuid.UUID, user_id: uuid.UUID) -> Membership | None:
    query = select(Membership).filter_by(workspace_id=workspace_id, user_id=user_id)
    return db.session.scalar(query)


def member(workspace_id: uuid.UUID, membership_id: uuid.UUID) -> Membership | None:
    query = select(Membership).filter_by(workspace_id=workspace_id, id=membership_id)
    return db.session.scalar(query.options(joinedload(Membership.user)))


def members(workspace_id: uuid.UUID, *, cursor: str | None, limit: int) -> Page[Membership]:
    query: Select[Any] = select(Membership).filter_by(workspace_id=workspace_id)
    query = query.options(joinedload(Membership.user))
    columns = (Membership.created_at, Membership.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit)


def pick_members(
    workspace_id: uuid.UUID,
    words: Sequence[str],
    chosen: Collection[uuid.UUID],
    but: uuid.UUID,
    limit: int,
) -> Sequence[Membership]:
    is_chosen = Membership.user_id.in_(chosen)
    query = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    query = query.where(Membership.workspace_id == workspace_id, Membership.user_id != but)
    query = query.where(or_(is_chosen, and_(true(), *map(names, words))))
    first = case((is_chosen, 0), else_=1)
    query = query.order_by(first, Membership.created_at, Membership.id)
    return db.session.scalars(query.limit(limit)).all()


def named(
    workspace_id: uuid.UUID, called: Collection[str], but: uuid.UUID, limit: int
) -> Sequence[Membership]:
    """Those in whose name one of `called` is; then those whose name begins as one of them does."""
    has = or_(*(User.name.contains(name, autoescape=True) for name in called))
    begins = or_(*(User.name.startswith(name[:1], autoescape=True) for name in called))
    query = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    query = query.where(Membership.workspace_id == workspace_id, Membership.user_id != but)
    query = query.where(or_(has, begins))
    query = query.order_by(case((has, 0), else_=1), Membership.created_at, Membership.id)
    return db.session.scalars(query.limit(limit)).all()


def names(word: str) -> ColumnElement[bool]:
    return or_(
        User.name.contains(word, autoescape=True),
        User.email.contains(word.lower(), autoescape=True),
    )


def has_member(workspace_id: uuid.UUID, email: str) -> bool:
    query = select(Membership.id).join(User, User.id == Membership.user_id)
    query = query.where(Membership.workspace_id == workspace_id, User.email == email)
    return db.session.scalar(query) is not None


def count_owners(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Membership)
    return db.session.scalar(query.filter_by(workspace_id=workspace_id, role="owner")) or 0


def remove(row: Membership | Invitation) -> None:
    db.session.delete(row)
    db.session.flush()


def invitations(workspace_id: uuid.UUID, limit: int) -> Sequence[Invitation]:
    query = select(Invitation).filter_by(workspace_id=workspace_id)
    return db.session.scalars(query.order_by(Invitation.updated_at.desc()).limit(limit)).all()


def count_invitations(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Invitation).filter_by(workspace_id=workspace_id)
    return db.session.scalar(query) or 0


def invitation(workspace_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation | None:
    query = select(Invitation).filter_by(workspace_id=workspace_id, id=invitation_id)
    return db.session.scalar(query)


def invitation_for(workspace_id: uuid.UUID, email: str) -> Invitation | None:
    query = select(Invitation).filter_by(workspace_id=workspace_id, email=email)
    return db.session.scalar(query)


def invitation_by_token(
    token_hash: bytes, at: datetime, *, lock: bool = False
) -> Invitation | None:
    query = select(Invitation).where(
        Invitation.token_hash == token_hash, Invitation.expires_at > at
    )
    if lock:
        return db.session.scalar(query.with_for_update())
    return db.session.scalar(query.options(joinedload(Invitation.workspace)))


def forget_invitations_by(
    workspace_id: uuid.UUID, user_id: uuid.UUID, *, but: Collection[str] = ()
) -> int:
    """`but`: those as one of these roles stay."""
    theirs = delete(Invitation).where(
        Invitation.workspace_id == workspace_id, Invitation.invited_by == user_id
    )
    return changed(theirs.where(Invitation.role.not_in(but)))


def purge_invitations(before: datetime) -> int:
    return changed(delete(Invitation).where(Invitation.expires_at < before))


def get_many(ids: Collection[uuid.UUID]) -> Sequence[Workspace]:
    return db.session.scalars(select(Workspace).where(Workspace.id.in_(ids))).all()
