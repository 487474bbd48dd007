import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.accounts.models import User
from reminder_app.database import DIGEST, Model, TimestampMixin


class Workspace(Model, TimestampMixin):
    """The tenant: everything a person makes belongs to one."""

    __tablename__ = "workspaces"

    kind: Mapped[str] = mapped_column(String(10))  # personal | family | business
    name: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    locale: Mapped[str] = mapped_column(String(20), default="en")
    # Tell those who run it of messages to clients that failed; None: in a business.
    tells_failures: Mapped[bool | None]

    @property
    def tells_of_failures(self) -> bool:
        return self.kind == "business" if self.tells_failures is None else self.tells_failures

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )


class Membership(Model, TimestampMixin):
    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(10))  # see roles.py
    hears_failures: Mapped[bool] = mapped_column(default=True, server_default=text("1"))

    workspace: Mapped[Workspace] = relationship(back_populates="memberships")
    # One-way: accounts lie below and know nothing of memberships.
    user: Mapped[User] = relationship()


class Invitation(Model, TimestampMixin):
    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("workspace_id", "email"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)

    workspace: Mapped[Workspace] = relationship(back_populates="invitations")


class FailureNotice(Model):
    """Up to when a workspace was told of messages that failed: a row for each that ever was."""

    __tablename__ = "failure_notices"

    workspace_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), unique=True
    )
    told_at: Mapped[datetime]
