import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.accounts.models import User
from reminder_app.database import DIGEST, Model, TimestampMixin
from reminder_app.reminders.models import LABEL, Reminder
from reminder_app.workspaces.models import Workspace

MEDIUM = LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")  # 16 MB


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


class ReminderImport(Model, TimestampMixin):
    """A file that was read, for as long as somebody looks at what becomes of it."""

    __tablename__ = "reminder_imports"
    __table_args__ = (Index(None, "updated_at"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(String(200))
    items: Mapped[bytes] = mapped_column(MEDIUM, deferred=True)  # JSON, deflated
    count: Mapped[int]

    # One-way: accounts and workspaces lie below.
    user: Mapped[User] = relationship()
    workspace: Mapped[Workspace] = relationship()


class ImportedItem(Model):
    """An entry of a file that became a reminder: read again, it makes no second one."""

    __tablename__ = "imported_items"
    __table_args__ = (UniqueConstraint("workspace_id", "entry_hash"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    entry_hash: Mapped[bytes] = mapped_column(DIGEST)
    reminder_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("reminders.id", ondelete="CASCADE"), index=True
    )

    reminder: Mapped[Reminder] = relationship()  # one-way: reminders lie below
    workspace: Mapped[Workspace] = relationship()
