import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reminder_app.database import DIGEST, Model, now


class ReminderFile(Model):
    """A file that goes with a reminder. What is in it lies on the shelf, see files/."""

    __tablename__ = "reminder_files"
    __table_args__ = (
        Index(None, "workspace_id", "size"),  # how much there is
        Index(None, "reminder_id"),
        Index(None, "sha256"),  # whether it is used
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    reminder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reminders.id", ondelete="CASCADE"))
    created_by: Mapped[uuid.UUID | None]  # no foreign key: they may be gone
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime] = mapped_column(default=now)


class TemplateFile(Model):
    """A file that a template brings along to what is made from it."""

    __tablename__ = "reminder_template_files"
    __table_args__ = (
        Index(None, "workspace_id", "size"),
        Index(None, "template_id"),
        Index(None, "sha256"),
        Model.__table_args__,
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    template_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("reminder_templates.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(DIGEST)

    # By name: templates lie above.
    template: Mapped[Any] = relationship("ReminderTemplate", back_populates="files")
