import uuid

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reminder_app.database import Model, TimestampMixin


class ReminderText(Model, TimestampMixin):
    """What a workspace writes to its clients, with fields; see merging.py."""

    __tablename__ = "reminder_texts"
    __table_args__ = (Index(None, "workspace_id", "name", "id"), Model.__table_args__)

    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    # No foreign keys: they may be gone.
    created_by: Mapped[uuid.UUID | None]
    changed_by: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
