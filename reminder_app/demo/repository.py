import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select

from reminder_app.accounts.models import User
from reminder_app.database import Model, changed, db
from reminder_app.delivery.models import Attempt, Delivery, DeliveryPlan, SendingAccount
from reminder_app.reminders.models import Occurrence
from reminder_app.workspaces.models import Membership, Workspace


def people(domain: str) -> Sequence[User]:
    return db.session.scalars(select(User).where(User.email.like(f"%@{domain}"))).all()


def add_member(workspace_id: uuid.UUID, user_id: uuid.UUID, role: str) -> None:
    db.session.add(Membership(workspace_id=workspace_id, user_id=user_id, role=role))


def add_all(rows: Sequence[Model]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def occurrences(reminder_id: uuid.UUID) -> Sequence[Occurrence]:
    return db.session.scalars(select(Occurrence).filter_by(reminder_id=reminder_id)).all()


def forget(domain: str) -> int:
    """The demo's people, what they own, and its part of the ledger."""
    found = [user.id for user in people(domain)]
    owned = select(Membership.workspace_id).where(
        Membership.user_id.in_(found), Membership.role == "owner"
    )
    places = list(db.session.scalars(owned))
    told = select(Delivery.id).where(Delivery.workspace_id.in_(places))
    for statement in (
        delete(DeliveryPlan).where(DeliveryPlan.workspace_id.in_(places)),
        delete(Attempt).where(Attempt.delivery_id.in_(told)),
        delete(Delivery).where(Delivery.workspace_id.in_(places)),
        delete(SendingAccount).where(SendingAccount.owner_id.in_(places)),
        delete(Workspace).where(Workspace.id.in_(places)),
        delete(User).where(User.id.in_(found)),
    ):
        changed(statement)
    return len(found)
