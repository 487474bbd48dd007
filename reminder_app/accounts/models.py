import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import BINARY_TEXT, DIGEST, Model, TimestampMixin

# `alicé@…` is somebody else, and must not sign in, or be counted, as `alice@…`.
EMAIL = String(254).with_variant(String(254, collation=BINARY_TEXT), "mysql")


class User(Model, TimestampMixin):
    __tablename__ = "users"

    email: Mapped[str] = mapped_column(EMAIL, unique=True)  # lower case
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(120), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    locale: Mapped[str] = mapped_column(String(20), default="en")
    theme: Mapped[str] = mapped_column(String(10), default="system")
    is_superuser: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    # The workspace of the next sign-in; no relationship, as workspaces lie above accounts.
    workspace_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL", use_alter=True), index=True
    )
    # When not to be written to, as recurrence.quiet has it, and when the day's list is wanted.
    quiet: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    digest_next: Mapped[datetime | None] = mapped_column(index=True)

    # When this person's morning, noon, … is, as hours.moments() has it; None: the usual times.
    moments: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))

    sessions: Mapped[list["UserSession"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    tokens: Mapped[list["ApiToken"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )


class UserSession(Model):
    """A browser that is signed in. The cookie holds the secret, the row its SHA-256."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    workspace_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL"), index=True
    )
    user_agent: Mapped[str] = mapped_column(String(255), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship(back_populates="sessions")


class ApiToken(Model):
    __tablename__ = "api_tokens"

    token_hash: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    prefix: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="tokens")


class SignInFailure(Model):
    """Counted by the hash of what was typed, so that unknown addresses lock like known ones."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "updated_at"), Model.__table_args__)

    email_hash: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]
