import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.accounts.models import User
from reminder_app.database import DIGEST, Model, TimestampMixin
from reminder_app.reminders.models import LABEL
from reminder_app.workspaces.models import Workspace


class CalendarFeed(Model, TimestampMixin):
    """An address that a calendar program reads. Who has it may read: the row holds its SHA-256."""

    __tablename__ = "calendar_feeds"

    token_hash: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    # NULL: of all workspaces that the person is in.
    workspace_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(LABEL, default="")
    is_mine: Mapped[bool] = mapped_column(default=False)  # only what reminds this person
    used_at: Mapped[datetime | None]

    # One-way: accounts and workspaces lie below.
    user: Mapped[User] = relationship()
    workspace: Mapped[Workspace | None] = relationship()
