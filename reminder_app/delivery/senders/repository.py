import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import contains_eager, selectinload

from reminder_app.database import Page, changed, db, keyset_page
from reminder_app.delivery import states
from reminder_app.delivery.account_names import EMAIL
from reminder_app.delivery.models import Delivery
from reminder_app.delivery.senders.models import EmailConfiguration, SenderIdentity


def add(row: EmailConfiguration | SenderIdentity) -> None:
    db.session.add(row)
    db.session.flush()


def remove(row: EmailConfiguration | SenderIdentity) -> None:
    db.session.delete(row)
    db.session.flush()


# Configurations.


def configuration(workspace_id: uuid.UUID, id: uuid.UUID) -> EmailConfiguration | None:
    query = select(EmailConfiguration).filter_by(workspace_id=workspace_id, id=id)
    return db.session.scalar(query.options(selectinload(EmailConfiguration.identities)))


def lock_configuration(workspace_id: uuid.UUID, id: uuid.UUID) -> EmailConfiguration | None:
    query = select(EmailConfiguration).filter_by(workspace_id=workspace_id, id=id)
    return db.session.scalar(query.with_for_update())


def configurations(
    workspace_id: uuid.UUID, cursor: str | None, limit: int
) -> Page[EmailConfiguration]:
    query = select(EmailConfiguration).filter_by(workspace_id=workspace_id)
    query = query.options(selectinload(EmailConfiguration.identities))
    columns = (EmailConfiguration.id, EmailConfiguration.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit)


def count_configurations(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(EmailConfiguration)
    return db.session.scalar(query.filter_by(workspace_id=workspace_id)) or 0


def has_configuration_named(workspace_id: uuid.UUID, name: str, but: uuid.UUID | None) -> bool:
    query = select(EmailConfiguration.id).filter_by(workspace_id=workspace_id, name=name)
    return db.session.scalar(query) not in (None, but)


def settings_of(id: uuid.UUID) -> EmailConfiguration | None:
    """A worker's look, in any workspace."""
    return db.session.get(EmailConfiguration, id, populate_existing=True)


# Identities.


def identity(workspace_id: uuid.UUID, id: uuid.UUID) -> SenderIdentity | None:
    query = select(SenderIdentity).filter_by(workspace_id=workspace_id, id=id)
    return db.session.scalar(query.options(selectinload(SenderIdentity.configuration)))


def lock_identity(workspace_id: uuid.UUID, id: uuid.UUID) -> SenderIdentity | None:
    query = select(SenderIdentity).filter_by(workspace_id=workspace_id, id=id)
    return db.session.scalar(query.with_for_update())


def any_identity(id: uuid.UUID) -> SenderIdentity | None:
    """In any workspace, for the operator."""
    return db.session.get(SenderIdentity, id, with_for_update=True)


def identities(
    workspace_id: uuid.UUID, type: str | None, cursor: str | None, limit: int
) -> Page[SenderIdentity]:
    query = select(SenderIdentity).filter_by(workspace_id=workspace_id)
    query = query.options(selectinload(SenderIdentity.configuration))
    if type:
        query = query.filter_by(type=type)
    columns = (SenderIdentity.id, SenderIdentity.id)
    return keyset_page(query, columns, cursor=cursor, limit=limit)


def chosen_from(workspace_id: uuid.UUID, type: str, limit: int) -> Sequence[SenderIdentity]:
    """Those that are verified, the default first."""
    query = select(SenderIdentity).filter_by(workspace_id=workspace_id, type=type)
    query = query.where(SenderIdentity.verified_at.is_not(None))
    order = SenderIdentity.default_for.is_(None), SenderIdentity.address
    return db.session.scalars(query.order_by(*order).limit(limit)).all()


def count_identities(workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(SenderIdentity)
    return db.session.scalar(query.filter_by(workspace_id=workspace_id)) or 0


def has_identity(workspace_id: uuid.UUID, type: str, address: str) -> bool:
    query = select(SenderIdentity.id).filter_by(
        workspace_id=workspace_id, type=type, address=address
    )
    return db.session.scalar(query) is not None


def has_verified(workspace_id: uuid.UUID, type: str) -> bool:
    query = select(SenderIdentity.id).filter_by(workspace_id=workspace_id, type=type)
    query = query.where(SenderIdentity.verified_at.is_not(None)).limit(1)
    return db.session.scalar(query) is not None


def no_default(workspace_id: uuid.UUID, type: str) -> None:
    was = update(SenderIdentity).filter_by(workspace_id=workspace_id, default_for=type)
    changed(was.values(default_for=None))


def unverified_phones(limit: int) -> Sequence[SenderIdentity]:
    """Of all workspaces, for the operator."""
    query = select(SenderIdentity).where(
        SenderIdentity.type == "phone", SenderIdentity.verified_at.is_(None)
    )
    return db.session.scalars(query.order_by(SenderIdentity.id).limit(limit)).all()


def move_identities(of: uuid.UUID, to: uuid.UUID | None) -> int:
    theirs = update(SenderIdentity).where(SenderIdentity.configuration_id == of)
    return changed(theirs.values(configuration_id=to))


def speaking(
    workspace_ids: Collection[uuid.UUID], ids: Collection[uuid.UUID]
) -> Sequence[SenderIdentity]:
    """The defaults for mail of these workspaces, and those named, with their configurations."""
    wanted: list[ColumnElement[bool]] = [SenderIdentity.default_for == EMAIL]
    if ids:
        wanted.append(SenderIdentity.id.in_(ids))
    query = select(SenderIdentity).where(
        SenderIdentity.workspace_id.in_(workspace_ids),
        SenderIdentity.type == EMAIL,
        SenderIdentity.verified_at.is_not(None),
        or_(*wanted),
    )
    query = query.outerjoin(SenderIdentity.configuration)
    return db.session.scalars(query.options(contains_eager(SenderIdentity.configuration))).all()


# What waits to go out through an account.


def is_waiting_for(account: str) -> ColumnElement[bool]:
    return and_(Delivery.account == account, Delivery.state.in_(states.WAITING))


def has_waiting(account: str) -> bool:
    query = select(Delivery.id).where(is_waiting_for(account)).limit(1)
    return db.session.scalar(query) is not None


def tell_waiting(account: str, reason: str, before: str | None = None) -> int:
    """`before`: only those that were told that."""
    theirs = update(Delivery).where(Delivery.account == account, Delivery.state == states.PENDING)
    if before is not None:
        theirs = theirs.where(Delivery.reason == before)
    return changed(theirs.values(reason=reason))


def move_waiting(account: str, to: str) -> int:
    """To the site's own account, answers go to whom it would have come from."""
    values: dict[str, Any] = {"account": to, "reason": ""}
    if to == EMAIL:
        values |= {
            "reply_to": case(
                (Delivery.reply_to != "", Delivery.reply_to), else_=Delivery.from_address
            ),
            "from_address": "",
        }
    return changed(update(Delivery).where(is_waiting_for(account)).values(values))


def cancel_waiting(account: str, reason: str, at: datetime) -> int:
    values = {"state": states.CANCELLED, "reason": reason, "cancelled_at": at, "lease_until": None}
    return changed(update(Delivery).where(is_waiting_for(account)).values(values))
