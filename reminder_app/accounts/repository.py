import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from reminder_app.accounts.models import ApiToken, SignInFailure, User, UserSession
from reminder_app.database import Page, changed, db, insert_missing, keyset_page


def add(row: User | UserSession | ApiToken) -> None:
    db.session.add(row)
    db.session.flush()


def get_user(user_id: uuid.UUID) -> User | None:
    return db.session.get(User, user_id)


def lock_user(user_id: uuid.UUID) -> User | None:
    """Others that want to change this user wait until we are done."""
    return db.session.scalar(select(User).filter_by(id=user_id).with_for_update())


def user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).filter_by(email=email))


def browse_users(q: str, cursor: str | None, limit: int) -> Page[User]:
    query = select(User)
    if q:
        query = query.where(User.email.contains(q.lower(), autoescape=True))
    return keyset_page(query, (User.email, User.id), cursor=cursor, limit=limit)


def sessions(user_id: uuid.UUID, at: datetime, limit: int) -> Sequence[UserSession]:
    query = select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > at)
    return db.session.scalars(query.order_by(UserSession.seen_at.desc()).limit(limit)).all()


def end_session(user_id: uuid.UUID, session_id: uuid.UUID) -> int:
    mine = UserSession.user_id == user_id
    return changed(delete(UserSession).where(mine, UserSession.id == session_id))


def drop_session(session_id: uuid.UUID) -> None:
    """Whoever's it is."""
    changed(delete(UserSession).where(UserSession.id == session_id))


def end_sessions(user_id: uuid.UUID, keep: uuid.UUID | None) -> int:
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    return changed(statement.where(UserSession.id != keep) if keep else statement)


def touch_session(session_id: uuid.UUID, at: datetime, until: datetime) -> None:
    statement = update(UserSession).where(UserSession.id == session_id)
    changed(statement.values(seen_at=at, expires_at=until))


def move_session(session_id: uuid.UUID, workspace_id: uuid.UUID) -> None:
    statement = update(UserSession).where(UserSession.id == session_id)
    changed(statement.values(workspace_id=workspace_id))


def touch_token(token_id: uuid.UUID, at: datetime) -> None:
    changed(update(ApiToken).where(ApiToken.id == token_id).values(used_at=at))


def tokens(
    user_id: uuid.UUID, workspace_id: uuid.UUID, *, cursor: str | None, limit: int
) -> Page[ApiToken]:
    query = select(ApiToken).filter_by(user_id=user_id, workspace_id=workspace_id)
    columns = (ApiToken.created_at, ApiToken.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit, descending=True)


def count_tokens(user_id: uuid.UUID, workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(ApiToken)
    mine = query.filter_by(user_id=user_id, workspace_id=workspace_id, revoked_at=None)
    return db.session.scalar(mine) or 0


def revoke_all_tokens(user_id: uuid.UUID, at: datetime) -> int:
    """In every workspace."""
    alive = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    return changed(alive.values(revoked_at=at))


def revoke_tokens(
    user_id: uuid.UUID, workspace_id: uuid.UUID, at: datetime, token_id: uuid.UUID | None = None
) -> int:
    """One of them, or all: how many were alive."""
    statement = update(ApiToken).where(
        ApiToken.user_id == user_id,
        ApiToken.workspace_id == workspace_id,
        ApiToken.revoked_at.is_(None),
    )
    if token_id:
        statement = statement.where(ApiToken.id == token_id)
    return changed(statement.values(revoked_at=at))


def failure(email_hash: bytes, at: datetime) -> SignInFailure:
    """The count for this address, made when missing and locked until the transaction ends."""
    row = {"email_hash": email_hash, "failures": 0, "updated_at": at}
    insert_missing(SignInFailure.__table__, [row])  # type: ignore[arg-type]
    query = select(SignInFailure).filter_by(email_hash=email_hash).with_for_update()
    return db.session.scalars(query).one()


def forget_failures(email_hash: bytes) -> None:
    changed(delete(SignInFailure).where(SignInFailure.email_hash == email_hash))


def purge_sessions(at: datetime) -> int:
    return changed(delete(UserSession).where(UserSession.expires_at <= at))


def purge_failures(before: datetime) -> int:
    return changed(delete(SignInFailure).where(SignInFailure.updated_at < before))


def purge_tokens(before: datetime) -> int:
    over = (ApiToken.revoked_at < before) | (ApiToken.expires_at < before)
    return changed(delete(ApiToken).where(over))
